"""A ledger of a database's own, and the ways in which it can be closed to writing."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg

from tests.ledger.association import Association
from tests.server.faults import Faults

# A trigger that fires when the transaction commits, after everything was written.
AT_COMMIT = """
    create function public.at_commit() returns trigger language plpgsql as $$
    begin {} return null; end $$;
    create constraint trigger at_commit after insert on kairan.releases
        deferrable initially deferred for each row execute function public.at_commit()
"""
# What is done to the ledger, and how it is undone.
WAYS = {
    "insert was revoked": (
        "revoke insert on kairan.releases from kairan_server",
        "grant insert on kairan.releases to kairan_server",
    ),
    "the row is refused": (
        "alter table kairan.releases add constraint refused check (viewer_name <> 'ken') not valid",
        "alter table kairan.releases drop constraint refused",
    ),
    "a column is missing": (
        "alter table kairan.releases rename column purposes to aims",
        "alter table kairan.releases rename column aims to purposes",
    ),
    "the commit fails": (
        AT_COMMIT.format("raise exception 'the disk is full';"),
        "drop function public.at_commit() cascade",
    ),
}


@dataclass
class Ledger:
    """A server on a database of its own, with the association in it."""

    superuser: asyncpg.Pool
    faults: Faults
    kagura: Association

    @contextlib.asynccontextmanager
    async def closed(self, way: str) -> AsyncIterator[None]:
        """Inside, no row can be written, for the reason ``way``."""
        close, reopen = WAYS[way]
        await self.superuser.execute(close)
        try:
            yield
        finally:
            await self.superuser.execute(reopen)

    @contextlib.asynccontextmanager
    async def commit_waits(self) -> AsyncIterator[None]:
        """Inside, a commit that wrote a row waits while somebody holds the advisory lock 7."""
        await self.superuser.execute(AT_COMMIT.format("perform pg_advisory_xact_lock(7);"))
        try:
            yield
        finally:
            await self.superuser.execute("drop function public.at_commit() cascade")

    async def count(self) -> int:
        """How many rows it holds."""
        found: int = await self.superuser.fetchval("select count(*) from kairan.releases")
        return found
