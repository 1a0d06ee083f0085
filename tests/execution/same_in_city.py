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
from tests.harness.ledger import about_each

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
# What chance alone hardly ever finds: a page of which only the ends leave, people found by a name
# that is not shown, an object that is taken from a list after some of it was judged, and rosters in
# which some are open and some are not.
WRITTEN = (
    """query Searched($search: String, $first: Int = 5) { viewer { memberships { group {
        members(search: $search, first: $first) { nodes { id displayName } }
    } } } }""",
    """query Ends($first: Int = 3, $yes: Boolean!) { viewer { memberships { group {
        hans { members(first: $first) { pageInfo { startCursor endCursor } } }
        households @skip(if: $yes) { id members(first: 3) { pageInfo { endCursor } } }
        members(first: 4, search: "a") @include(if: $yes) { pageInfo { endCursor } }
    } } } }""",
    """query Taken($member: ID!, $other: ID!, $maybe: Boolean = false) {
        nodes(ids: [$other, $member, $other, "nowhere"]) { id ...one }
    }
    fragment one on Member { phone email kana group { id @skip(if: $maybe) } }""",
    """query Roster($yes: Boolean!) { viewer { memberships { group {
        members(first: 200) { edges { node {
            id displayName name kana phone email joinedOn household { id } han { name }
            ... @include(if: $yes) { address postalCode building birthDate ageBand }
        } } }
    } } } }""",
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


def written(
    schema: GraphQLSchema, pools: Mapping[str, Sequence[Any]], people: Sequence[str]
) -> list[Asked]:
    """What was written rather than drawn, asked by everybody."""
    asked = []
    for number, who in enumerate(people):
        for document in WRITTEN:
            draft = Draft(Random(number), schema, pools)
            draft.written(document)
            asked.append(Asked(who, document, [draft.values() for _ in range(3)]))
    return asked


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
        extensions=_in_answer(answer),
        ledger=await _released(superuser, before),
        statements=statements,
    )


def _in_answer(answer: dict[str, Any]) -> Any:
    """The extensions. Where an error took a branch of the data, it depends on what ran first
    whether more was judged in it: of what was withheld, only what is null in the answer counts.
    """
    extensions = answer.get("extensions")
    if not extensions or "withheld" not in extensions or "errors" not in answer:
        return extensions
    withheld = [
        entry
        for entry in extensions["withheld"]
        if _is_reached(answer.get("data"), entry["path"][:-1])
    ]
    return {**extensions, "withheld": withheld} if withheld or len(extensions) > 1 else None


def _is_reached(data: Any, keys: Sequence[str]) -> bool:
    """Whether an object is where ``keys`` lead, through lists and all."""
    if isinstance(data, list):
        return any(_is_reached(each, keys) for each in data)
    if data is None or not keys:
        return data is not None
    return _is_reached(data.get(keys[0]), keys[1:])


async def _released(superuser: asyncpg.Pool, before: list[UUID]) -> list[dict[str, Any]]:
    """The rows of the ledger that were not there before, without what differs each time."""
    rows = await superuser.fetch(
        "select viewer::text, group_id::text, fields, purposes, subjects, shown,"
        " operation_name, office_title from kairan.releases where id <> all ($1)",
        before,
    )
    return sorted((_of_each(dict(row)) for row in rows), key=repr)


def _of_each(row: dict[str, Any]) -> dict[str, Any]:
    """A row with what it says of whom, in whatever order it does."""
    about = sorted((str(person), said) for person, said in about_each(row).items())
    return {key: row[key] for key in row if key not in ("subjects", "shown")} | {"about": about}


def check_same(mine: Seen, theirs: Seen, said: object) -> None:
    """Raises Different.

    :param theirs: what the reference executor answered.
    """
    for name in ("data", "extensions", "told", "ledger"):
        if getattr(mine, name) != getattr(theirs, name):
            raise Different(f"{name} {getattr(mine, name)} and not {getattr(theirs, name)}: {said}")


def check_not_more(mine: Seen, theirs: Seen, said: object) -> None:
    """Raises Different where it took more statements."""
    # An error that took everything cuts the others short there, some before they begin.
    if mine.was_executed and (more := _more(_one_by_one(mine.statements), theirs.statements)):
        raise Different(f"statements {more} more: {said}")


_ENTERING = "select app.enter($1, $2, $3, $4)"
_BEFORE, _AFTER = "select asked.* from (", ") asked where entered.known offset 0 ) found"


def _one_by_one(statements: Sequence[str]) -> list[str]:
    """What was asked where nothing had been foreseen."""
    if not statements or not statements[0].startswith("with entered"):
        return list(statements)
    tried, *others = statements
    if _ENTERING in others:
        # It was overtaken, and asked as usual.
        return others
    asked = tried.partition(_BEFORE)[2].removesuffix(_AFTER).strip()
    return [_ENTERING, asked, *others]


def _more(mine: Sequence[str], theirs: Sequence[str]) -> set[str]:
    """Statements too many. Where one statement serves fields of several depths, it is chance which
    of them happen to ask together when they are resolved one by one: it may run once more.
    """
    more = Counter(mine) - Counter(theirs)
    if more.total() == 1:
        return set(more) - set(theirs)
    return set(more) if len(mine) > len(theirs) else set()
