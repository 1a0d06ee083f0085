"""How often something may be tried: by one address, for one login, by the two together.

A limit delays. It refuses for seconds or minutes and says how long; what is refused is not counted,
so that nobody waits longer for having tried. It never locks the owner of a login out: whoever
fails on purpose for somebody else's login is counted together with his own address.

1. What one *address* tries, whatever the login. Refused here, nothing else is counted: one address
   cannot wear out the login of many.
2. What one address tries for one *login*. Right after wrong begins anew.
3. What all addresses together try for one login. Beyond it nobody is refused, but each address has
   only a few more tries for that login (``alarm``): a crowd of addresses is slowed down to a few
   guesses each, and the owner, wherever he is, has his own. There is no memory of where he usually
   signs in: that would be one more thing to know about him, and would tell others who share his
   address that the login exists.

Nothing here asks whether a login exists, and all is counted before a password is looked at: an
unknown login counts and costs what a known one does, and while one waits right and wrong are
answered alike. Without its counters nothing of this passes but refreshing: guessing
without a count would be free, and without a database nobody signs in anyway.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from limits import RateLimitItem
from limits.aio.strategies import MovingWindowRateLimiter

from db.rates import PostgresStorage
from db.tally import Tally
from resolvers.errors import ErrorCode, KairanError


class Kind(StrEnum):
    """What is counted. The key that belongs to it is said beside each."""

    SIGN_IN = "sign_in"  # the login
    CODE = "code"  # the login that a mailed code is tried for
    MAIL = "mail"  # the login that a message goes to: sign-up, a code, a new password
    REFRESH = "refresh"  # the session


# Where one who guesses has 2^256 to guess from: what matters is the load, and a count that each
# server keeps by itself and settles with the others now and then is exact enough.
_BY_TALLY = (Kind.REFRESH,)


@dataclass(frozen=True)
class Limits:
    """The limits of one kind; None where there is none.

    :param each: for one key by one address; for mail and refreshing, for one key by anybody.
    :param address: for one address, whatever the key.
    :param key: for one key by all addresses together, beyond which ``alarm`` holds for each.
    """

    each: RateLimitItem | None
    address: RateLimitItem | None
    key: RateLimitItem | None = None
    alarm: RateLimitItem | None = None


class Rates:
    """Counts attempts; wired once.

    :param limits: by kind.
    """

    def __init__(
        self,
        storage: PostgresStorage,
        clock: Callable[[], datetime],
        limits: Mapping[Kind, Limits],
    ) -> None:
        self._storage = storage
        self._windows = MovingWindowRateLimiter(storage)
        self._clock = clock
        self._limits = limits
        self._tallies = {
            kind: (
                tally_of(storage, f"{kind}/address", limits[kind].address),
                tally_of(storage, f"{kind}/each", limits[kind].each),
            )
            for kind in _BY_TALLY
        }

    async def count(self, kind: Kind, *, address: str, key: str) -> None:
        """Count one attempt.

        :raises KairanError: RATE_LIMITED, with the seconds to wait in ``retryAfter``.
        :raises DatabaseFailed: the counters cannot be reached.
        """
        if kind in self._tallies:
            for tally, counted in zip(self._tallies[kind], (address, key), strict=True):
                await admit(tally, counted, self._clock())
            return
        limits = self._limits[kind]
        await self._take(limits.address, kind, "address", address)
        await self._take(limits.each, kind, *self._each(kind, address, key))
        if limits.key is not None and not await self._windows.hit(limits.key, kind, "key", key):
            await self._take(limits.alarm, kind, "alarm", address, key)

    async def forgive(self, kind: Kind, *, address: str, key: str) -> None:
        """The attempt was the owner's: what this address tried for this key is forgotten."""
        limits = self._limits[kind]
        keys = []
        if limits.each is not None:
            keys.append(limits.each.key_for(kind, *self._each(kind, address, key)))
        if limits.alarm is not None:
            keys.append(limits.alarm.key_for(kind, "alarm", address, key))
        if keys:
            await self._storage.forget(keys)

    def _each(self, kind: Kind, address: str, key: str) -> tuple[str, ...]:
        # A message reaches the same mailbox, wherever it was asked for.
        return ("each", address, key) if kind in (Kind.SIGN_IN, Kind.CODE) else ("each", key)

    async def _take(self, limit: RateLimitItem | None, *identifiers: str) -> None:
        if limit is None or await self._windows.hit(limit, *identifiers):
            return
        window = await self._windows.get_window_stats(limit, *identifiers)
        raise rate_limited(window.reset_time - self._clock().timestamp())


def rate_limited(seconds: float) -> KairanError:
    """The refusal of whoever tried too often; he may try again after ``seconds``, rounded up."""
    wait = max(1, math.ceil(seconds))
    return KairanError(
        ErrorCode.RATE_LIMITED, f"Too often. Try again in {wait} seconds.", retryAfter=wait
    )


def tally_of(storage: PostgresStorage, name: str, limit: RateLimitItem | None) -> Tally | None:
    """The tally of a limit; None where there is none."""
    return None if limit is None else Tally(storage, name, limit)


async def admit(tally: Tally | None, key: str, at: datetime) -> None:
    """Count a hit; raises KairanError RATE_LIMITED. Passes where there is no limit."""
    if tally is not None and (seconds := await tally.hit(key, at)) is not None:
        raise rate_limited(seconds)
