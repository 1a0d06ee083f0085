"""The ledger's months: made ahead by any server, and none of its rows lost where one is missing."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from db.ids import new_id
from db.pool import Pool, open_pool
from db.upkeep import prepare_ledger
from tests.harness.clock import TOKYO
from tests.harness.databases import new_database
from tests.wall.catalogue_scan import faults

PREPARE = "select app.prepare_ledger($1, 13)"
# Half past midnight of February the first in Tokyo, and still January in UTC.
FEBRUARY = datetime(2031, 1, 31, 15, 30, tzinfo=UTC)
MONTHS = [
    *(f"releases_2031_{month:02}" for month in range(2, 13)),
    *("releases_2032_01", "releases_2032_02", "releases_2032_03"),
]
PARTITIONS = """
    select c.relname from pg_class c join pg_inherits i on i.inhrelid = c.oid
    where i.inhparent = 'kairan.releases'::regclass and c.relname >= 'releases_2031_02'
    order by c.relname
"""
ROW = """
    insert into kairan.releases
    values (1, $1, $2, $3, $3, $3, $3, $3, '会長', '会員', '{}', '{}', '{}', '0', null)
    returning tableoid::regclass::text
"""


@pytest_asyncio.fixture
async def database(postgres: Addresses) -> Addresses:
    return await new_database(postgres)


@pytest_asyncio.fixture
async def server(database: Addresses) -> AsyncIterator[Pool]:
    pool = await open_pool(database.server, size=3, statement_timeout_ms=10_000)
    yield pool
    await pool.close()


@pytest_asyncio.fixture
async def superuser(database: Addresses) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.superuser)
    yield connection
    await connection.close()


async def partitions(superuser: asyncpg.Connection) -> list[str]:
    found = [row["relname"] for row in await superuser.fetch(PARTITIONS)]
    found.remove("releases_stray")
    return found


async def write(superuser: asyncpg.Connection, at: datetime) -> Any:
    """Append a row of the moment ``at``; which table it went to."""
    return await superuser.fetchval(ROW, new_id(at), at, uuid4())


async def test_thirteen_months_are_made_ahead_each_behind_the_wall(
    server: Pool, superuser: asyncpg.Connection
) -> None:
    assert await server.fetchval(PREPARE, FEBRUARY) == 14
    assert await partitions(superuser) == MONTHS
    assert await faults(superuser) == []


async def test_asking_again_makes_nothing_and_a_month_later_makes_one(
    server: Pool, superuser: asyncpg.Connection
) -> None:
    await server.fetchval(PREPARE, FEBRUARY)
    assert await server.fetchval(PREPARE, FEBRUARY) == 0
    assert await server.fetchval(PREPARE, FEBRUARY + timedelta(days=28)) == 1
    assert await partitions(superuser) == [*MONTHS, "releases_2032_04"]


async def test_two_servers_that_start_together_make_each_month_once(
    server: Pool, superuser: asyncpg.Connection
) -> None:
    made = await asyncio.gather(*(server.fetchval(PREPARE, FEBRUARY) for _ in range(3)))
    assert sorted(made) == [0, 0, 14]
    assert await partitions(superuser) == MONTHS


async def test_a_server_waits_for_another_that_is_making_them(
    server: Pool, superuser: asyncpg.Connection
) -> None:
    async with server.acquire() as first, server.acquire() as second:
        await first.execute("begin")
        assert await first.fetchval(PREPARE, FEBRUARY) == 14
        waiting = asyncio.create_task(second.fetchval(PREPARE, FEBRUARY))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await first.execute("commit")
        assert await waiting == 0
    assert await partitions(superuser) == MONTHS


async def test_a_release_lands_in_the_month_of_its_city(
    server: Pool, superuser: asyncpg.Connection
) -> None:
    await server.fetchval(PREPARE, FEBRUARY)
    first = datetime(2031, 2, 1, tzinfo=TOKYO)
    for month in MONTHS:
        following = (first + timedelta(days=32)).replace(day=1)
        assert await write(superuser, first) == f"kairan.{month}"
        last = following - timedelta(milliseconds=1)
        assert await write(superuser, last) == f"kairan.{month}"
        first = following
    assert await server.fetchval("select app.stray_releases()") == 0


async def test_a_release_outside_every_month_is_kept_and_somebody_is_told(
    server: Pool, superuser: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    await prepare_ledger(server, FEBRUARY)
    caplog.clear()
    await prepare_ledger(server, FEBRUARY)
    assert caplog.records == []

    assert await write(superuser, datetime(2032, 4, 1, tzinfo=TOKYO)) == "kairan.releases_stray"
    assert await write(superuser, datetime(2019, 5, 1, tzinfo=TOKYO)) == "kairan.releases_stray"
    assert await server.fetchval("select app.stray_releases()") == 2
    await prepare_ledger(server, FEBRUARY)
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (
            logging.ERROR,
            "2 ledger rows fell outside every month, into kairan.releases_stray:"
            " check the server's clock, then move them",
        )
    ]


async def test_a_month_with_a_stray_row_does_not_keep_the_others_from_being_made(
    server: Pool, superuser: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    assert await write(superuser, datetime(2031, 3, 7, tzinfo=TOKYO)) == "kairan.releases_stray"
    await prepare_ledger(server, FEBRUARY)
    assert await partitions(superuser) == [m for m in MONTHS if m != "releases_2031_03"]
    assert [record.getMessage()[:19] for record in caplog.records if record.levelno > 20] == [
        "1 ledger rows fell "
    ]
    # Moved, as the message says, its month is made with the next look.
    await superuser.execute(
        "create temporary table moved as select * from kairan.releases_stray;"
        " delete from kairan.releases_stray"
    )
    await prepare_ledger(server, FEBRUARY)
    await superuser.execute("insert into kairan.releases select * from moved")
    assert await partitions(superuser) == MONTHS
    assert await server.fetchval("select app.stray_releases()") == 0


@pytest.mark.parametrize("months", [-1, 37])
async def test_a_server_cannot_ask_for_tables_without_end(months: int, server: Pool) -> None:
    with pytest.raises(asyncpg.RaiseError, match=f"months is {months}: give 0 to 36"):
        await server.fetchval("select app.prepare_ledger($1, $2)", FEBRUARY, months)
