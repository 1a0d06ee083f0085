"""Counters in PostgreSQL, as a storage of ``limits``: one count for all servers of a city.

Every count is one statement in a transaction of its own, never in a request's: what was counted
stays counted when the request fails, and no request holds a counter's row while it works.
"""

import hmac
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from limits.aio.storage import MovingWindowSupport, Storage

from db.failures import ASYNCPG_ERRORS, DatabaseFailed, translated
from db.pool import Pool

_COUNT = "select * from app.count_hits($1, $2, $3, $4, $5)"
_ENTER = "select app.enter_rate($1, $2, $3, $4, $5, $6)"
_READ = "select * from app.read_rate($1, $2, $3)"
_FORGET = "select app.forget_rates($1, $2)"
_FORGET_ENDED = "select app.forget_ended_rates($1, $2)"


class PostgresStorage(Storage, MovingWindowSupport):
    """Fixed and moving windows of ``limits`` in ``kairan.rates``.

    The table holds keyed hashes: whoever copies it would have to guess the secret before he could
    guess a login or one of 2^32 addresses. The moment comes from ``clock``, in seconds of
    ``limits``' own interface.

    Every method raises DatabaseFailed; whether that lets somebody pass is the caller's to decide.

    :param secret: of the installation, the same for all its servers; with another one every
        counter begins again.
    """

    STORAGE_SCHEME = ["async+kairan"]  # noqa: RUF012  # as limits declares it

    def __init__(
        self,
        uri: str | None = None,
        *,
        pool: Pool,
        city: int,
        secret: bytes,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(uri)
        self._pool = pool
        self._city = city
        self._secret = secret
        self._clock = clock

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the methods raise; `limits` wraps it where one asks it to."""
        return DatabaseFailed

    async def count(self, key: str, seconds: int, amount: int = 1) -> tuple[int, datetime]:
        """Count ``amount`` in the fixed window of ``key``.

        :return: the count, this one included, and when the window ends.
        """
        row = await self._row(_COUNT, self._fixed(key), amount, seconds, self._clock())
        return row["hits"], row["expires_at"]

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """The same for ``limits``: the count alone."""
        hits, _ = await self.count(key, expiry, amount)
        return hits

    async def get(self, key: str) -> int:
        """The count of the fixed window that has not ended, or 0."""
        now = self._clock()
        row = await self._row(_READ, self._fixed(key), now)
        return row["hits"] if row is not None and row["expires_at"] > now else 0

    async def get_expiry(self, key: str) -> float:
        """When the fixed window ends, in seconds since 1970; now where there is none."""
        now = self._clock()
        row = await self._row(_READ, self._fixed(key), now)
        return max(row["expires_at"], now).timestamp() if row is not None else now.timestamp()

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Whether ``amount`` more fit into ``limit`` within ``expiry`` seconds; if so, enters them.

        What does not fit is not entered.
        """
        if amount > limit:
            return False
        row = await self._row(_ENTER, self._moving(key), limit, amount, expiry, self._clock())
        return bool(row["enter_rate"])

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """The oldest entry within ``expiry`` seconds, since 1970, and how many there are."""
        now = self._clock()
        row = await self._row(_READ, self._moving(key), now - timedelta(seconds=expiry))
        if row is None or not row["entered"]:
            return now.timestamp(), 0
        return row["oldest"].timestamp(), row["entered"]

    async def clear(self, key: str) -> None:
        """Forget both windows of ``key``."""
        await self.forget([key])

    async def forget(self, keys: Sequence[str]) -> None:
        """The same for several keys."""
        hashes = [hashed(key) for key in keys for hashed in (self._fixed, self._moving)]
        await self._row(_FORGET, hashes)

    async def reset(self) -> int:
        """Forget every counter of the city."""
        row = await self._row(_FORGET_ENDED, datetime.max.replace(tzinfo=UTC))
        return int(row["forget_ended_rates"])

    async def forget_ended(self) -> int:
        """Forget the counters that are over: upkeep."""
        row = await self._row(_FORGET_ENDED, self._clock())
        return int(row["forget_ended_rates"])

    async def check(self) -> bool:
        """Whether counters can be read."""
        try:
            await self._row(_READ, self._fixed("check"), self._clock())
        except DatabaseFailed:
            return False
        return True

    def _fixed(self, key: str) -> bytes:
        return self._hash(f"fixed/{key}")

    def _moving(self, key: str) -> bytes:
        return self._hash(f"moving/{key}")

    def _hash(self, text: str) -> bytes:
        return hmac.digest(self._secret, text.encode("utf-8", "surrogatepass"), "sha256")

    async def _row(self, statement: str, *arguments: Any) -> Any:
        try:
            return await self._pool.fetchrow(statement, self._city, *arguments)
        except ASYNCPG_ERRORS as error:
            raise translated(error) from error
