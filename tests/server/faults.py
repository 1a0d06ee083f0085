"""A database of a test's own, and what can happen to it while somebody asks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg

from tests.harness.city import City
from tests.harness.kairan import Kairan

GROUPS = "{ groups { nodes { id } } }"
# What a server answers whose limits are shorter than the machine is fast.
TOO_SLOW = {"TIMEOUT", "OVERLOADED"}


@dataclass
class Faults:
    """The hand on the database: locks, kills, and looks at what is left open."""

    superuser: asyncpg.Pool
    city: City
    kairan: Kairan

    @contextlib.asynccontextmanager
    async def locked(self, table: str) -> AsyncIterator[None]:
        """Inside, whoever reads ``kairan.<table>`` waits."""
        async with self.superuser.acquire() as connection, connection.transaction():
            await connection.execute(f"lock table kairan.{table} in access exclusive mode")
            yield

    async def until_waiting(self, count: int = 1) -> None:
        """Until so many statements of the server wait for a lock; 0: until none does."""
        async with asyncio.timeout(60):
            while True:
                waiting = await self.servers("wait_event_type = 'Lock'")
                if waiting >= count > 0 or waiting == count:
                    return
                await asyncio.sleep(0.005)

    async def kill(self, state: str = "true") -> None:
        """End the server's connections, as an operator or a failing machine does.

        Returns when the server has noticed.
        """
        await self.superuser.execute(
            f"""
            select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'kairan' and datname = current_database() and {state}
            """
        )
        pool = self.kairan.app.state.pool
        async with asyncio.timeout(60):
            while pool.get_size() > await self.connections():  # noqa: ASYNC110 - tells nobody
                await asyncio.sleep(0.005)

    async def open_transactions(self) -> int:
        """How many of the server's connections are inside a transaction and do nothing.

        One that has only begun, with the end of the last, is nobody's yet.
        """
        return await self.servers(
            "state like 'idle in transaction%' and query <> 'commit and chain'"
        )

    async def connections(self) -> int:
        """How many connections the server has."""
        return await self.servers("true")

    async def servers(self, condition: str) -> int:
        """How many of the server's connections meet a condition on ``pg_stat_activity``."""
        found: int = await self.superuser.fetchval(
            f"""
            select count(*) from pg_stat_activity
            where application_name = 'kairan' and datname = current_database() and {condition}
            """
        )
        return found

    async def healthy(self) -> None:
        """Fails unless the server answers on all connections it may have, and leaves none open.

        How fast is not the question: its limits may be short, and the machine busy.
        """
        state = self.kairan.app.state
        size = state.settings.pool_size
        async with asyncio.timeout(60):
            await asyncio.gather(*(self._answered() for _ in range(3 * size)))
            # Requests whose client is gone go on for a moment; a transaction left open stays, and
            # so does a connection that nobody gave back.
            while (  # noqa: ASYNC110 - PostgreSQL sends no event
                await self.open_transactions()
                or state.pool.get_idle_size() != state.pool.get_size()
            ):
                await asyncio.sleep(0.02)
        assert await self.connections() <= size

    async def _answered(self) -> None:
        """Ask until there was time for an answer; it has no errors."""
        while True:
            answer = (await self.kairan.nobody.post({"query": GROUPS})).json()
            if {code for code, _message in errors(answer)} - TOO_SLOW:
                raise AssertionError(answer["errors"])
            if "errors" not in answer:
                return

    @contextlib.asynccontextmanager
    async def unreachable(self) -> AsyncIterator[None]:
        """Inside, the database takes no connection and has ended those it had."""
        name = await self.superuser.fetchval("select current_database()")
        await self.superuser.execute(f"alter database {name} connection limit 0")
        await self.kill()
        try:
            yield
        finally:
            await self.superuser.execute(f"alter database {name} connection limit -1")


def errors(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """The code and message of each error."""
    return [(error["extensions"]["code"], error["message"]) for error in answer.get("errors", ())]
