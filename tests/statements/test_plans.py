"""In a large city each statement finds its rows by their keys, planned for any city and viewer."""

import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from db.acts import circulars as marking
from db.acts import history
from db.embedded import Addresses
from db.entering import Caller
from db.pool import Pool, open_pool
from db.reading import Rows
from db.statements import (
    circulars,
    groups,
    members,
    offices,
    oneself,
    reach,
    receipts,
    releases,
    residents,
)
from db.statements.reach import Listing
from tests.harness.city import City
from tests.harness.databases import new_database
from tests.statements.crowd import Crowd, gather
from tests.statements.explaining import (
    Ask,
    Explaining,
    nodes,
    plan_at_once,
    plan_of,
    read_before_entering,
    read_whole,
)


@pytest_asyncio.fixture(scope="module")
async def database(postgres: Addresses) -> Addresses:
    return await new_database(postgres)


@pytest_asyncio.fixture(scope="module")
async def crowd(database: Addresses) -> AsyncIterator[Crowd]:
    async with asyncpg.create_pool(database.superuser, min_size=1, max_size=3) as pool:
        city, other = await City(pool).found(), await City(pool).found()
        yield await gather(city, other, pool)


@pytest_asyncio.fixture(scope="module")
async def server(database: Addresses) -> AsyncIterator[Pool]:
    pool = await open_pool(database.server, size=1, statement_timeout_ms=10_000)
    yield pool
    await pool.close()


async def roster(reading: Explaining, crowd: Crowd, **more: Any) -> Rows:
    here = [crowd.group.id]
    asked = {"first": 201, "after": None, "search": None} | more
    parents = asked.pop("parents", [(crowd.group.id, None, None)])
    return await members.page(reading, parents, names_in=here, places_in=here, **asked)


async def reached(reading: Explaining, crowd: Crowd, *listing: Listing) -> Rows:
    return await reach.of_circulars(reading, crowd.circulars, *listing)


async def marking_read(reading: Explaining, crowd: Crowd) -> Rows:
    return [await marking.mark_read(reading, crowd.circulars[0], in_groups=[crowd.group.id])]


# Of each, how many rows come out and how many blocks of 8 KiB may be touched on the way.
STATEMENTS: dict[str, tuple[int, int, Ask]] = {
    "roster": (150, 700, roster),
    "roster after one": (
        51,
        1500,
        lambda reading, crowd: roster(reading, crowd, first=51, after=crowd.members[70]),
    ),
    "roster searched": (
        10,
        1500,
        lambda reading, crowd: roster(reading, crowd, search="スズキ 07"),
    ),
    "members of 75 households": (
        149,
        5000,
        lambda reading, crowd: roster(
            reading, crowd, parents=[(crowd.group.id, None, home) for home in crowd.households]
        ),
    ),
    "members by ids": (150, 4000, lambda reading, crowd: members.by_ids(reading, crowd.members)),
    "members by ids alone": (
        150,
        4000,
        lambda reading, crowd: members.by_ids_alone(reading, crowd.members),
    ),
    "circulars": (
        20,
        50,
        lambda reading, crowd: circulars.page(reading, [crowd.group.id], first=51, after=None),
    ),
    "circulars without their words": (
        20,
        50,
        lambda reading, crowd: circulars.page(
            reading, [crowd.group.id], first=51, after=None, with_bodies=False
        ),
    ),
    "circulars by ids": (
        20,
        50,
        lambda reading, crowd: circulars.by_ids(reading, crowd.circulars),
    ),
    "marking read": (1, 100, marking_read),
    "unread": (
        4,
        1000,
        lambda reading, _: circulars.unread(reading, list(_standings(reading))),
    ),
    "summary of 20 circulars": (20, 2500, reached),
    "summary and outstanding of 20 circulars": (
        20,
        2500,
        lambda reading, crowd: reached(reading, crowd, Listing("OUTSTANDING", 51, None)),
    ),
    "summary and receipts of 20 circulars": (
        20,
        2500,
        lambda reading, crowd: reached(reading, crowd, Listing(None, 201, crowd.members[0])),
    ),
    "own receipts": (20, 1000, lambda reading, crowd: receipts.own(reading, crowd.circulars)),
    "households": (
        75,
        50,
        lambda reading, crowd: groups.households(reading, groups=[crowd.group.id]),
    ),
    "households by ids": (
        75,
        50,
        lambda reading, crowd: groups.households(reading, ids=crowd.households),
    ),
    "groups by ids": (1, 50, lambda reading, crowd: groups.by_ids(reading, [crowd.group.id])),
    "offices": (21, 50, lambda reading, crowd: offices.offices(reading, groups=[crowd.group.id])),
    "appointments": (
        21,
        200,
        lambda reading, crowd: offices.appointments(reading, memberships=crowd.members),
    ),
    "requests": (
        1,
        50,
        lambda reading, crowd: residents.request_page(
            reading, [crowd.group.id], first=51, after=None
        ),
    ),
    "history of a group": (
        51,
        100,
        lambda reading, crowd: history.page(reading, [crowd.group.id], first=51, after=None),
    ),
    "oneself": (1, 50, lambda reading, _: residents.viewer(reading)),
    "oneself in groups": (4, 100, lambda reading, _: oneself.in_groups(reading, frozenset())),
    "oneself in groups with everything": (
        4,
        1200,
        lambda reading, _: oneself.in_groups(reading, frozenset(oneself.Part)),
    ),
}


def _standings(reading: Explaining) -> Any:
    return reading.viewer.standings


@pytest.mark.parametrize("name", STATEMENTS)
async def test_a_statement_finds_its_rows_by_their_keys(
    name: str, crowd: Crowd, server: Pool
) -> None:
    rows, blocks, ask = STATEMENTS[name]
    plan = await plan_of(ask, crowd, server, crowd.caller)
    top = plan["Plan"]
    assert read_whole(plan) == []
    assert top["Actual Rows"] == rows
    assert top["Shared Hit Blocks"] + top["Shared Read Blocks"] <= blocks
    # Planned for any arguments, as the server's statements are.
    assert "$1" in json.dumps(plan)


@pytest.mark.parametrize("name", STATEMENTS)
async def test_a_statement_that_enters_first_reads_nothing_before(
    name: str, crowd: Crowd, server: Pool
) -> None:
    rows, blocks, ask = STATEMENTS[name]
    plan = await plan_at_once(ask, crowd, server, crowd.caller)
    top = plan["Plan"]
    # What is marked read was found behind the entering.
    before = [(node["Node Type"], node["Relation Name"]) for node in read_before_entering(top)]
    assert before == ([("ModifyTable", "receipts")] if name == "marking read" else [])
    assert read_whole(plan) == []
    assert top["Actual Rows"] == rows
    # A few more to enter, with four groups.
    assert top["Shared Hit Blocks"] + top["Shared Read Blocks"] <= blocks + 150


async def test_what_city_policy_withholds_from_everybody_is_not_read(
    crowd: Crowd, server: Pool
) -> None:
    for category in ("NAME", "ADDRESS", "PHONE", "EMAIL"):
        await crowd.city.switch_off(category)
    plan = await plan_of(roster, crowd, server, crowd.caller)
    await crowd.city.execute("delete from kairan.city_policies where city = $1")
    [profiles] = [n for n in nodes(plan["Plan"]) if n.get("Relation Name") == "profiles"]
    # His own, which is open to himself: looked for once, and not with each of 150.
    assert (profiles["Actual Loops"], profiles["Actual Rows"]) == (1, 1)
    assert plan["Plan"]["Actual Rows"] == 150


@pytest.mark.parametrize(
    ("name", "tables"),
    [
        ("circulars", {"circulars"}),
        ("circulars by ids", {"circulars"}),
        ("unread", {"circulars", "receipts"}),
    ],
)
async def test_whom_a_circular_is_addressed_to_is_not_asked_of_other_tables(
    name: str, tables: set[str], crowd: Crowd, server: Pool
) -> None:
    _, _, ask = STATEMENTS[name]
    plan = await plan_of(ask, crowd, server, crowd.caller)
    named = {node["Relation Name"] for node in nodes(plan["Plan"]) if "Relation Name" in node}
    assert named == tables


async def test_the_facts_about_a_viewer_take_a_few_blocks(crowd: Crowd, server: Pool) -> None:
    caller = crowd.caller
    enter = "explain (analyze, buffers, format json) select app.enter($1, $2, $3, $4)"
    async with server.acquire() as connection:
        # Once before, for what is read the first time.
        for _ in range(2):
            row = await connection.fetchval(
                enter, caller.city, caller.person, caller.session, crowd.city.clock()
            )
    (plan,) = json.loads(row)
    # Of four groups, and not a block for each of their members.
    assert plan["Plan"]["Shared Hit Blocks"] < 150


async def test_an_auditor_reads_a_page_of_the_ledger_and_not_the_ledger(
    crowd: Crowd, server: Pool
) -> None:
    auditor = await crowd.city.staff("AUDITOR")
    caller = Caller(crowd.city.number, auditor.id, await crowd.city.session(auditor))
    newest = await crowd.city.fetch(
        "select id from kairan.releases where city = $1 order by id desc offset 1000 limit 1"
    )

    async def page(reading: Explaining, _crowd: Crowd) -> Rows:
        return await releases.page(reading, about=None, first=51, after=newest[0]["id"])

    plan = await plan_of(page, crowd, server, caller)
    assert read_whole(plan) == []
    assert plan["Plan"]["Actual Rows"] == 51
    assert sum(node["Actual Rows"] for node in nodes(plan["Plan"])) < 600
