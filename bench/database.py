"""The bench's hold on the database: its processes, a role without walls, and what rounds leave."""

import asyncio
import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import psutil

from bench.landmarks import READING
from db.embedded import Addresses

# What teams without row security connect as. It reads what we read and writes what we write.
_ROLE = "bench_past_walls"
_PREPARE = (
    f"do $$ begin create role {_ROLE} bypassrls; exception when duplicate_object then null; end $$",
    f"grant connect on database kairan to {_ROLE}",
    f"grant usage on schema kairan, app to {_ROLE}",
    f"grant select on all tables in schema kairan to {_ROLE}",
    f"grant insert, update on kairan.receipts to {_ROLE}",
)


@dataclass(frozen=True)
class Database:
    """The city's database.

    :param with_walls: URL of the server's role, which row security binds.
    :param past_walls: URL of a role that reads past it.
    :param root: process id of PostgreSQL's first process.
    """

    with_walls: str = field(repr=False)
    past_walls: str = field(repr=False)
    superuser: str = field(repr=False)
    root: int
    version: str

    def url_for(self, has_walls: bool) -> str:
        """The address a contender is given."""
        return self.with_walls if has_walls else self.past_walls

    def unread(self) -> int:
        """Take back what was marked read; how many receipts that were."""
        return int(
            asyncio.run(
                _superuser(
                    self.superuser,
                    "with gone as (delete from kairan.receipts where city = $1 and group_id = $2"
                    " returning 1) select count(*) from gone",
                    READING.city,
                    READING.id,
                )
            )
        )

    def tidy(self) -> None:
        """Leave tables as they were loaded: no ledger, and no dead receipts."""
        asyncio.run(_superuser(self.superuser, "truncate kairan.releases"))
        asyncio.run(_superuser(self.superuser, "vacuum kairan.receipts"))
        asyncio.run(_superuser(self.superuser, "checkpoint"))


@contextlib.contextmanager
def prepared(addresses: Addresses) -> Iterator[Database]:
    """The database, made ready; of the bench no more is left than a role without a login."""
    password = secrets.token_urlsafe(24)
    root, version = asyncio.run(_prepare(addresses.superuser, password))
    at = urlsplit(addresses.superuser)
    host = at.netloc.rpartition("@")[2]
    try:
        yield Database(
            with_walls=addresses.server,
            past_walls=urlunsplit(at._replace(netloc=f"{_ROLE}:{password}@{host}")),
            superuser=addresses.superuser,
            root=root,
            version=version,
        )
    finally:
        asyncio.run(_superuser(addresses.superuser, f"alter role {_ROLE} nologin"))


async def _prepare(url: str, password: str) -> tuple[int, str]:
    connection = await asyncpg.connect(url)
    try:
        for statement in _PREPARE:
            await connection.execute(statement)
        # base64url has nothing that would end the text.
        await connection.execute(f"alter role {_ROLE} login password '{password}'")
        pid = await connection.fetchval("select pg_backend_pid()")
        version = await connection.fetchval("show server_version")
        return psutil.Process(pid).ppid(), version
    finally:
        await connection.close()


async def _superuser(url: str, statement: str, *arguments: Any) -> Any:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement, *arguments)
    finally:
        await connection.close()
