"""Facts taken away between two fields of one operation: each field lives by the facts of its own.

``before`` looks, ``take`` takes a fact away and looks, ``after`` looks again; all in one request.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
import strawberry

from db.embedded import Addresses
from db.entering import Caller
from db.transaction import Transaction
from permissions.viewer import Viewer
from resolvers.operation import Operation
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan, running
from tests.matrix.changing import changing_schema
from tests.matrix.kagura import ADDRESS, Kagura

TAKING = """
mutation Round($group: ID!, $fact: String!) {
  before: look(group: $group) { ...roster }
  take(group: $group, fact: $fact) { ...roster }
  after: look(group: $group) { ...roster }
}
"""
GIVING = """
mutation Round($group: ID!, $fact: String!) {
  before: look(group: $group) { ...roster }
  give(group: $group, fact: $fact) { ...roster }
  after: look(group: $group) { ...roster }
}
"""
ROSTER = """
fragment roster on Seen {
  group { members { nodes { displayName address } } }
}
"""
KEN = {"displayName": "けん", "address": None}
HANAKO = {"displayName": "花子", "address": ADDRESS}
OPEN = {"group": {"members": {"nodes": [KEN, HANAKO]}}}
SHUT = {"group": {"members": None}}


@pytest.fixture(scope="module")
def schema(superuser: asyncpg.Pool) -> strawberry.Schema:
    """The schema with the mutations of changing.py, built once."""
    return changing_schema(superuser)


@pytest_asyncio.fixture
async def changing(
    city: City, postgres: Addresses, key_folder: Path, schema: strawberry.Schema
) -> AsyncIterator[Kairan]:
    """A server of that schema."""
    async with running(city, postgres.server, key_folder, schema=schema) as serving:
        yield serving


async def send(client: Client, document: str, **variables: Any) -> Any:
    """One operation, by its name."""
    return await client.post(
        {"query": document + ROSTER, "variables": variables, "operationName": "Round"}
    )


async def round_trip(kagura: Kagura, changing: Kairan, document: str, fact: str) -> dict[str, Any]:
    """What Ken is answered; members in the order of their names."""
    ken = await changing.client(kagura.ken.person)
    response = await send(ken, document, group=kagura.group.gid, fact=fact)
    answer: dict[str, Any] = response.json()
    for seen in (answer["data"] or {}).values():
        if seen["group"]["members"]:
            seen["group"]["members"]["nodes"].sort(key=lambda node: node["displayName"])
    return answer


async def ledger(city: City) -> list[dict[str, Any]]:
    """What the ledger holds, oldest first."""
    return await city.fetch(
        "select fields, subjects, operation_name from kairan.releases where city = $1 order by id"
    )


def one_release(kagura: Kagura) -> dict[str, Any]:
    return {
        "fields": ["Member.address"],
        "subjects": [kagura.hanako.person.id],
        "operation_name": "Round",
    }


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ("the term", "NOT_AN_OFFICER"),
        ("the office's power", "POWER_MISSING"),
        ("the delegation", "POWER_MISSING"),
        ("the group's running", "GROUP_NOT_RELEASING"),
        ("the group", "GROUP_NOT_RELEASING"),
        ("Ken's membership", "NOT_A_MEMBER"),
    ],
)
async def test_what_a_field_takes_away_is_gone_from_its_own_payload_and_from_the_next_field(
    kagura: Kagura, changing: Kairan, fact: str, reason: str
) -> None:
    answer = await round_trip(kagura, changing, TAKING, fact)

    assert answer == {
        "data": {"before": OPEN, "take": SHUT, "after": SHUT},
        "extensions": {
            "withheld": [
                {
                    "field": "Group.members",
                    "path": [key, "group", "members"],
                    "rule": "Group.members",
                    "reason": reason,
                }
                for key in ("after", "take")
            ]
        },
    }
    assert await ledger(kagura.city) == [one_release(kagura)]


async def test_a_member_who_leaves_in_between_is_in_no_later_roster(
    kagura: Kagura, changing: Kairan
) -> None:
    answer = await round_trip(kagura, changing, TAKING, "Hanako's membership")

    without_her = {"group": {"members": {"nodes": [KEN]}}}
    assert answer == {"data": {"before": OPEN, "take": without_her, "after": without_her}}
    assert await ledger(kagura.city) == [one_release(kagura)]


async def test_a_category_switched_off_in_between_closes_its_field(
    kagura: Kagura, changing: Kairan
) -> None:
    answer = await round_trip(kagura, changing, TAKING, "addresses")

    nameless = {"group": {"members": {"nodes": [KEN, {**HANAKO, "address": None}]}}}
    assert answer["data"] == {"before": OPEN, "take": nameless, "after": nameless}
    assert [(e["path"], e["reason"]) for e in answer["extensions"]["withheld"]] == [
        (["after", "group", "members", "nodes", "address"], "CITY_POLICY"),
        (["take", "group", "members", "nodes", "address"], "CITY_POLICY"),
    ]
    assert await ledger(kagura.city) == [one_release(kagura)]


async def test_what_a_field_gives_back_opens_from_its_own_payload_on(
    kagura: Kagura, changing: Kairan
) -> None:
    await round_trip(kagura, changing, TAKING, "the term")
    assert len(await ledger(kagura.city)) == 1

    answer = await round_trip(kagura, changing, GIVING, "the term")

    assert answer["data"] == {"before": SHUT, "give": OPEN, "after": OPEN}
    assert await ledger(kagura.city) == [one_release(kagura)] * 3


async def test_a_session_that_a_field_ends_ends_the_operation(
    kagura: Kagura, changing: Kairan
) -> None:
    ken = await changing.client(kagura.ken.person)

    response = await send(ken, TAKING, group=kagura.group.gid, fact="the sessions")

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="kairan", error="invalid_token"'
    assert "data" not in response.json()
    assert ADDRESS not in response.text


async def test_a_role_taken_in_between_closes_the_next_mutation_field_itself(
    kagura: Kagura, changing: Kairan
) -> None:
    auditor = await changing.client(await kagura.city.staff("AUDITOR"))
    document = """
    mutation Round($group: ID!) {
      before: audit(group: $group) { group { name } }
      take(group: $group, fact: "the auditor's role") { group { name } }
      after: audit(group: $group) { group { name } }
    }
    """

    response = await auditor.post(
        {"query": document, "variables": {"group": kagura.group.gid}, "operationName": "Round"}
    )

    assert response.json() == {
        "data": {
            "before": {"group": {"name": "神楽町内会"}},
            "take": {"group": {"name": "神楽町内会"}},
            "after": None,
        },
        "extensions": {
            "withheld": [
                {
                    "field": "Mutation.audit",
                    "path": ["after"],
                    "rule": "Mutation.audit",
                    "reason": "POWER_MISSING",
                }
            ]
        },
    }


async def test_facts_kept_from_field_to_field_would_be_found(
    kagura: Kagura, changing: Kairan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trap: the viewer of the first field, kept for the operation."""
    kept: dict[int, Viewer] = {}

    def viewer(operation: Operation) -> Viewer:
        return kept.setdefault(id(operation), operation.reading.viewer)

    monkeypatch.setattr(Operation, "viewer", property(viewer))

    answer = await round_trip(kagura, changing, TAKING, "the term")

    assert answer["data"]["after"]["group"] != {"members": None}


class NeverEmptied(dict[Any, Any]):
    """What a transaction that ends would let go of, stays."""

    def clear(self) -> None:
        """Nothing."""


async def test_rows_kept_from_field_to_field_would_be_found(
    kagura: Kagura, changing: Kairan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trap: loaders that outlive their transaction."""
    kept = NeverEmptied()
    honest = Transaction.begin

    async def begin(pool: Any, caller: Caller, at: Any, **more: Any) -> Transaction:
        transaction = await honest(pool, caller, at, **more)
        transaction.loaders = kept
        return transaction

    monkeypatch.setattr(Transaction, "begin", begin)

    answer = await round_trip(kagura, changing, TAKING, "Hanako's membership")

    assert answer["data"]["after"] == OPEN
