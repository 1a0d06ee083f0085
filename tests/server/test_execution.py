"""Whatever goes wrong has one code, tells nothing of our inside, and harms no other request."""

import asyncio
import json
import logging
from typing import Any

import pytest

from permissions.words import Power
from tests.harness.suite_log import Lines
from tests.server.faults import Faults, errors

GROUPS = "{ groups { nodes { name } } }"
TIMED_OUT = {
    "errors": [
        {
            "message": "This took too long. Ask for less, or try again later.",
            "extensions": {"code": "TIMEOUT"},
        }
    ],
    "data": None,
}
UNAVAILABLE = "Our database is not available at the moment. Try again later."
OURS = "Something went wrong on our side. Tell us the requestId."

MISTAKES = [
    # (document, variables, status, code)
    ("{ groups { nodes { name } ", {}, 400, "GRAPHQL_PARSE_FAILED"),
    ("{ groups(search: '神楽') { nodes { name } } }", {}, 400, "GRAPHQL_PARSE_FAILED"),
    ("{ " * 500 + " }" * 500, {}, 400, "GRAPHQL_PARSE_FAILED"),
    ("{ " + "a: __typename " * 6000 + "}", {}, 422, "DOCUMENT_LIMIT_EXCEEDED"),
    ("{ group { name } }", {}, 422, "GRAPHQL_VALIDATION_FAILED"),
    ("{ residents { name } }", {}, 422, "GRAPHQL_VALIDATION_FAILED"),
    ('{ groups(first: "5") { nodes { name } } }', {}, 422, "GRAPHQL_VALIDATION_FAILED"),
    ("query($n: Strin) { groups(search: $n) { nodes { id } } }", {}, 422, None),
    ("query($n: Int!) { groups(first: $n) { nodes { id } } }", {}, 422, "BAD_USER_INPUT"),
    ("query($n: Int) { groups(first: $n) { nodes { id } } }", {"n": "5"}, 422, "BAD_USER_INPUT"),
    ("query($n: Int) { groups(first: $n) { nodes { id } } }", {"n": 2**31}, 422, "BAD_USER_INPUT"),
    ('query($n: ID = "x") { node(id: $n) { id } }', {"n": None}, 200, "BAD_USER_INPUT"),
    ("{ groups(first: 0) { nodes { name } } }", {}, 200, "BAD_USER_INPUT"),
    ('{ groups(search: "\\u0000") { nodes { name } } }', {}, 200, "BAD_USER_INPUT"),
    ('{ groups(after: "x") { nodes { name } } }', {}, 200, "CURSOR_UNKNOWN"),
]


@pytest.mark.parametrize(("document", "variables", "status", "code"), MISTAKES)
async def test_a_clients_mistake_has_its_code_and_is_no_error_in_our_log(
    faults: Faults,
    caplog: pytest.LogCaptureFixture,
    document: str,
    variables: dict[str, Any],
    status: int,
    code: str | None,
) -> None:
    with caplog.at_level(logging.INFO):
        answer = await faults.kairan.nobody.post({"query": document, "variables": variables})
    assert answer.status_code == status
    assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {
        code or "GRAPHQL_VALIDATION_FAILED"
    }
    # A request that was never executed has no data; one that was has some, be it null.
    assert ("data" in answer.json()) == (status == 200)
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == []


async def test_suggestions_do_not_tell_what_else_there_is(faults: Faults) -> None:
    answer = await faults.kairan.nobody.post({"query": "{ privacyRule { id } }"})
    assert [error["message"] for error in answer.json()["errors"]] == [
        "Cannot query field 'privacyRule' on type 'Query'."
    ]


async def test_a_mistake_in_one_field_leaves_the_others(faults: Faults) -> None:
    group = await faults.city.group("神楽町内会", directory="MEMBERS")
    ken = await faults.city.person()
    await faults.city.member(group, ken, display_name="けん")
    client = await faults.kairan.client(ken)
    answer = await client.ask(
        """
        query($id: ID!) {
          group(id: $id) {
            name
            members(first: 0) { nodes { id } }
            others: members { nodes { displayName } }
          }
        }
        """,
        id=group.gid,
    )
    assert answer["data"]["group"] == {
        "name": "神楽町内会",
        "members": None,
        "others": {"nodes": [{"displayName": "けん"}]},
    }
    assert [(e["path"], e["extensions"]) for e in answer["errors"]] == [
        (["group", "members"], {"code": "BAD_USER_INPUT"})
    ]


async def test_a_word_that_the_rules_do_not_know_closes_everything_and_is_not_told(
    faults: Faults, lines: Lines
) -> None:
    group = await faults.city.group("神楽町内会")
    ken = await faults.city.person(address="神楽3条4丁目")
    member = await faults.city.member(group, ken)
    await faults.city.officer(member, "会長", Power.VIEW_ROSTER)
    client = await faults.kairan.client(ken)
    await faults.city.execute(
        "update kairan.offices set powers = '{SEE_THROUGH_WALLS}' where city = $1"
    )
    await faults.city.insert(
        "delegations",
        group_id=group.id,
        power="SEE_THROUGH_WALLS",
        delegated_at=faults.city.clock.now,
    )
    response = await client.post({"query": "{ me { address } viewer { kind } }"})

    answer = response.json()
    assert answer["data"] is None
    for error in answer["errors"]:
        assert error["message"] == OURS
        assert error["extensions"] == {
            "code": "INTERNAL",
            "requestId": response.headers["x-request-id"],
        }
    assert "SEE_THROUGH_WALLS" not in response.text
    [failed, *_] = lines.of(request_id=response.headers["x-request-id"], level="error")
    assert failed["exception"][0].startswith("ValueError at enum.")
    assert " permissions.viewer." in failed["exception"][0]
    await faults.city.execute("delete from kairan.delegations where city = $1")
    await faults.healthy()


async def test_a_value_of_ours_that_fits_no_type_is_no_mistake_of_the_clients(
    faults: Faults,
) -> None:
    group = await faults.city.group("神楽町内会")
    ken = await faults.city.person()
    member = await faults.city.member(group, ken)
    office = await faults.city.office(group, "会長", Power.PUBLISH)
    await faults.city.execute(
        "update kairan.offices set powers = '{SEE_THROUGH_WALLS}' where city = $1 and id = $2",
        office.id,
    )
    client = await faults.kairan.client(member.person)
    response = await client.post(
        {"query": f'{{ group(id: "{group.gid}") {{ name offices {{ powers }} }} }}'}
    )
    answer = response.json()
    assert answer["data"] == {"group": {"name": "神楽町内会", "offices": None}}
    assert errors(answer) == [("INTERNAL", OURS)]
    assert "SEE_THROUGH_WALLS" not in response.text


async def test_a_slow_statement_ends_the_operation_in_time(hurried: Faults) -> None:
    ken = await hurried.city.person()
    client = await hurried.kairan.client(ken)
    together = "{ me { id } a: groups { nodes { name } } b: groups { nodes { name } } }"
    async with hurried.locked("groups"):
        assert await hurried.kairan.nobody.ask(GROUPS) == TIMED_OUT
        assert await client.ask(together) == TIMED_OUT
    async with hurried.locked("logins"):
        document = 'mutation { signIn(input: { login: "a", password: "b" }) { errors { code } } }'
        assert await hurried.kairan.nobody.ask(document) == TIMED_OUT
    await hurried.healthy()


async def test_a_database_that_goes_away_in_the_middle_is_ours_and_comes_back(
    faults: Faults, lines: Lines
) -> None:
    async with faults.locked("groups"):
        asking = asyncio.create_task(faults.kairan.nobody.post({"query": GROUPS}))
        await faults.until_waiting()
        await faults.kill("wait_event_type = 'Lock'")
        response = await asking
    request_id = response.headers["x-request-id"]
    assert (response.status_code, response.json()) == (
        200,
        {
            "errors": [
                {"message": UNAVAILABLE, "extensions": {"code": "DATABASE_UNAVAILABLE"}},
            ],
            "data": None,
        },
    )
    [failed] = lines.of(request_id=request_id, event="the database failed")
    assert (failed["failure"], failed["cause"]) == (
        "DatabaseUnavailable",
        "ConnectionDoesNotExistError",
    )
    await faults.healthy()


async def test_while_there_is_no_database_every_answer_says_so_and_then_all_is_well(
    faults: Faults,
) -> None:
    async with faults.unreachable():
        for _ in range(4):
            response = await faults.kairan.nobody.post({"query": GROUPS})
            assert (response.status_code, response.headers["retry-after"]) == (503, "5")
            assert response.json() == {
                "errors": [{"message": UNAVAILABLE, "extensions": {"code": "DATABASE_UNAVAILABLE"}}]
            }
        rules = await faults.kairan.nobody.data("{ privacyRulesVersion }")
        assert rules["privacyRulesVersion"]
    await faults.healthy()


async def test_idle_connections_that_were_cut_are_made_anew(faults: Faults) -> None:
    await faults.healthy()
    await faults.kill()
    await faults.healthy()


async def test_clients_who_hang_up_leave_no_transaction_open(faults: Faults) -> None:
    url = faults.kairan.http.base_url
    body = json.dumps({"query": GROUPS}).encode()
    head = (
        "POST /graphql HTTP/1.1\r\nHost: kairan\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    writers = []
    async with faults.locked("groups"):
        for _ in range(8):
            _, writer = await asyncio.open_connection(url.host, url.port)
            writer.write(head.encode() + body)
            await writer.drain()
            writers.append(writer)
        await faults.until_waiting(3)
        for writer in writers:
            writer.close()
    await faults.healthy()


async def test_a_database_that_goes_away_before_the_ledger_is_written_releases_nothing(
    faults: Faults,
) -> None:
    group = await faults.city.group("神楽町内会")
    ken, hanako = await faults.city.person(), await faults.city.person(phone="0166-00-0001")
    await faults.city.officer(await faults.city.member(group, ken), "会長", Power.VIEW_ROSTER)
    await faults.city.member(group, hanako, display_name="花子")
    client = await faults.kairan.client(ken)
    document = f'{{ group(id: "{group.gid}") {{ members {{ nodes {{ phone }} }} }} }}'
    async with faults.locked("releases"):
        asking = asyncio.create_task(client.ask(document))
        await faults.until_waiting()
        await faults.kill("wait_event_type = 'Lock'")
        answer = await asking
    assert answer == {
        "errors": [
            {
                "message": "Nothing can be released at the moment.",
                "extensions": {"code": "LEDGER_UNAVAILABLE"},
            }
        ],
        "data": None,
    }
    assert await faults.city.fetch("select id from kairan.releases where city = $1") == []
    await faults.healthy()
