"""What the log calls a viewer: the same name all day, and one that leads nobody back to a person.

A keyed hash, because a person's id is in other places too and a bare hash of it could be looked up.
It changes with the day of the city: an operator follows one viewer through an incident, and nobody
can read from kept logs how somebody lived for a year. Who saw what is the ledger's to tell, to
those whom the rules let ask it.
"""

import hashlib
from datetime import datetime
from uuid import UUID

_PURPOSE = b"names of viewers"
_TOKYO_SECONDS = 9 * 3600
_DAY_SECONDS = 86_400


class Pseudonyms:
    """Names viewers, each day anew.

    :param secret: the servers' own; a key is derived from it, so that what is hashed with it for
        other purposes can't be compared.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.blake2b(_PURPOSE, key=secret[:64]).digest()
        self._day = -1
        self._key_of_day = b""

    def of(self, city: int, person: UUID, at: datetime) -> str:
        """Sixteen hexadecimal digits."""
        day = int(at.timestamp() + _TOKYO_SECONDS) // _DAY_SECONDS
        if day != self._day:
            self._key_of_day = hashlib.blake2b(b"%d" % day, key=self._key).digest()
            self._day = day
        named = b"%d %s" % (city, person.bytes)
        return hashlib.blake2b(named, key=self._key_of_day, digest_size=8).hexdigest()
