"""Chance that falls the same way every time, and ids drawn from it."""

from datetime import datetime
from random import Random
from uuid import UUID

# RFC 9562, section 4: where version and variant stand in the 128 bits.
_VERSION_7 = 7 << 76
_VARIANT = 2 << 62


class Chance(Random):
    """A generator seeded by what it is for.

    Each noun of each group has its own, so that one more circular does not give every resident
    another name. Nothing here is a secret: the demo city is public and must be the same everywhere.
    """

    def __init__(self, purpose: str) -> None:
        super().__init__(f"Kairan's demo city: {purpose}")
        self._millisecond = 0
        self._counter = 0

    def happens(self, probability: float) -> bool:
        """True in ``probability`` of all cases, 0 to 1."""
        return self.random() < probability

    def random_id(self) -> UUID:
        """A UUIDv4, which tells nothing: for residents and memberships."""
        return UUID(int=self.getrandbits(128), version=4)

    def timed_id(self, at: datetime) -> UUID:
        """A UUIDv7 of that moment, for all the rest; of one moment they sort as they were drawn."""
        millisecond = round(at.timestamp() * 1000)
        self._counter = self._counter + 1 if millisecond == self._millisecond else 0
        self._millisecond = millisecond
        # The 12 bits after the version count within the millisecond (RFC 9562, 6.2, method 1).
        bits = millisecond << 80 | _VERSION_7 | self._counter << 64 | _VARIANT
        return UUID(int=bits | self.getrandbits(62))
