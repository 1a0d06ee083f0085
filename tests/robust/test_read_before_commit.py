"""Marking a circular read touches no facts: its payload is read before the change is committed.

Whatever fails on the way, the answer says whether the change was made, and nothing leaves that the
ledger does not know.
"""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

import db.warm_pool
from schema import node
from tests.harness.city import Thing
from tests.robust.conftest import Database, Town, found_town
from tests.robust.test_cut_wire import TIMEOUT, UNAVAILABLE, UNKNOWN
from tests.robust.test_time_limit import hurried, settled, unhurried
from tests.robust.wire import Fault

__all__ = ["hurried", "unhurried"]

MARK = "markCircularRead(input: { circularId: $id })"
READ = "circular { myReceipt { state readAt } }"
# None of the facts is read from that table.
WITH_VERSIONS = "circular { versions { title } }"
WITH_AUTHOR = "circular { title author { displayName phone } }"
NOON = "2026-11-23T03:00:00+00:00"
DONE = {"circular": {"myReceipt": {"state": "READ", "readAt": NOON}}, "errors": []}


@pytest_asyncio.fixture
async def circular(town: Town) -> Thing:
    return await by_hanako(town)


async def by_hanako(town: Town) -> Thing:
    """A circular of 花子's, whose phone number officers may be shown."""
    return await town.kairan.city.circular(town.hanako, "新年会")


async def mark(town: Town, circular: Thing, selection: str = READ) -> Any:
    document = f"mutation($id: ID!) {{ {MARK} {{ {selection} errors {{ code }} }} }}"
    return (await town.ken.post({"query": document, "variables": {"id": circular.gid}})).json()


async def test_its_own_payload_counts_it_as_read(town: Town, circular: Thing) -> None:
    await by_hanako(town)
    unread = "circular { group { unreadCircularCount } }"
    payload = (await mark(town, circular, unread))["data"]["markCircularRead"]
    assert payload["circular"] == {"group": {"unreadCircularCount": 1}}


async def test_its_payload_has_the_receipt_that_is_found_afterwards(town: Town) -> None:
    """Of all who may read it those are counted alone who were in its audience at the time."""
    city = town.kairan.city
    han = await city.han(town.group, "1班")
    await city.execute("update kairan.member_details set han_id = $2 where city = $1", han.id)
    whole = "myReceipt { state deliveredAt readAt paperAt member { displayName } }"
    parts = "myReceipt { state deliveredAt readAt }"
    early = city.clock() - timedelta(days=800)
    # He came into that han a month ago, and reads since then what was addressed to it before.
    await city.insert(
        "past_places",
        membership_id=town.chair.id,
        until=city.clock() - timedelta(days=30),
        group_id=town.group.id,
        resident_id=town.chair.person.id,
    )
    before = city.clock() - timedelta(days=60)
    for expected, columns in (
        ("READ", {}),
        (None, {"published_at": early}),
        ("READ", {"audience": "HAN", "audience_han_id": han.id}),
        (None, {"audience": "HAN", "audience_han_id": han.id, "published_at": before}),
    ):
        circular = await city.circular(town.hanako, "新年会", **columns)
        await city.execute(
            "insert into kairan.paper_deliveries (city, circular_id, membership_id, group_id,"
            " recorded_by, recorded_at) values ($1, $2, $3, $4, $3, $5)",
            *(circular.id, town.chair.id, town.group.id, city.clock()),
        )
        later = f"query($id: ID!) {{ node(id: $id) {{ ... on Circular {{ {whole} }} }} }}"
        for selection in (parts, whole):
            payload = (await mark(town, circular, f"circular {{ {selection} }}"))["data"]
            shown = payload["markCircularRead"]["circular"]["myReceipt"]
            found = (await town.ken.data(later, id=circular.gid))["node"]["myReceipt"]
            assert (shown and shown["state"]) == expected
            assert shown == (found and {name: found[name] for name in shown})


async def test_it_takes_one_transaction_that_began_with_the_end_of_the_last(
    town: Town, circular: Thing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.warm_pool, "BEGUN_SECONDS", 600)
    # The driver has looked up the types, and this answer is asked for the first time.
    await mark(town, circular, WITH_VERSIONS)
    start = len(town.kairan.statements)
    assert await mark(town, circular) == {"data": {"markCircularRead": DONE}}
    enter, marking, commit = town.kairan.statements[start:]
    assert enter.startswith("select app.enter")
    assert "insert into kairan.receipts" in marking
    assert commit == "commit and chain"


FAILURES = [
    # statement, fault, receipts afterwards, the one error
    ("insert into kairan.receipts", Fault.CUT, 0, UNAVAILABLE),
    ("insert into kairan.receipts", Fault.ANSWER_LOST, 0, UNAVAILABLE),
    # The payload.
    ("from kairan.circular_versions", Fault.CUT, 0, UNAVAILABLE),
    ("from kairan.circular_versions", Fault.STALL, 0, TIMEOUT),
    ("commit", Fault.CUT, 0, UNKNOWN),
    ("commit", Fault.STALL, 0, UNKNOWN),
    ("commit", Fault.ANSWER_LOST, 1, UNKNOWN),
]


@pytest.mark.parametrize(("statement", "fault", "made", "error"), FAILURES)
async def test_what_is_cut_off_is_made_whole_or_not_at_all_and_can_be_repeated(
    town: Town, circular: Thing, statement: str, fault: Fault, made: int, error: dict[str, Any]
) -> None:
    trap = town.wire.at(statement, fault)
    answer = await mark(town, circular, WITH_VERSIONS)
    assert trap.sprung.is_set()
    assert answer == {"errors": [error], "data": None}
    assert await town.rows("receipts") == made
    await town.faults.healthy()

    assert await mark(town, circular) == {"data": {"markCircularRead": DONE}}
    assert await town.rows("receipts") == 1


async def test_an_error_in_a_field_of_the_payload_leaves_the_change(
    town: Town, circular: Thing
) -> None:
    page = "circular { receipts(first: 0) { pageInfo { hasNextPage } } }"
    answer = await mark(town, circular, f"{READ} {page}")
    assert answer["data"]["markCircularRead"]["circular"]["myReceipt"]["state"] == "READ"
    assert await town.rows("receipts") == 1


async def test_an_error_that_takes_the_circular_out_of_the_payload_leaves_the_change(
    town: Town, circular: Thing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``id`` cannot be null, so an error there takes the circular."""

    def broken(_type: str, _ids: object) -> list[str]:
        raise RuntimeError("no id")

    monkeypatch.setattr(node, "to_global_ids", broken)
    monkeypatch.setattr(node, "to_global_id", broken)
    answer = await mark(town, circular, "circular { id }")
    assert answer["data"] == {"markCircularRead": {"circular": None, "errors": []}}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL"]
    assert await town.rows("receipts") == 1


async def test_what_the_payload_releases_is_written_after_the_change(
    town: Town, circular: Thing
) -> None:
    answer = await mark(town, circular, WITH_AUTHOR)
    assert answer["data"]["markCircularRead"]["circular"]["author"]["phone"] == "0166-00-0001"
    assert await town.rows("releases") == 1
    assert await town.rows("receipts") == 1


UNRELEASED = [
    ("insert into kairan.releases", Fault.CUT, 0),
    # The change's is the first.
    ("commit", Fault.CUT, 0),
    ("commit", Fault.ANSWER_LOST, 1),
]


@pytest.mark.parametrize(("statement", "fault", "written"), UNRELEASED)
async def test_where_the_ledger_cannot_be_written_the_change_stands_and_nothing_leaves(
    town: Town, circular: Thing, statement: str, fault: Fault, written: int
) -> None:
    trap = town.wire.at(statement, fault, after=1 if statement == "commit" else 0)
    answer = await mark(town, circular, WITH_AUTHOR)
    assert trap.sprung.is_set()
    assert answer == {
        "errors": [
            {
                "message": "The change was made, but what it returns cannot be released now.",
                "path": ["markCircularRead"],
                "extensions": {"code": "LEDGER_UNAVAILABLE", "committed": True},
            }
        ],
        "data": {"markCircularRead": None},
    }
    assert await town.rows("releases") == written
    assert await town.rows("receipts") == 1
    await town.faults.healthy()


async def test_a_change_stands_whose_payload_is_over_the_quota(
    database: Database, key_folder: Path
) -> None:
    async with found_town(database, key_folder, release_quota=0) as town:
        answer = await mark(town, await by_hanako(town), WITH_AUTHOR)
        assert answer["data"] == {"markCircularRead": None}
        assert [(e["path"], e["extensions"]) for e in answer["errors"]] == [
            (
                ["markCircularRead"],
                {"code": "RELEASE_QUOTA_EXCEEDED", "limit": 0, "committed": True},
            )
        ]
        assert [await town.rows(table) for table in ("receipts", "releases")] == [1, 0]


async def test_where_the_database_is_gone_after_the_change_it_is_told_as_made(
    town: Town, circular: Thing
) -> None:
    # Every transaction enters with the session; the statement itself is sent once.
    [session] = await town.faults.city.fetch("select id from kairan.sessions where city = $1")
    trap = town.wire.at(session["id"].bytes, Fault.CUT, after=1, times=2)
    answer = await mark(town, circular, WITH_AUTHOR)
    assert trap.sprung.is_set()
    assert answer["data"] is None
    assert [(e["path"], e["extensions"]) for e in answer["errors"]] == [
        (["markCircularRead"], {"code": "DATABASE_UNAVAILABLE", "committed": True})
    ]
    assert [await town.rows(table) for table in ("receipts", "releases")] == [1, 0]


async def test_a_session_that_ends_before_the_ledger_is_written_gets_nothing(
    town: Town, circular: Thing
) -> None:
    city = town.kairan.city
    async with town.faults.locked("circular_versions"):
        asking = asyncio.create_task(mark(town, circular, f"{WITH_AUTHOR} {WITH_VERSIONS}"))
        await town.faults.until_waiting()
        await town.faults.superuser.execute(
            "update kairan.sessions set ended_at = opened_at where city = $1", city.number
        )
    answer = await asking
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "UNAUTHENTICATED"}]
    assert "data" not in answer
    assert [await town.rows(table) for table in ("receipts", "releases")] == [1, 0]


async def test_each_of_several_fields_is_committed_before_the_next_begins(
    town: Town, circular: Thing
) -> None:
    other = await by_hanako(town)
    document = f"""
        mutation($id: ID!, $other: ID!) {{
          one: {MARK} {{ {WITH_VERSIONS} errors {{ code }} }}
          two: {MARK.replace("$id", "$other")} {{ {WITH_VERSIONS} errors {{ code }} }}
        }}
    """
    commits = town.wire.at("commit", Fault.CUT, after=1)
    variables = {"id": circular.gid, "other": other.gid}
    answer = (await town.ken.post({"query": document, "variables": variables})).json()
    assert commits.sprung.is_set()
    assert answer["data"] is None
    assert [(e.get("path"), e["extensions"]) for e in answer["errors"]] == [
        (["one"], {"code": "DATABASE_UNAVAILABLE", "committed": True}),
        (None, {"code": "OUTCOME_UNKNOWN"}),
    ]
    assert await town.rows("receipts") == 1


async def test_of_several_fields_the_second_may_be_one_statement(
    town: Town, circular: Thing
) -> None:
    other = await by_hanako(town)
    document = f"""
        mutation($id: ID!, $other: ID!) {{
          one: {MARK} {{ {READ} errors {{ code }} }}
          two: {MARK.replace("$id", "$other")} {{ {READ} errors {{ code }} }}
        }}
    """
    trap = town.wire.at("entered as materialized", Fault.CUT)
    data = await town.ken.data(document, id=circular.gid, other=other.gid)
    assert trap.sprung.is_set()
    # Overtaken, both are marked once more: the first time stays.
    assert data == {"one": DONE, "two": DONE}
    assert await town.rows("receipts") == 2


async def test_facts_change_and_payload_are_of_one_moment(town: Town, circular: Thing) -> None:
    city = town.kairan.city
    han = await city.han(town.group, "1班")
    await city.execute("update kairan.member_details set han_id = $2 where city = $1", han.id)
    names = "circular { group { hans { members { nodes { displayName } } } } }"
    async with town.faults.locked("hans"):
        asking = asyncio.create_task(mark(town, circular, names))
        await town.faults.until_waiting()
        await city.execute(
            "update kairan.member_details set display_name = '後から' where city = $1"
        )
    answer = await asking
    (han,) = answer["data"]["markCircularRead"]["circular"]["group"]["hans"]
    assert {node["displayName"] for node in han["members"]["nodes"]} == {"けん", "花子"}


async def test_two_tabs_at_once_both_have_read_it_at_the_same_time(
    town: Town, circular: Thing
) -> None:
    answers = await asyncio.gather(*(mark(town, circular) for _ in range(12)))
    assert answers == [{"data": {"markCircularRead": DONE}}] * 12
    assert await town.rows("receipts") == 1


async def test_one_who_comes_second_begins_again(town: Town, circular: Thing) -> None:
    city, superuser = town.kairan.city, town.faults.superuser
    async with superuser.acquire() as other, other.transaction():
        await other.execute(
            "insert into kairan.receipts (city, circular_id, membership_id, group_id, delivered_at,"
            " read_at) values ($1, $2, $3, $4, $5, $5)",
            *(city.number, circular.id, town.chair.id, town.group.id, city.clock()),
        )
        city.clock.advance(minutes=1)
        asking = asyncio.create_task(mark(town, circular))
        await town.faults.until_waiting()
    assert await asking == {"data": {"markCircularRead": DONE}}


async def test_a_payload_that_waits_too_long_takes_the_change_back(hurried: Town) -> None:
    circular = await by_hanako(hurried)
    async with hurried.faults.locked("circular_versions"):
        answer = await mark(hurried, circular, WITH_VERSIONS)
    assert answer == {"errors": [TIMEOUT], "data": None}
    assert await hurried.rows("receipts") == 0
    await settled(hurried)


async def test_a_commit_that_is_slow_is_waited_for_and_acknowledged(unhurried: Town) -> None:
    circular = await by_hanako(unhurried)
    await unhurried.faults.superuser.execute(SLOW_COMMIT)
    try:
        answer = await mark(unhurried, circular)
    finally:
        await unhurried.faults.superuser.execute("drop function public.slow() cascade")
    assert answer["data"] is None
    assert [(e.get("path"), e["extensions"]) for e in answer["errors"]] == [
        (["markCircularRead"], {"code": "TIMEOUT", "committed": True})
    ]
    assert await unhurried.rows("receipts") == 1
    await settled(unhurried)


SLOW_COMMIT = """
    create function public.slow() returns trigger language plpgsql as $$
    begin
        perform pg_sleep(4);
        return null;
    end $$;
    create constraint trigger slow after insert on kairan.receipts
    deferrable initially deferred for each row execute function public.slow();
"""
