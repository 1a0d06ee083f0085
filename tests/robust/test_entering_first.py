"""Where a statement was to enter and to answer, and the way to the database is cut or blocked."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.harness.city import Thing
from tests.robust.conftest import Database, Town, found_town
from tests.robust.test_cut_wire import TIMEOUT, UNKNOWN
from tests.robust.wire import Fault

ENTERS_FIRST = "entered as materialized"
ROSTER = """query ($group: ID!) {
    group(id: $group) { members { nodes { displayName phone } } } }"""
SHOWN = [{"displayName": "けん", "phone": None}, {"displayName": "花子", "phone": "0166-00-0001"}]
ME = "query { me { memberships { displayName group { name } } } }"
MINE = {"me": {"memberships": [{"displayName": "けん", "group": {"name": "神楽町内会"}}]}}
MARK_READ = """mutation ($circular: ID!) { markCircularRead(input: {circularId: $circular}) {
    circular { myReceipt { state } } errors { code } } }"""
MARKED = {"markCircularRead": {"circular": {"myReceipt": {"state": "READ"}}, "errors": []}}


async def me(town: Town) -> Any:
    return (await town.ken.post({"query": ME})).json()


async def roster(town: Town) -> Any:
    """What the chair is shown: the ledger has to know."""
    asking = {"query": ROSTER, "variables": {"group": town.group.gid}}
    answer = (await town.ken.post(asking)).json()
    if answer["data"] is not None:
        return sorted(
            answer["data"]["group"]["members"]["nodes"], key=lambda each: each["displayName"]
        )
    return answer


async def mark(town: Town, circular: Thing) -> httpx.Response:
    return await town.ken.post({"query": MARK_READ, "variables": {"circular": circular.gid}})


async def circular(town: Town) -> Thing:
    """けん has read one like it before."""
    known = await town.faults.city.circular(town.hanako, "お知らせ")
    assert (await mark(town, known)).json() == {"data": MARKED}
    return await town.faults.city.circular(town.hanako, "新年会")


async def read(town: Town, circular: Thing) -> int:
    rows = await town.faults.city.fetch(
        "select from kairan.receipts where city = $1 and circular_id = $2 and read_at is not null",
        circular.id,
    )
    return len(rows)


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.ANSWER_LOST])
async def test_whoever_is_cut_off_is_answered_as_usual(town: Town, fault: Fault) -> None:
    assert await me(town) == {"data": MINE}
    trap = town.wire.at(ENTERS_FIRST, fault)
    assert await me(town) == {"data": MINE}
    assert trap.sprung.is_set()
    await town.faults.healthy()
    # It was no fault of the statement: the next one is tried again.
    trap = town.wire.at(ENTERS_FIRST, Fault.CUT)
    assert [await me(town) for _ in range(3)] == [{"data": MINE}] * 3
    assert trap.sprung.is_set()


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.ANSWER_LOST])
async def test_an_officer_who_is_cut_off_is_answered_as_usual_and_the_ledger_has_it_once(
    town: Town, fault: Fault
) -> None:
    assert await roster(town) == SHOWN
    trap = town.wire.at(ENTERS_FIRST, fault)
    assert await roster(town) == SHOWN
    assert trap.sprung.is_set()
    await town.faults.healthy()
    assert await town.rows("releases") == 2


async def test_whoever_is_cut_off_behind_the_first_statement_is_answered_as_usual(
    town: Town,
) -> None:
    document = (
        """query ($group: ID!) { me { displayName } group(id: $group) { offices { title } } }"""
    )
    asking = {"query": document, "variables": {"group": town.group.gid}}
    first = (await town.ken.post(asking)).json()
    assert first["data"]["group"] == {"offices": [{"title": "会長"}]}
    # On new connections statements are sent as text.
    await town.faults.kill()
    await asyncio.sleep(0.2)
    trap = town.wire.at("select 'Office'", Fault.CUT)
    assert (await town.ken.post(asking)).json() == first
    assert trap.sprung.is_set()
    await town.faults.healthy()


async def test_an_officer_is_not_answered_by_a_silent_database(town: Town) -> None:
    assert await roster(town) == SHOWN
    trap = town.wire.at(ENTERS_FIRST, Fault.STALL)
    assert await roster(town) == {"errors": [TIMEOUT], "data": None}
    assert trap.sprung.is_set()
    await town.faults.healthy()
    assert await town.rows("releases") == 1


async def test_a_silent_database_is_not_asked_twice(town: Town) -> None:
    await me(town)
    trap = town.wire.at(ENTERS_FIRST, Fault.STALL)
    assert await me(town) == {"errors": [TIMEOUT], "data": None}
    assert trap.sprung.is_set()
    await town.faults.healthy()
    assert await me(town) == {"data": MINE}


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.ANSWER_LOST])
async def test_a_mark_that_was_cut_off_is_made_once_and_told(town: Town, fault: Fault) -> None:
    unread = await circular(town)
    trap = town.wire.at(ENTERS_FIRST, fault)
    assert (await mark(town, unread)).json() == {"data": MARKED}
    assert trap.sprung.is_set()
    assert await read(town, unread) == 1
    await town.faults.healthy()


async def test_of_a_mark_that_was_not_answered_nobody_knows(town: Town) -> None:
    unread = await circular(town)
    trap = town.wire.at(ENTERS_FIRST, Fault.STALL)
    assert (await mark(town, unread)).json() == {"errors": [UNKNOWN], "data": None}
    assert trap.sprung.is_set()
    await town.faults.healthy()
    assert (await mark(town, unread)).json() == {"data": MARKED}
    assert await read(town, unread) == 1


@pytest_asyncio.fixture
async def hurried(database: Database, key_folder: Path) -> AsyncIterator[Town]:
    """A statement may take long there, and an operation four tenths of a second."""
    async with found_town(
        database, key_folder, operation_timeout=400, statement_timeout=20_000, pool_wait=5000
    ) as town:
        yield town


async def test_a_mark_that_came_too_late_stands_and_is_told(hurried: Town) -> None:
    unread = await circular(hurried)
    async with hurried.faults.locked("receipts"):
        marking = asyncio.create_task(mark(hurried, unread))
        await hurried.faults.until_waiting()
        await asyncio.sleep(0.6)
    answer = (await marking).json()
    assert answer["data"] is None
    assert [error["extensions"] for error in answer["errors"]] == [
        {"code": "TIMEOUT", "committed": True}
    ]
    assert await read(hurried, unread) == 1
    await hurried.faults.healthy()


async def test_whoever_waits_too_long_for_an_answer_is_told_so(hurried: Town) -> None:
    assert await me(hurried) == {"data": MINE}
    async with hurried.faults.locked("member_details"):
        assert await me(hurried) == {"errors": [TIMEOUT], "data": None}
        # Nobody goes on waiting for it.
        await hurried.faults.until_waiting(0)
    await hurried.faults.healthy()


async def test_an_officer_who_waits_too_long_for_an_answer_is_told_so(hurried: Town) -> None:
    assert await roster(hurried) == SHOWN
    async with hurried.faults.locked("member_details"):
        assert await roster(hurried) == {"errors": [TIMEOUT], "data": None}
        await hurried.faults.until_waiting(0)
    await hurried.faults.healthy()
    assert await hurried.rows("releases") == 1


async def test_connections_that_died_meanwhile_are_replaced_unnoticed(town: Town) -> None:
    assert [await me(town) for _ in range(3)] == [{"data": MINE}] * 3
    await town.faults.kill()
    assert [await me(town) for _ in range(3)] == [{"data": MINE}] * 3
