"""Plain connections as the server's role: row security alone, and nothing of ours before it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from tests.wall.neighbourhood import Neighbourhood

ENTER = "select app.enter($1, $2, $3, $4)"
# The server's role has no right on them: functions of the door read and write them.
HIDDEN = ("documents", "logins", "mailed_codes", "rates", "refresh_tokens")


@asynccontextmanager
async def entered(
    connection: asyncpg.Connection, here: Neighbourhood, name: str = "nobody"
) -> AsyncIterator[asyncpg.Connection]:
    """A transaction entered as somebody; rolled back."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await enter(connection, here, name)
        yield connection
    finally:
        await transaction.rollback()


async def enter(connection: asyncpg.Connection, here: Neighbourhood, name: str) -> None:
    """Enter as somebody, inside a transaction."""
    person, session = here.who(name)
    await connection.fetchval(ENTER, here.city.number, person, session, here.city.clock())


async def tables_of(superuser: asyncpg.Pool, *, partitions: bool = False) -> list[str]:
    """The tables of the schema ``kairan``, from the catalogue; Alembic's own left out."""
    rows = await superuser.fetch(
        """
        select c.relname from pg_catalog.pg_class c
        where c.relnamespace = 'kairan'::regnamespace and c.relkind in ('r', 'p')
            and c.relispartition = $1 and c.relname <> 'alembic_version'
        order by c.relname
        """,
        partitions,
    )
    return [row["relname"] for row in rows]
