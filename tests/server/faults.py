"""A database of a test's own, and what can happen to it while somebody asks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg

from tests.harness.city import City
from tests.harness.kairan import Kairan


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
        for _ in range(2000):
            waiting = await self.servers("wait_event_type = 'Lock'")
            if waiting >= count > 0 or waiting == count:
                return
            await asyncio.sleep(0.005)
        raise TimeoutError("nobody waits")

    async def kill(self, state: str = "true") -> None:
        """End the server's connections, as an operator or a failing machine does."""
        await self.superuser.execute(
            f"""
            select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'kairan' and datname = current_database() and {state}
            """
        )

    async def open_transactions(self) -> int:
        """How many of the server's connections are inside a transaction and do nothing."""
        return await self.servers("state like 'idle in transaction%'")

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
        """Fails unless the server answers on all connections it may have, and leaves none open."""
        size = self.kairan.app.state.settings.pool_size
        async with asyncio.timeout(20):
            answers = await asyncio.gather(
                *(self.kairan.nobody.ask("{ groups { nodes { id } } }") for _ in range(3 * size))
            )
            assert all("errors" not in answer for answer in answers)
            # Requests whose client is gone go on for a moment; a transaction left open stays.
            while await self.open_transactions():  # noqa: ASYNC110 - PostgreSQL sends no event
                await asyncio.sleep(0.02)
        assert await self.connections() <= size

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
    return [(error["extensions"]["code"], error["message"]) for error in answer["errors"]]
