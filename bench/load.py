"""Puts the bench city into an empty, migrated database, by COPY."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import asyncpg
import click

from bench.city_rows import COLUMNS, Row, Rows
from db.tables.base import SCHEMA

# Rows between two looks at the progress bar.
_STEP = 4096

# The superuser's: row security does not bind him, and rows that were made to fit need no look at
# every key they point at (that alone takes longer than all the rest). A test looks at them instead.
_TRUST = "set session_replication_role = replica"
_TABLES = """
    select c.relname from pg_catalog.pg_class c
    where c.relnamespace = 'kairan'::regnamespace and c.relkind in ('r', 'p')
        and not c.relispartition
    order by c.relname
"""

Advance = Callable[[int], None]


async def load(superuser_url: str, rows: Rows) -> None:
    """Load the rows into the tables, which are empty, and leave them as a long-run city has them.

    That is analysed, and vacuumed: no request of the bench is to pay for a first look at a row.
    """
    connection = await asyncpg.connect(superuser_url)
    try:
        await connection.execute(_TRUST)
        tables = rows.tables()
        with progress(sum(count for _table, _rows, count in tables)) as advance:
            for table, records, _count in tables:
                await connection.copy_records_to_table(
                    table,
                    schema_name=SCHEMA,
                    columns=COLUMNS[table],
                    records=counted(records, advance),
                    timeout=None,
                )
        for record in await connection.fetch(_TABLES):
            await connection.execute(f'vacuum (freeze, analyze) {SCHEMA}."{record["relname"]}"')
        await connection.execute("checkpoint")
    finally:
        await connection.close()


@contextmanager
def progress(rows: int) -> Iterator[Advance]:
    """A bar on standard error for so many rows; a line where that is no terminal."""
    with click.progressbar(length=rows, label=f"Loading {rows:,} rows", file=sys.stderr) as bar:
        yield bar.update


def counted(records: Iterable[Row], advance: Advance) -> Iterator[Row]:
    """The same records; tells now and then how many went by."""
    number = 0
    for number, record in enumerate(records, start=1):
        yield record
        if number % _STEP == 0:
            advance(_STEP)
    advance(number % _STEP)
