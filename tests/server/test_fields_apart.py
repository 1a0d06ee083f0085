"""Fields of one operation share a transaction and loaders, and yet none takes another down."""

import asyncio
import gc
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from permissions.words import Power
from resolvers.global_ids import to_cursor
from tests.harness.kairan import Client
from tests.server.faults import Faults

# Some are right, some go wrong below a field that may be null: `me`, `group`, `node`.
FIELDS = [
    "me { id memberships { id displayName group { name } } }",
    "me { releases(first: 0) { nodes { id } } memberships { id group { name } } }",
    'me { memberships { appointments { startsOn } } releases(after: "x") { nodes { id } } }',
    "me { membershipRequests { id } releases { nodes { id } } memberships { address } }",
    "viewer { kind memberships { group { name hans { name } } member { address } powers } }",
    "group(id: $group) { name members { nodes { displayName phone group { name } } } }",
    "group(id: $group) { name members(first: 0) { nodes { id } } offices { title } }",
    'group(id: $group) { circulars(after: "x") { nodes { id } } members { nodes { id } } }',
    "group(id: $group) { circulars { nodes { author { id } receipts { nodes { state } } } } }",
    "node(id: $group) { id ... on Group { members(first: 201) { nodes { id } } } }",
    'node(id: "x") { id }',
    "privacyRulesVersion",
]


@pytest_asyncio.fixture(scope="module")
async def ken(faults: Faults) -> AsyncIterator[tuple[Client, str]]:
    """An officer, and his group's id."""
    city = faults.city
    group = await city.group("神楽町内会", directory="MEMBERS")
    han = await city.han(group, "一班")
    ken = await city.person(address="神楽3条4丁目")
    member = await city.member(group, ken, display_name="けん", han=han)
    await city.officer(member, "会長", Power.VIEW_ROSTER, Power.VIEW_RECEIPTS)
    await city.member(group, await city.person(phone="0166"), display_name="花子", han=han)
    await city.circular(member, "夏祭り")
    yield await faults.kairan.client(ken), group.gid


async def ask(client: Client, group: str, fields: list[str]) -> dict[str, Any]:
    """The answer to all fields in one operation, each under an alias of its own."""
    asked = " ".join(f"f{number}: {field}" for number, field in enumerate(fields))
    return await client.ask(
        f"query($group: ID!) {{ {asked} ok: group(id: $group) {{ id }} }}", group=group
    )


def part(answer: dict[str, Any], key: str) -> tuple[Any, list[Any], list[Any]]:
    """What an answer says of one field: its data, its errors, what it left out."""
    errors = [
        (error["path"][1:], error["message"], error["extensions"])
        for error in answer.get("errors", ())
        if error["path"][0] == key
    ]
    withheld = [
        (entry["path"][1:], entry["rule"], entry["reason"])
        for entry in answer.get("extensions", {}).get("withheld", ())
        if entry["path"][0] == key
    ]
    return answer["data"][key], errors, withheld


@hypothesis_settings(max_examples=40)
@given(st.lists(st.integers(0, len(FIELDS) - 1), min_size=2, max_size=7))
async def test_a_field_answers_the_same_in_company_as_alone(
    ken: tuple[Client, str], faults: Faults, numbers: list[int]
) -> None:
    client, group = ken
    alone = {
        number: part(await ask(client, group, [FIELDS[number]]), "f0") for number in set(numbers)
    }
    answer = await ask(client, group, [FIELDS[number] for number in numbers])
    for position, number in enumerate(numbers):
        assert part(answer, f"f{position}") == alone[number], FIELDS[number]
    assert answer["data"]["ok"] == {"id": group}
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert codes <= {"BAD_USER_INPUT", "CURSOR_UNKNOWN"}
    assert await faults.open_transactions() == 0


# The mistake is met before any field waits, so that the others run on while the answer leaves.
AT_ONCE = """
query($ids: [ID!] = []) {
  viewer { kind } me { id } groups { nodes { name area { name } } } nodes(ids: $ids) { id }
}
"""


async def test_fields_that_run_on_beside_a_mistake_open_nothing_that_nobody_closes(
    faults: Faults, ken: tuple[Client, str]
) -> None:
    for client in (faults.kairan.nobody, ken[0]):
        for _ in range(6):
            answer = await client.ask(AT_ONCE, ids=None)
            assert answer["data"] is None
            assert [e["extensions"]["code"] for e in answer["errors"]] == ["BAD_USER_INPUT"]
            await asyncio.sleep(0.02)
    await faults.healthy()


async def test_what_a_field_would_have_said_that_was_given_up_is_in_no_log(
    faults: Faults, ken: tuple[Client, str], caplog: pytest.LogCaptureFixture
) -> None:
    client, group = ken
    gone = to_cursor(uuid4())
    given_up = f'r: releases(after: "{gone}") {{ nodes {{ id }} }}'
    wrong = f"me {{ releases(first: 0) {{ nodes {{ id }} }} {given_up} }}"
    for _ in range(5):
        answer = await ask(client, group, [wrong, FIELDS[0]])
        assert answer["data"]["f0"] is None
    await asyncio.sleep(0.1)
    gc.collect()
    assert [r.getMessage() for r in caplog.records if r.levelname in ("WARNING", "ERROR")] == []


async def test_a_mistake_under_one_alias_does_not_take_what_another_awaits(
    ken: tuple[Client, str], faults: Faults
) -> None:
    client, group = ken
    for _ in range(8):
        answer = await ask(client, group, [FIELDS[1], FIELDS[0], FIELDS[2]])
        assert answer["data"]["f0"] is None
        assert answer["data"]["f1"]["memberships"][0]["group"] == {"name": "神楽町内会"}
        assert answer["data"]["f2"] is None
    await faults.healthy()
