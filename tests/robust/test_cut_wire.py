"""Wherever the way to the database is cut, nothing is done by halves and the client knows it."""

from typing import Any

import httpx
import pytest

from tests.robust.conftest import Town
from tests.robust.wire import Fault

UNAVAILABLE = {
    "message": "Our database is not available at the moment. Try again later.",
    "extensions": {"code": "DATABASE_UNAVAILABLE"},
}
TIMEOUT = {
    "message": "This took too long. Ask for less, or try again later.",
    "extensions": {"code": "TIMEOUT"},
}
UNWRITTEN = {
    "message": "Nothing can be released at the moment.",
    "extensions": {"code": "LEDGER_UNAVAILABLE"},
}
UNKNOWN = {
    "message": (
        "Whether the change was made is not known. Send it again with the same idempotencyKey, or"
        " look before you do."
    ),
    "extensions": {"code": "OUTCOME_UNKNOWN"},
}


def committed(code: str) -> dict[str, Any]:
    return {
        "message": "The change was made, but what it returns cannot be read now.",
        "path": ["publishCircular"],
        "extensions": {"code": code, "committed": True},
    }


ROSTER = """
    query($id: ID!) { group(id: $id) { members { nodes { displayName phone } } } }
"""


async def phones(town: Town) -> httpx.Response:
    return await town.ken.post({"query": ROSTER, "variables": {"id": town.group.gid}})


def shown(answer: httpx.Response) -> dict[str, str | None]:
    """Whose phone number came."""
    assert "errors" not in answer.json()
    nodes = answer.json()["data"]["group"]["members"]["nodes"]
    return {node["displayName"]: node["phone"] for node in nodes}


RELEASED = {"けん": None, "花子": "0166-00-0001"}


async def publish(town: Town, key: str) -> httpx.Response:
    document = """
        mutation($input: PublishCircularInput!) {
          publishCircular(input: $input) { circular { title } errors { code } }
        }
    """
    asked = {
        "groupId": town.group.gid,
        "title": "新年会",
        "body": "一月五日です。",
        "idempotencyKey": key,
    }
    return await town.ken.post({"query": document, "variables": {"input": asked}})


READS = [
    # statement, fault, ledger rows, the one error
    ("kairan.member_details", Fault.CUT, 0, UNAVAILABLE),
    ("kairan.member_details", Fault.STALL, 0, TIMEOUT),
    ("insert into kairan.releases", Fault.CUT, 0, UNWRITTEN),
    ("insert into kairan.releases", Fault.STALL, 0, UNWRITTEN),
    ("commit", Fault.CUT, 0, UNWRITTEN),
    ("commit", Fault.STALL, 0, UNWRITTEN),
    # It tells of a release that nobody got: better than the other way round.
    ("commit", Fault.ANSWER_LOST, 1, UNWRITTEN),
]


@pytest.mark.parametrize(("statement", "fault", "written", "error"), READS)
async def test_an_officer_whose_answer_was_cut_off_was_given_nothing(
    town: Town, statement: str, fault: Fault, written: int, error: dict[str, Any]
) -> None:
    trap = town.wire.at(statement, fault)
    answer = await phones(town)
    assert trap.sprung.is_set()
    assert (answer.status_code, answer.json()) == (200, {"errors": [error], "data": None})
    assert await town.rows("releases") == written
    await town.faults.healthy()
    assert shown(await phones(town)) == RELEASED
    assert await town.rows("releases") == written + 1


@pytest.mark.parametrize("statement", ["begin isolation", "app.enter"])
async def test_a_connection_that_was_cut_while_idle_is_replaced_unnoticed(
    town: Town, statement: str
) -> None:
    trap = town.wire.at(statement, Fault.CUT)
    assert shown(await phones(town)) == RELEASED
    assert trap.sprung.is_set()
    assert await town.rows("releases") == 1


@pytest.mark.parametrize("statement", ["begin isolation", "app.enter"])
async def test_whoever_asks_while_every_connection_is_cut_may_ask_again_as_it_is(
    town: Town, statement: str
) -> None:
    trap = town.wire.at(statement, Fault.CUT, times=2)
    answer = await publish(town, "cut-at-the-start")
    assert trap.sprung.is_set()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json() == {"errors": [UNAVAILABLE]}
    assert await town.rows("circulars") == 0
    assert (await publish(town, "cut-at-the-start")).status_code == 200
    assert await town.rows("circulars") == 1


@pytest.mark.parametrize("statement", ["begin isolation", "app.enter"])
async def test_a_silent_database_is_not_waited_for_without_end(town: Town, statement: str) -> None:
    trap = town.wire.at(statement, Fault.STALL)
    assert (await phones(town)).json() == {"errors": [TIMEOUT], "data": None}
    assert trap.sprung.is_set()
    await town.faults.healthy()


CHANGES = [
    # statement, fault, circulars afterwards, the one error
    ("insert into kairan.circulars", Fault.CUT, 0, UNAVAILABLE),
    ("insert into kairan.circulars", Fault.STALL, 0, TIMEOUT),
    ("insert into kairan.circulars", Fault.ANSWER_LOST, 0, UNAVAILABLE),
    ("commit", Fault.CUT, 0, UNKNOWN),
    ("commit", Fault.STALL, 0, UNKNOWN),
    ("commit", Fault.ANSWER_LOST, 1, UNKNOWN),
    ("begin isolation level repeatable read", Fault.STALL, 1, committed("TIMEOUT")),
    ("from kairan.circulars c", Fault.CUT, 1, committed("DATABASE_UNAVAILABLE")),
]


@pytest.mark.parametrize(("statement", "fault", "made", "error"), CHANGES)
async def test_a_circular_whose_publishing_was_cut_off_is_there_whole_or_not_at_all(
    town: Town, statement: str, fault: Fault, made: int, error: dict[str, Any]
) -> None:
    trap = town.wire.at(statement, fault)
    answer = await publish(town, "the-same-key")
    assert trap.sprung.is_set()
    assert (answer.status_code, answer.json()) == (200, {"errors": [error], "data": None})
    assert [await town.rows(table) for table in WRITTEN] == [made] * 2
    await town.faults.healthy()

    again = await publish(town, "the-same-key")
    assert again.json() == {
        "data": {"publishCircular": {"circular": {"title": "新年会"}, "errors": []}}
    }
    assert [await town.rows(table) for table in WRITTEN] == [1] * 2


WRITTEN = ("circulars", "idempotency_keys")
