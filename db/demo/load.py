"""Loads the demo city into an empty, migrated database: whole or not at all."""

import asyncio
from collections.abc import Callable
from datetime import date

import asyncpg

from db.demo.city import demo_city
from db.demo.fiscal import today_in_tokyo
from db.demo.rows import Rows
from db.tables.base import SCHEMA

# Row security is forced on its owner as well, and COPY refuses a table on which it acts. Inside one
# transaction it is taken off and put on again, so nobody else ever sees a table without it, and a
# failure restores it. The ledger and its partitions stay as they are: the demo writes no release.
UNFORCE = """
do $$
declare
    name text;
begin
    for name in
        select c.relname from pg_catalog.pg_class c
        where c.relnamespace = 'kairan'::regnamespace and c.relkind = 'r'
            and not c.relispartition and c.relforcerowsecurity
        order by c.relname
    loop
        execute format('alter table kairan.%I no force row level security', name);
    end loop;
end
$$
"""
FORCE = """
do $$
declare
    name text;
begin
    for name in
        select c.relname from pg_catalog.pg_class c
        where c.relnamespace = 'kairan'::regnamespace and c.relkind = 'r'
            and not c.relispartition and c.relrowsecurity
        order by c.relname
    loop
        execute format('alter table kairan.%I force row level security', name);
        -- Before the first question, not some minutes later when autovacuum comes by.
        execute format('analyze kairan.%I', name);
    end loop;
end
$$
"""
UNFORCE_CITIES = "alter table kairan.cities no force row level security"
ANY_CITY = "select name from kairan.cities order by city limit 1"

# Somebody who holds a lock for longer than this is using the database.
PATIENCE = "set local lock_timeout = '10s'"


class NotEmptyError(Exception):
    """The database holds a city already, so the demo city does not go into it."""


def is_empty(owner_url: str) -> bool:
    """Whether no city is in the database. ``owner_url`` is a ``postgresql://`` URL of its owner.

    Raises what PostgreSQL raises, for one when the database is not migrated.
    """
    return asyncio.run(_is_empty(owner_url))


def load(
    owner_url: str,
    *,
    today: date | None = None,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Load the demo city in one transaction. Needs a migrated database without a city.

    :param owner_url: a ``postgresql://`` URL of the role that owns the tables.
    :param today: the day the terms of office are in force on; by default today in Asia/Tokyo.
    :param progress: told in one line what is being done.
    :raises NotEmptyError: when there is a city already; nothing is changed.
    """
    rows = demo_city(today or today_in_tokyo())
    asyncio.run(_load(owner_url, rows, progress or (lambda _line: None)))


async def _is_empty(owner_url: str) -> bool:
    connection = await asyncpg.connect(owner_url)
    try:
        transaction = connection.transaction()
        await transaction.start()
        try:
            await connection.execute(PATIENCE)
            # To the owner, too, forced row security shows an empty table.
            await connection.execute(UNFORCE_CITIES)
            return await connection.fetchval(ANY_CITY) is None
        finally:
            await transaction.rollback()
    finally:
        await connection.close()


async def _load(owner_url: str, rows: Rows, progress: Callable[[str], None]) -> None:
    connection = await asyncpg.connect(owner_url)
    try:
        async with connection.transaction():
            await connection.execute(PATIENCE)
            await connection.execute(UNFORCE)
            city = await connection.fetchval(ANY_CITY)
            if city is not None:
                raise NotEmptyError(
                    f"the database already holds {city}: the demo city goes into an empty one,"
                    " so give another database"
                )
            for records in rows.records():
                progress(f"{records.table}: {len(records.rows):,}")
                await connection.copy_records_to_table(
                    records.table,
                    schema_name=SCHEMA,
                    columns=records.columns,
                    records=records.rows,
                )
            await connection.execute(FORCE)
    finally:
        await connection.close()
