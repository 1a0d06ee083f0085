"""asyncpg's pool, in front of which the connections that came back last stand ready."""

import asyncio
import contextlib
from typing import Any

import asyncpg

# asyncpg looks after its connections when they come back: after these seconds at the latest.
SWEEP_SECONDS = 10.0


class WarmPool(asyncpg.Pool):
    """A pool from which a transaction takes a connection without waiting, where one is ready.

    asyncpg's own way there and back leads through two tasks, two time limits and a reset, all of
    them for nothing where a connection is whole and its transaction was ended. The one that came
    back last goes out first: its backend has everything in its caches.

    Those that stand ready count as idle. They are given back to asyncpg every few seconds, which
    replaces old ones and closes those that nobody needs.
    """

    __slots__ = ("_asking", "_sweep", "_sweeping", "_warm")

    def __init__(self, url: str, **settings: Any) -> None:
        super().__init__(url, **settings)
        self._warm: list[Any] = []
        # Who waits for asyncpg: as long as anybody does, nothing is kept from him.
        self._asking = 0
        self._sweep: asyncio.TimerHandle | None = None
        self._sweeping: asyncio.Task[None] | None = None

    def take(self) -> Any | None:
        """A connection that stands ready; None where :meth:`acquire` must find one."""
        while self._warm:
            connection = self._warm.pop()
            if not is_lost(connection):
                return connection
            drop(connection)
        return None

    def keep(self, connection: Any) -> bool:
        """Take a connection back for whoever comes next, if that is all there is to do.

        Whoever had it must not touch it again: it is the next one's. False for one that must be
        released instead.
        """
        if (
            self._asking
            or self.is_closing()
            or is_lost(connection)
            or connection.is_in_transaction()
        ):
            return False
        self._warm.append(connection)
        if self._sweep is None:
            loop = asyncio.get_running_loop()
            self._sweep = loop.call_later(SWEEP_SECONDS, self._begin_sweep)
        return True

    async def _acquire(self, timeout: float | None) -> Any:  # noqa: ASYNC109 - asyncpg's
        connection = self.take()
        if connection is not None:
            return connection
        self._asking += 1
        try:
            return await super()._acquire(timeout)  # type: ignore[misc]  # not in the stubs
        finally:
            self._asking -= 1

    def get_idle_size(self) -> int:
        """How many connections are open and not in use."""
        idle: int = super().get_idle_size()
        return idle + sum(not is_lost(connection) for connection in self._warm)

    async def close(self) -> None:
        """Close all connections when they are given back (asyncpg)."""
        # Nothing is kept from the moment on in which the last has gone: asyncpg is closing then.
        await self._give_back()
        self._forget_sweep()
        await super().close()

    def terminate(self) -> None:
        """Drop all connections (asyncpg)."""
        self._warm.clear()
        self._forget_sweep()
        super().terminate()

    def _begin_sweep(self) -> None:
        self._sweep = None
        self._sweeping = asyncio.get_running_loop().create_task(self._give_back())

    def _forget_sweep(self) -> None:
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None

    async def _give_back(self) -> None:
        while self._warm:
            with contextlib.suppress(asyncpg.InternalClientError):
                await asyncpg.Pool.release(self, self._warm.pop())


def is_lost(connection: Any) -> bool:
    """Whether a connection of the pool is closed, by whichever end."""
    try:
        closed: bool = connection.is_closed()
    except asyncpg.InterfaceError:
        # The pool has taken back what was lost.
        return True
    return closed


def drop(connection: Any) -> None:
    """Close a connection without a word, so that asyncpg opens another in its place."""
    with contextlib.suppress(asyncpg.InterfaceError):
        connection.terminate()
