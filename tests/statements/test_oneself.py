"""Oneself, one's groups and what is unread there come in one statement, as if asked one by one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import ALL_POWERS, City, Person
from tests.harness.kairan import Client, Kairan, running

PERSON = (
    "displayName name familyName givenName kana postalCode address building phone email birthDate"
    " ageBand"
)
GROUP = "id name unreadCircularCount viewerPowers viewerMembership { id displayName }"
MORE = "kind introduction participation memberDirectory delegatedPowers area { name }"
# As front ends write it.
ME = """
    query { me { id displayName name memberships { id displayName status
        group { id name unreadCircularCount } } } }
"""
# By several statements, for there is more to say of a group than its name.
WHOLE = f"""
    query {{ me {{ id area {{ name }} {PERSON} memberships {{ id status joinedOn han {{ name }}
        {PERSON} group {{ {GROUP} {MORE} }} }} }} }}
"""


@dataclass
class People:
    """Who asks, by what is particular about him."""

    kairan: Kairan
    clients: dict[str, Client]


@pytest_asyncio.fixture(scope="module")
async def people(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[People]:
    """Somebody with all there is, somebody suppressed, somebody new, and city staff."""
    city = await City(superuser).found()
    everywhere, hidden = await resident(city), await resident(city)
    await live(city, everywhere)
    await live(city, hidden)
    await city.suppress(hidden)
    seats = {
        "everywhere": everywhere,
        "suppressed": hidden,
        "in no group": await resident(city),
        "staff": await city.staff("OPERATIONS"),
    }
    async with running(city, postgres.server, key_folder) as kairan:
        yield People(kairan, {name: await kairan.client(seats[name]) for name in seats})


async def resident(city: City) -> Person:
    area = await city.area("神楽")
    return await city.person(
        display_name="はなこ",
        family_name="鈴木",
        given_name="花子",
        kana="スズキハナコ",
        postal_code="070-8003",
        address="神楽3条4丁目1番2号",
        building="神楽荘203",
        area_id=area.id,
        phone="0166-00-0001",
        email="hanako@example.jp",
        birth_date=date(1958, 4, 1),
    )


async def live(city: City, person: Person) -> None:
    """An officer here, gone from there, back in another, and two groups that rest."""
    for participation in ("ACTIVE", "SUSPENDED", "ENDED"):
        group = await city.group(f"{participation}町内会", participation=participation)
        han, other = await city.han(group, "1班"), await city.han(group, "2班")
        details: Any = {"display_name": "花", "joined_on": date(2010, 4, 1)}
        member = await city.member(group, person, han=han, **details)
        if participation == "ACTIVE":
            await city.officer(member, "会長", *ALL_POWERS)
        await write(city, await city.member(group, await city.person()), han, other, member)
    left = await city.group("去った町内会")
    await city.member(left, person, status="LEFT")
    back = await city.group("戻った町内会")
    await city.member(back, person, status="LEFT", began_at=city.clock() - timedelta(days=900))
    again = await city.member(back, person, began_at=city.clock() - timedelta(days=30))
    han = await city.han(back, "1班")
    await write(city, await city.member(back, await city.person()), han, han, again)


async def write(city: City, author: Any, han: Any, other: Any, reader: Any) -> None:
    """Circulars of every kind: some to read, some read, some not for everybody or not out."""
    now = city.clock()
    read = await city.circular(author, "読んだ")
    await city.circular(author, "まだ")
    await city.circular(author, "1班へ", audience="HAN", audience_han_id=han.id)
    await city.circular(author, "2班へ", audience="HAN", audience_han_id=other.id)
    await city.circular(author, "明日", published_at=now + timedelta(days=1))
    await city.circular(author, "取り下げ", withdrawn_at=now)
    await city.circular(reader, "自分の", audience="HAN", audience_han_id=other.id)
    await city.execute(
        """
        insert into kairan.receipts
            (city, circular_id, membership_id, group_id, delivered_at, read_at)
        values ($1, $2, $3, $4, $5, $5)
        """,
        *(read.id, reader.id, author.group_id, now),
    )


def asked(whole: Any, selection: Any) -> Any:
    """Of an answer to WHOLE what an answer with the shape of ``selection`` has."""
    if isinstance(selection, dict):
        return {key: asked(whole[key], part) for key, part in selection.items()}
    if isinstance(selection, list):
        return [asked(each, part) for each, part in zip(whole, selection, strict=True)]
    return whole


EVERYBODY = ("everywhere", "suppressed", "in no group", "staff")
SELECTIONS = [
    "id displayName",
    "id name memberships { id }",
    "memberships { displayName status joinedOn han { name } }",
    f"{PERSON} area {{ name }} memberships {{ id {PERSON} }}",
    "memberships { group { id } }",
    "memberships { group { name } }",
    "memberships { group { unreadCircularCount } }",
    f"memberships {{ id group {{ {GROUP} }} }}",
    "memberships { group { kind unreadCircularCount } }",
    "memberships { group { name delegatedPowers } }",
]


@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize("who", EVERYBODY)
async def test_what_comes_along_is_what_is_read_by_itself(
    who: str, selection: str, people: People
) -> None:
    whole = (await people.clients[who].ask(WHOLE))["data"]
    part = (await people.clients[who].ask(f"query {{ me {{ {selection} }} }}"))["data"]
    assert part == asked(whole, part)


async def test_the_figures_are_those_of_each_group(people: People) -> None:
    memberships = (await people.clients["everywhere"].ask(ME))["data"]["me"]["memberships"]
    for each in memberships:
        alone = "query($id: ID!) { group(id: $id) { unreadCircularCount } }"
        found = (await people.clients["everywhere"].ask(alone, id=each["group"]["id"]))["data"]
        assert found["group"]["unreadCircularCount"] == each["group"]["unreadCircularCount"]
    assert [
        (each["group"]["name"], each["status"], each["group"]["unreadCircularCount"])
        for each in sorted(memberships, key=lambda each: (each["group"]["name"], each["status"]))
    ] == [
        # An officer sees all that are out: not what is withdrawn or to come.
        ("ACTIVE町内会", "ACTIVE", 4),
        ("ENDED町内会", "ACTIVE", None),
        ("SUSPENDED町内会", "ACTIVE", 3),
        ("去った町内会", "LEFT", None),
        ("戻った町内会", "ACTIVE", 2),
        ("戻った町内会", "LEFT", 2),
    ]


ROADS = {
    "by its id": """query($id: ID!) { node(id: $id) { ... on Resident { ...me } } }""",
    "under two names": "query { node: me { ...me } me { id } }",
    "beside the viewer": """query { node: me { ...me }
        viewer { memberships { group { name } member { displayName } powers } } }""",
}
FRAGMENT = """
    fragment me on Resident { id displayName name memberships { id displayName status
        group { id name unreadCircularCount } } }
"""


@pytest.mark.parametrize(
    ("road", "number"),
    # Entering, and the one. Whoever asks for the same as before, in whatever words, enters with it.
    [("by its id", 2), ("under two names", 1), ("beside the viewer", 2)],
)
async def test_every_road_to_oneself_is_one_statement(
    road: str, number: int, people: People
) -> None:
    client = people.clients["everywhere"]
    me = (await client.ask(ME))["data"]["me"]
    variables = {"id": me["id"]} if "$id" in ROADS[road] else {}
    with people.kairan.counting() as statements:
        answer = await client.ask(ROADS[road] + FRAGMENT, **variables)
    assert answer["data"]["node"] == me
    assert len(statements) == number, statements


async def test_what_nobody_asks_for_does_not_come_along(people: People) -> None:
    with people.kairan.counting() as statements:
        await people.clients["everywhere"].ask("query { me { memberships { id } } }")
        await people.clients["everywhere"].ask("query { me { displayName } }")
    memberships, account = statements[1], statements[3]
    assert "kairan.memberships" in memberships
    for absent in ("p.phone", "p.family_name", "kairan.groups", "kairan.circulars"):
        assert absent not in memberships
    assert "kairan.memberships" not in account
