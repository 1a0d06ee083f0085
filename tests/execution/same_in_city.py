"""One document drawn for the demo city; and what two servers answered to it, compared."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from graphql import GraphQLSchema

from tests.execution.answers import Different, Path, told
from tests.execution.documents import Draft
from tests.harness.kairan import Client, Kairan

# Whoever holds an office meets the ledger, and what the others are refused.
TWICE = ("officer@", "both@", "treasurer@")
GROUP = ("viewer", "memberships", "group")
# Where people are met, and personal fields with them.
WAYS: Sequence[tuple[str, ...]] = (
    (*GROUP, "members", "nodes"),
    (*GROUP, "members", "nodes"),
    (*GROUP, "members", "edges", "node"),
    (*GROUP, "members", "nodes", "household", "members", "nodes"),
    (*GROUP, "hans", "members", "nodes"),
    (*GROUP, "households", "members", "nodes"),
    (*GROUP, "offices", "appointments", "holder"),
    (*GROUP, "circulars", "nodes"),
    (*GROUP, "circulars", "edges", "node", "author"),
    (*GROUP, "membershipRequests", "nodes"),
    (*GROUP, "history", "nodes"),
    ("viewer", "memberships", "member"),
    ("me", "memberships"),
    ("me", "releases", "nodes"),
    ("releases", "nodes"),
    ("history", "nodes"),
    ("groups", "nodes", "members", "nodes"),
    ("nodes",),
    ("node",),
)


@dataclass
class Asked:
    """A document and the variables it is asked with, one after the other; the first time it is
    planned.

    :ivar who: a login name; None for somebody who is not signed in.
    """

    who: str | None
    document: str
    variables: list[dict[str, Any]]


@dataclass
class Seen:
    """What came of one request."""

    data: bytes
    told: set[tuple[Path, Any]]
    extensions: Any
    ledger: list[dict[str, Any]]
    statements: list[str]

    @property
    def was_executed(self) -> bool:
        """Whether the document was worth asking."""
        return self.data != b"null"


def drawn(
    seed: int, schema: GraphQLSchema, pools: Mapping[str, Sequence[Any]], people: Sequence[str]
) -> Asked:
    """The document of this number."""
    random = Random(seed)
    draft = Draft(random, schema, pools)
    document = draft.document(way=random.choice(WAYS) if random.random() < 0.75 else ())
    often = [who for who in people if who.startswith(TWICE)]
    who = random.choice([None, *people, *often * 4])
    return Asked(who, document, [draft.values() for _ in range(3)])


async def seen(
    kairan: Kairan,
    client: Client,
    superuser: asyncpg.Pool,
    document: str,
    variables: dict[str, Any],
) -> Seen:
    """The answer, and the ledger rows it left."""
    before = [row["id"] for row in await superuser.fetch("select id from kairan.releases")]
    with kairan.counting() as statements:
        response = await client.post({"query": document, "variables": variables})
    answer: dict[str, Any] = orjson.loads(response.content)
    return Seen(
        data=orjson.dumps(answer.get("data")),
        told=told(
            answer.get("data"),
            [
                (tuple(error.get("path", ())), error["extensions"]["code"])
                for error in answer.get("errors", ())
            ],
        ),
        extensions=answer.get("extensions"),
        ledger=await written(superuser, before),
        statements=statements,
    )


async def written(superuser: asyncpg.Pool, before: list[UUID]) -> list[dict[str, Any]]:
    """The rows of the ledger that were not there before, without what differs each time."""
    rows = await superuser.fetch(
        "select viewer::text, group_id::text, fields, purposes, subjects::text[], operation_name,"
        " office_title from kairan.releases where id <> all ($1)",
        before,
    )
    return sorted((dict(row) for row in rows), key=repr)


def compare(mine: Seen, theirs: Seen, said: object) -> None:
    """Raises Different.

    :param theirs: what the reference executor answered.
    """
    for name in ("data", "extensions", "told", "ledger"):
        if getattr(mine, name) != getattr(theirs, name):
            raise Different(f"{name} {getattr(mine, name)} and not {getattr(theirs, name)}: {said}")
    # An error that took everything cuts the others short there, some before they begin.
    if mine.was_executed and (more := _more(mine.statements, theirs.statements)):
        raise Different(f"statements {more} more: {said}")


def _more(mine: Sequence[str], theirs: Sequence[str]) -> set[str]:
    """Statements too many. Where one statement serves fields of several depths, it is chance which
    of them happen to ask together when they are resolved one by one: it may run once more.
    """
    more = Counter(mine) - Counter(theirs)
    if more.total() == 1:
        return set(more) - set(theirs)
    return set(more) if len(mine) > len(theirs) else set()
