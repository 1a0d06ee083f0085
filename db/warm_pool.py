"""asyncpg's pool, in front of which the connections that came back last stand ready."""

import asyncio
import contextlib
from typing import Any

import asyncpg

# asyncpg looks after its connections when they come back: after these seconds at the latest.
SWEEP_SECONDS = 10.0
# A transaction that nobody came for is ended when it has stood this long, twice at the most.
BEGUN_SECONDS = 0.05


class WarmPool(asyncpg.Pool):
    """A pool from which a transaction takes a connection without waiting, where one is ready.

    asyncpg's own way there and back leads through two tasks, two time limits and a reset, all of
    them for nothing where a connection is whole and its transaction was ended. The one that came
    back last goes out first: its backend has everything in its caches.

    On some of them the next transaction has begun with the COMMIT of the last, which costs nothing
    and saves the next one its BEGIN. It has not looked at anything yet, so it keeps nothing alive
    in the database; and it does not stand for long, or whoever watches PostgreSQL would wonder.

    Those that stand ready count as idle. They are given back to asyncpg every few seconds, which
    replaces old ones and closes those that nobody needs.
    """

    __slots__ = (
        "_asking",
        "_begun",
        "_ending",
        "_fewest_begun",
        "_next_end",
        "_sweep",
        "_sweeping",
        "_warm",
    )

    def __init__(self, url: str, **settings: Any) -> None:
        super().__init__(url, **settings)
        self._warm: list[Any] = []
        self._begun: list[Any] = []
        # How many of these nobody came for since the last time that some were ended: the lowest.
        self._fewest_begun = 0
        self._next_end: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None
        # Who waits for asyncpg: as long as anybody does, nothing is kept from him.
        self._asking = 0
        self._sweep: asyncio.TimerHandle | None = None
        self._sweeping: asyncio.Task[None] | None = None

    def take(self) -> Any | None:
        """A connection that stands ready; None where :meth:`acquire` must find one."""
        return self._ready()

    def _ready(self) -> Any | None:
        while self._warm:
            connection = self._warm.pop()
            if not is_lost(connection):
                return connection
            drop(connection)
        return None

    def take_begun(self) -> Any | None:
        """A connection on which a transaction has begun and nothing was asked yet, or None.

        The isolation level is the one it was kept with: the caller's to know.
        """
        while self._begun:
            connection = self._begun.pop()
            self._fewest_begun = min(self._fewest_begun, len(self._begun))
            if not is_lost(connection):
                return connection
            drop(connection)
        return None

    @property
    def is_keeping(self) -> bool:
        """Whether a connection that is given back now is kept, if it is whole."""
        return not self._asking and not self.is_closing()

    def keep(self, connection: Any) -> bool:
        """Take a connection back for whoever comes next, if that is all there is to do.

        Whoever had it must not touch it again: it is the next one's. False for one that must be
        released instead.
        """
        if not self.is_keeping or is_lost(connection) or connection.is_in_transaction():
            return False
        self._warm.append(connection)
        if self._sweep is None:
            loop = asyncio.get_running_loop()
            self._sweep = loop.call_later(SWEEP_SECONDS, self._begin_sweep)
        return True

    def keep_begun(self, connection: Any) -> bool:
        """The same for one on which the next transaction has begun: straight after COMMIT, so that
        nothing of whoever had it stands. False for one that must be rolled back instead.
        """
        if not self.is_keeping or is_lost(connection) or not connection.is_in_transaction():
            return False
        self._begun.append(connection)
        if self._next_end is None:
            self._fewest_begun = 0
            self._end_later()
        return True

    async def _acquire(self, timeout: float | None) -> Any:  # noqa: ASYNC109 - asyncpg's
        # Not by way of `take`: whoever watches counts it as asked for.
        connection = self._ready()
        if connection is not None:
            return connection
        if not super().get_idle_size():
            # Better than to open another; but whoever comes this way wants to begin for himself.
            async with asyncio.timeout(timeout):
                await self._end_begun(1)
            connection = self._ready()
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
        return idle + sum(not is_lost(connection) for connection in (*self._warm, *self._begun))

    async def close(self) -> None:
        """Close all connections when they are given back (asyncpg)."""
        # Nothing is kept from the moment on in which the last has gone: asyncpg is closing then.
        while self._begun or self._warm:
            await self._end_begun(len(self._begun))
            await self._give_back()
        self._forget_timers()
        await super().close()

    def terminate(self) -> None:
        """Drop all connections (asyncpg)."""
        self._warm.clear()
        self._begun.clear()
        self._forget_timers()
        super().terminate()

    def _begin_sweep(self) -> None:
        self._sweep = None
        self._sweeping = asyncio.get_running_loop().create_task(self._give_back())

    def _end_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._next_end = loop.call_later(BEGUN_SECONDS, self._begin_to_end)

    def _begin_to_end(self) -> None:
        """End those that nobody came for; the one that came back last is taken first, so they are
        at the bottom.
        """
        self._next_end = None
        if self._fewest_begun:
            self._ending = asyncio.get_running_loop().create_task(
                self._end_begun(self._fewest_begun)
            )
        left = len(self._begun) - self._fewest_begun
        self._fewest_begun = left
        if left:
            self._end_later()

    async def _end_begun(self, count: int) -> None:
        """End those that stand longest, ``count`` at the most: then their connections are warm."""
        for _ in range(count):
            if not self._begun:
                return
            # One by one: who is called off here has one of them in hand, and loses no other.
            connection = self._begun.pop(0)
            self._fewest_begun = min(self._fewest_begun, len(self._begun))
            try:
                await connection.execute("rollback")
            except Exception:  # noqa: BLE001  # a lost one: whoever comes next takes another
                drop(connection)
            except BaseException:
                drop(connection)
                raise
            finally:
                if not WarmPool.keep(self, connection):
                    with contextlib.suppress(asyncpg.InternalClientError):
                        await asyncpg.Pool.release(self, connection)

    def _forget_timers(self) -> None:
        for timer in (self._sweep, self._next_end):
            if timer is not None:
                timer.cancel()
        self._sweep = self._next_end = None

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
