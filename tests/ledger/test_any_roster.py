"""Whatever the people filled in and whatever is asked: the ledger is what the answer holds."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from db.embedded import Addresses
from permissions.words import Power
from tests.harness.city import City, Person
from tests.harness.hypotheses import SLOW_AND_SHARED
from tests.harness.kairan import Client, Kairan, running
from tests.harness.ledger import about_each

COLUMNS = {
    "family_name": "神楽",
    "given_name": "花子",
    "kana": "カグラ",
    "postal_code": "070-8003",
    "address": "神楽3条",
    "building": "",
    "phone": "0166-00-0001",
    "email": "a@mail.example",
    "birth_date": date(1980, 4, 1),
}
PERSONAL = (
    *("name", "familyName", "givenName", "kana", "postalCode", "address", "building", "phone"),
    *("email", "birthDate", "ageBand", "joinedOn"),
)
# Asked with everybody's id, to tell whose a value is.
PLACES = {
    "han": "han { __typename name members { nodes { __typename id } } }",
    "household": "household { __typename members { edges { node { __typename id } } } }",
}
RECEIPT = ("state", "deliveredAt", "readAt", "paperAt")
ROADS = {
    "members": "members { nodes { ...person } }",
    "hans": "hans { __typename members { nodes { ...person } } }",
    "households": "households { __typename members { edges { node { ...person } } } }",
    "holders": "offices { appointments { holder { ...person } } }",
    "receipts": "circulars { nodes { __typename author { ...person } receipts { nodes {"
    " ...receipt } } } }",
}


@dataclass(frozen=True)
class Somebody:
    """What one member left out and chose, and what became of him."""

    missing: frozenset[str]
    kept: frozenset[str]
    han: int | None
    at_home: bool
    joined: bool
    suppressed: bool
    status: str
    receipt: str


SOMEBODY = st.builds(
    Somebody,
    missing=st.frozensets(st.sampled_from(sorted(COLUMNS)), max_size=4),
    kept=st.frozensets(
        st.sampled_from(["NAME", "ADDRESS", "PHONE", "EMAIL", "PLACE", "RECEIPT"]), max_size=2
    ),
    han=st.sampled_from([None, 0, 1]),
    at_home=st.booleans(),
    joined=st.booleans(),
    suppressed=st.sampled_from([*[False] * 5, True]),
    status=st.sampled_from([*["ACTIVE"] * 5, "LEFT"]),
    receipt=st.sampled_from(["none", "delivered", "read", "paper"]),
)


@dataclass
class Town:
    """A server, and Ken, who leads a new group in every case."""

    kairan: Kairan
    ken: Person
    client: Client


@pytest_asyncio.fixture(scope="module")
async def town(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Town]:
    city = await City(superuser).found()
    async with running(city, postgres.server, key_folder) as kairan:
        ken = await city.person(**COLUMNS)
        yield Town(kairan, ken, await kairan.client(ken))


@settings(max_examples=120, suppress_health_check=SLOW_AND_SHARED)
@given(
    people=st.lists(SOMEBODY, min_size=1, max_size=4),
    fields=st.lists(st.sampled_from([*PERSONAL, *PLACES]), min_size=3, unique=True),
    of_receipts=st.lists(st.sampled_from(RECEIPT), unique=True),
    roads=st.lists(st.sampled_from(sorted(ROADS)), min_size=1, unique=True),
    by_id=st.booleans(),
    switched_off=st.sampled_from([None, None, "PHONE", "PLACE", "RECEIPT"]),
)
async def test_the_ledger_is_what_the_answer_holds_of_others(
    town: Town,
    people: list[Somebody],
    fields: list[str],
    of_receipts: list[str],
    roads: list[str],
    by_id: bool,
    switched_off: str | None,
) -> None:
    city = town.kairan.city
    await city.execute("delete from kairan.city_policies where city = $1")
    await city.execute("delete from kairan.releases where city = $1")
    if switched_off is not None:
        await city.switch_off(switched_off)
    group, persons = await settle(city, town.ken, people)
    document = f"""
        query($group: ID!, $ids: [ID!]!, $byId: Boolean!) {{
            group(id: $group) {{ {" ".join(ROADS[road] for road in roads)} }}
            nodes(ids: $ids) @include(if: $byId) {{ ...person }}
        }}
        fragment person on Member {{
            __typename id {" ".join(PLACES.get(field, field) for field in fields)}
        }}
        fragment receipt on Receipt {{
            __typename member {{ ...person }} {" ".join(of_receipts)}
        }}
    """
    if "receipts" not in roads:
        document = document[: document.index("fragment receipt")]
    answer = await town.client.data(document, group=group, ids=list(persons), byId=by_id)

    held = {(field, persons[gid]) for field, gid in values(answer)}
    written = [
        (field, subject)
        for row in await city.fetch("select * from kairan.releases where city = $1")
        for subject, about in about_each(row).items()
        for field, _ in about
    ]
    assert len(written) == len(set(written))
    assert set(written) == {pair for pair in held if pair[1] != town.ken.id}


async def settle(city: City, ken: Person, people: list[Somebody]) -> tuple[str, dict[str, UUID]]:
    """A group of these people; its id, and whose each membership is."""
    group = await city.group("神楽町内会")
    hans = [await city.han(group, f"{number}班") for number in (1, 2)]
    home = await city.household(group, han=hans[0])
    leading = await city.member(group, ken, han=hans[0], household=home)
    await city.officer(leading, "会長", Power.VIEW_ROSTER, Power.VIEW_RECEIPTS)
    circular = await city.circular(leading, "盆踊り")
    members = [leading]
    for one in people:
        person = await city.person(
            **{c: value for c, value in COLUMNS.items() if c not in one.missing}
        )
        member = await city.member(
            group,
            person,
            han=None if one.han is None else hans[one.han],
            household=home if one.at_home else None,
            joined_on=date(2020, 4, 1) if one.joined else None,
            kept_private=sorted(one.kept),
            status=one.status,
        )
        members.append(member)
        if one.suppressed:
            await city.suppress(person)
        if one.receipt in ("delivered", "read"):
            read_at = city.clock() if one.receipt == "read" else None
            await city.receipt(circular, member, read_at=read_at)
        if one.receipt == "paper":
            await city.paper(circular, member, by=leading)
        if one.han == 1:
            await city.officer(member, "班長", Power.PUBLISH)
    return group.gid, {member.gid: member.person.id for member in members}


def values(place: Any) -> Iterator[tuple[str, str]]:
    """Every personal value in an answer, as its field and the id of the member it is about."""
    if isinstance(place, list):
        for entry in place:
            yield from values(entry)
    if not isinstance(place, dict):
        return
    match place.get("__typename"):
        case "Member":
            for field in (*PERSONAL, *PLACES):
                if place.get(field) is not None:
                    yield f"Member.{field}", place["id"]
        case "Receipt":
            yield "Circular.receipts", place["member"]["id"]
            for field in RECEIPT:
                if place.get(field) is not None:
                    yield f"Receipt.{field}", place["member"]["id"]
        case "Han" | "Household" as kind:
            for member in nodes(place["members"]):
                yield f"{kind}.members", member["id"]
    for below in place.values():
        yield from values(below)


def nodes(page: dict[str, Any] | None) -> list[Any]:
    """The entries of a page, asked for in either way; none of a withheld one."""
    if page is None:
        return []
    return [*page.get("nodes", ()), *(edge["node"] for edge in page.get("edges", ()))]
