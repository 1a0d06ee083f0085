"""Counts what comes with every request, and asks the shared counter only now and then.

A round trip per request would be dearer than many a request. So each process counts by itself and
adds what it counted to the shared window every few hits: after a twentieth of the limit, after less
when little is left. Who stays under a twentieth never causes a statement.

How exact that is: one process holds the limit to the last hit. Beside others, each may let pass
what it has not told yet, one hit less than a twentieth of the limit: with P processes at most
``limit + P * (limit // 20 - 1)`` pass in a window.

Where the shared counter cannot be reached, each process goes on by its own count: to
refuse everybody would do what the limit is there to prevent.
"""

import asyncio
import logging
from datetime import datetime, timedelta

from limits import RateLimitItem

from db.failures import DatabaseFailed
from db.rates import PostgresStorage

log = logging.getLogger("kairan.tally")

# Of each limit: told at the latest after a twentieth of it, and after an eighth of what is left.
_PART, _PART_LEFT = 20, 8
# Keys are made by whoever asks: a /32 of IPv6 has four thousand million of them.
_MOST_KEYS = 50_000


class _Window:
    """What one process knows of one key's window. ``counted`` and ``told`` are its own hits."""

    __slots__ = ("asked", "counted", "ends", "lock", "next", "others", "told")

    def __init__(self, ends: datetime, first: int) -> None:
        self.ends = ends
        self.counted = 0
        self.told = 0
        self.asked = 0
        self.others = 0
        self.next = first
        self.lock: asyncio.Lock | None = None


class Tally:
    """One limit over many keys.

    :param name: of the limit, apart from all others.
    """

    def __init__(self, storage: PostgresStorage, name: str, limit: RateLimitItem) -> None:
        self._storage = storage
        self._name = name
        self._limit = limit
        self._most = limit.amount
        self._length = timedelta(seconds=limit.get_expiry())
        self._part = max(1, limit.amount // _PART)
        self._windows: dict[str, _Window] = {}

    async def hit(self, key: str, at: datetime) -> float | None:
        """Count a hit at the moment ``at``.

        :return: None if it passes, else the seconds until the window ends. What is refused is not
            counted.
        """
        window = self._windows.get(key)
        if window is None or window.ends <= at:
            window = self._opened(key, at)
        if window.counted + window.others < self._most:
            window.counted += 1
            mine = window.counted
            if mine < window.next:
                return None
            await self._tell(key, window, mine)
            if mine + window.others <= self._most:
                return None
        return (window.ends - at).total_seconds()

    async def _tell(self, key: str, window: _Window, mine: int) -> None:
        """Add what was counted to the shared window, unless somebody else took ``mine`` along."""
        if window.lock is None:
            window.lock = asyncio.Lock()
        async with window.lock:
            if window.asked >= mine:
                return
            upto = window.counted
            left = self._most - upto - window.others
            try:
                hits, ends = await self._storage.count(
                    self._limit.key_for(self._name, key),
                    self._limit.get_expiry(),
                    upto - window.told,
                )
            except DatabaseFailed as error:
                log.warning(
                    "requests are counted by this process alone", extra={"failure": type(error)}
                )
            else:
                window.told, window.others, window.ends = upto, hits - upto, ends
                left = self._most - hits
            window.asked = upto
            window.next = upto + max(1, min(self._part, left // _PART_LEFT))

    def _opened(self, key: str, at: datetime) -> _Window:
        # Taken out first: the newest windows stand last.
        self._windows.pop(key, None)
        if len(self._windows) >= _MOST_KEYS:
            self._make_room(at)
        window = self._windows[key] = _Window(at + self._length, self._part)
        return window

    def _make_room(self, at: datetime) -> None:
        live = [(key, window) for key, window in self._windows.items() if window.ends > at]
        self._windows = dict(live[len(live) // 4 :] if len(live) >= _MOST_KEYS else live)
