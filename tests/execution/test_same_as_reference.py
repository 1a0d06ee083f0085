"""Whatever is asked of the demo city, breadth first the answer is the reference executor's.

Data to the byte and to the order of its keys, errors by path and code, what was withheld, what the
ledger keeps; and statements are not more. ``KAIRAN_FUZZ=20`` tries twenty times as many documents.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest
import pytest_asyncio
from graphql import GraphQLSchema

from db.demo.sign_ins import SIGN_INS
from db.embedded import Addresses
from schema.build import build_schema
from schema.executor import core_of
from tests.execution.documents import Draft
from tests.harness.city import City, Person
from tests.harness.kairan import Client, Kairan, running

MORE = int(os.environ.get("KAIRAN_FUZZ", "1"))


@dataclass
class Pair:
    """Two servers on the demo city that differ in their executor alone, and who asks them."""

    breadth: Kairan
    reference: Kairan
    people: list[tuple[Client, Client]]
    schema: GraphQLSchema
    pools: dict[str, list[Any]]
    superuser: asyncpg.Pool

    async def ledger(self) -> list[dict[str, Any]]:
        """All rows, without what differs from answer to answer."""
        rows = await self.superuser.fetch(
            "select viewer, group_id, fields, purposes, subjects, operation_name, office_title"
            " from kairan.releases order by id"
        )
        return [dict(row) for row in rows]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pair(demo: Addresses, key_folder: Path) -> AsyncIterator[Pair]:
    async with asyncpg.create_pool(demo.superuser, min_size=1, max_size=2) as superuser:
        city = City(superuser, number=1204)
        logins = [entry.login for entry in SIGN_INS]
        rows = await superuser.fetch(
            "select person, kind from kairan.logins where login = any ($1) order by login", logins
        )
        people = [Person(row["person"], row["kind"]) for row in rows]
        assert len(people) == 7
        async with (
            running(city, demo.server, key_folder, executor="breadth-first") as breadth,
            running(city, demo.server, key_folder, executor="reference") as reference,
        ):
            clients = [(breadth.nobody, reference.nobody)]
            for person in people:
                one = await breadth.client(person)
                clients.append((one, Client(reference.http, one.token)))
            pools = await pools_of(clients)
            yield Pair(breadth, reference, clients, core_of(build_schema()), pools, superuser)


async def pools_of(clients: list[tuple[Client, Client]]) -> dict[str, list[Any]]:
    """Ids and cursors that somebody was given: for others they are foreign."""
    ids: list[str] = []
    cursors: list[str] = []
    for client, _ in clients:
        answer = await client.ask(
            """{
                me { id }
                viewer { memberships { group { id
                    hans { id } households { id } offices { id appointments { id holder { id } } }
                    members(first: 3) { edges { cursor node { id household { id } } } }
                    circulars(first: 2) { edges { cursor node { id author { id } } } }
                    membershipRequests(first: 2) { edges { cursor node { id } } }
                } } }
                groups(first: 3) { edges { cursor node { id area { id } } } }
            }"""
        )
        _gather(answer["data"], ids, cursors)
    few = Random(7)
    return {
        "ID": few.sample(sorted(set(ids)), 60),
        "cursor": few.sample(sorted(set(cursors)), 12),
        "String": ["神楽", "サトウ", "町内会", "a"],
    }


def _gather(value: Any, ids: list[str], cursors: list[str]) -> None:
    if isinstance(value, list):
        for each in value:
            _gather(each, ids, cursors)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key in ("id", "cursor") and each is not None:
                (ids if key == "id" else cursors).append(each)
            else:
                _gather(each, ids, cursors)


@pytest.mark.parametrize("dozen", range(10 * MORE))
async def test_whatever_is_asked_breadth_first_the_answer_is_the_same(
    pair: Pair, dozen: int
) -> None:
    for seed in range(12 * dozen, 12 * dozen + 12):
        await same(pair, seed)


async def same(pair: Pair, seed: int) -> None:
    """One drawn document, three times with other variables."""
    random = Random(seed)
    draft = Draft(random, pair.schema, pair.pools)
    document = draft.document()
    one, other = random.choice(pair.people)
    # The same document again with other variables: it was planned before.
    for variables in (draft.values(), draft.values(), draft.values()):
        with pair.reference.counting() as expected_statements:
            expected, expected_rows = await answered(pair, other, document, variables)
        with pair.breadth.counting() as statements:
            answer, rows = await answered(pair, one, document, variables)
        assert "data" in expected or "errors" in expected, expected
        same_data = orjson.dumps(answer.get("data")) == orjson.dumps(expected.get("data"))
        assert same_data, (seed, document)
        assert answer.get("extensions") == expected.get("extensions"), (seed, document)
        assert told(answer) == told(expected), (seed, document)
        assert rows == expected_rows, (seed, document)
        assert len(statements) <= len(expected_statements), (seed, document)


async def answered(
    pair: Pair, client: Client, document: str, variables: dict[str, Any]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The answer, and the ledger rows it left."""
    before = len(await pair.ledger())
    response = await client.post({"query": document, "variables": variables})
    answer: dict[str, Any] = orjson.loads(response.content)
    after = await pair.ledger()
    return answer, sorted(after[before:], key=lambda row: (str(row["fields"]), _text(row)))


def _text(row: dict[str, Any]) -> list[str]:
    return [str(value) for value in row.values() if isinstance(value, UUID | list)]


def told(answer: dict[str, Any]) -> set[tuple[tuple[str | int, ...], str | None]]:
    """The places that errors made null, each with the code told of that very place.

    Their order is no part of an answer's meaning. Where an error took a whole branch, others may
    have happened in it before or not: which of them are told beside it depends on what ran first.
    """
    places = set()
    for error in answer.get("errors", ()):
        path = tuple(error.get("path", ()))
        null = null_at(answer.get("data"), path)
        places.add((null, error["extensions"]["code"] if null == path else None))
    # Where one is told of the place itself, the branch below it says nothing more.
    exact = {place for place, code in places if code is not None}
    return {(place, code) for place, code in places if code is not None or place not in exact}


def null_at(data: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """As much of a path as leads to something that is null."""
    place = data
    for length, key in enumerate(path):
        if place is None:
            return path[:length]
        place = place[key]
    return path
