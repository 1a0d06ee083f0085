"""asyncpg's pool, in which somebody may watch."""

from time import perf_counter
from typing import Any

from db.warm_pool import WarmPool
from db.watched import PoolWatcher, statement


class NobodyWatches:
    """Where no server is behind the pool."""

    def waits(self) -> None:
        """Nobody is told; nor of the rest."""

    def waited(self, seconds: float, *, got: bool) -> None:
        """How long it took."""

    taken = released = opened = closed = waits


class WatchedPool(WarmPool):
    """A pool that says what it does. Every way to a connection leads through :meth:`take`,
    :meth:`take_begun` or :meth:`_acquire`.

    :param watcher: who is told.
    """

    __slots__ = ("_out", "_watcher")

    def __init__(self, url: str, *, watcher: PoolWatcher, **settings: Any) -> None:
        super().__init__(url, **settings)
        self._watcher = watcher
        self._out: set[int] = set()

    def take(self) -> Any | None:
        """A connection that stands ready, or None."""
        return self._gone_out(super().take())

    def take_begun(self) -> Any | None:
        """A connection on which a transaction has begun, or None."""
        return self._gone_out(super().take_begun())

    def keep(self, connection: Any) -> bool:
        """Take a connection back, if that is all there is to do."""
        return self._come_back(connection, kept=super().keep(connection))

    def keep_begun(self, connection: Any) -> bool:
        """Take one back on which the next transaction has begun."""
        return self._come_back(connection, kept=super().keep_begun(connection))

    def _gone_out(self, connection: Any | None) -> Any | None:
        if connection is not None:
            self._watcher.taken()
            self._out.add(id(connection))
        return connection

    def _come_back(self, connection: Any, *, kept: bool) -> bool:
        if kept:
            self._out.remove(id(connection))
            self._watcher.released()
        return kept

    async def _acquire(self, timeout: float | None) -> Any:  # noqa: ASYNC109 - asyncpg's
        connection = self.take()
        if connection is not None:
            return connection
        began = perf_counter()
        got = False
        self._watcher.waits()
        try:
            connection = await super()._acquire(timeout)
            got = True
        finally:
            self._watcher.waited(perf_counter() - began, got=got)
        self._out.add(id(connection))
        return connection

    async def release(self, connection: Any, *, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Take a connection back; one that is back already is no error (asyncpg)."""
        if id(connection) in self._out:
            self._out.remove(id(connection))
            self._watcher.released()
        await super().release(connection, timeout=timeout)

    async def execute(self, query: str, *arguments: Any, **options: Any) -> str:
        """The same as asyncpg's, counted; so are the next three."""
        with statement(query):
            status: str = await super().execute(query, *arguments, **options)
            return status

    async def fetch(self, query: str, *arguments: Any, **options: Any) -> list[Any]:
        """All rows."""
        with statement(query):
            rows: list[Any] = await super().fetch(query, *arguments, **options)
            return rows

    async def fetchrow(self, query: str, *arguments: Any, **options: Any) -> Any:
        """The first row."""
        with statement(query):
            return await super().fetchrow(query, *arguments, **options)

    async def fetchval(self, query: str, *arguments: Any, **options: Any) -> Any:
        """The first value."""
        with statement(query):
            return await super().fetchval(query, *arguments, **options)
