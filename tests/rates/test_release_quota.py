"""How many people one officer is shown within an hour, and what happens to the one too many."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest_asyncio

from db.embedded import Addresses
from permissions.words import Power
from tests.harness.city import City, Member, Person, Thing
from tests.harness.kairan import Client, Kairan, running

ROSTER = """
    query Roster($id: ID!, $first: Int!) {
      group(id: $id) { members(first: $first) { nodes { phone } } }
    }
"""
ONE = "query One($id: ID!) { node(id: $id) { ... on Member { phone } } }"
MANY = "query Many($ids: [ID!]!) { nodes(ids: $ids) { ... on Member { phone } } }"
QUOTA = 10


@dataclass
class Association:
    """A group of thirty, and its 会長, who sees the roster."""

    city: City
    group: Thing
    chair: Person
    members: list[Member]

    async def people(self) -> int:
        """How many people the ledger says the 会長 was shown."""
        rows = await self.city.fetch(
            "select distinct unnest(subjects) from kairan.releases where city = $1 and viewer = $2",
            self.chair.id,
        )
        return len(rows)


async def settle(city: City, name: str, chair: Person, size: int = 30) -> Association:
    group = await city.group(name)
    await city.officer(
        await city.member(group, chair), "会長", Power.VIEW_ROSTER, Power.MANAGE_MEMBERS
    )
    members = []
    for number in range(size):
        person = await city.person(phone=f"0166-00-{number:04}")
        members.append(await city.member(group, person))
    return Association(city, group, chair, members)


@pytest_asyncio.fixture
async def kagura(city: City) -> Association:
    return await settle(city, "神楽町内会", await city.person())


@pytest_asyncio.fixture
async def kairan(city: City, postgres: Addresses, key_folder: Path) -> AsyncIterator[Kairan]:
    async with running(city, postgres.server, key_folder, release_quota=QUOTA) as serving:
        yield serving


async def shown(client: Client, members: list[Member]) -> str:
    """OK with every phone there, or the one code with nothing there."""
    return told(await client.ask(MANY, ids=[member.gid for member in members]))


def told(answer: dict[str, Any]) -> str:
    if "errors" not in answer:
        assert all(node["phone"] for node in answer["data"]["nodes"])
        return "OK"
    assert answer["data"] is None
    (error,) = answer["errors"]
    return str(error["extensions"]["code"])


OVER = "RELEASE_QUOTA_EXCEEDED"


async def test_up_to_the_quota_everybody_is_shown_and_the_next_one_is_not(
    kairan: Kairan, kagura: Association
) -> None:
    chair = await kairan.client(kagura.chair)
    assert await shown(chair, kagura.members[:6]) == "OK"
    assert await shown(chair, kagura.members[6:10]) == "OK"
    rows = await kagura.city.fetch("select from kairan.releases where city = $1")
    refused = await chair.ask(ONE, id=kagura.members[10].gid)
    assert refused == {
        "errors": [
            {
                "message": "You may be shown personal data of 10 people an hour, and no more."
                " Try again in 3600 seconds.",
                "extensions": {"code": OVER, "limit": 10, "retryAfter": 3600},
            }
        ],
        "data": None,
    }
    # What did not leave is not in the ledger.
    assert len(await kagura.city.fetch("select from kairan.releases where city = $1")) == len(rows)
    assert await kagura.people() == 10


async def test_the_same_people_are_not_counted_twice(kairan: Kairan, kagura: Association) -> None:
    chair = await kairan.client(kagura.chair)
    for _ in range(5):
        assert await shown(chair, kagura.members[:8]) == "OK"
    assert await shown(chair, kagura.members[4:10]) == "OK"
    assert await shown(chair, kagura.members[9:11]) == OVER
    # And those seen already can be seen again, at the limit too.
    assert await shown(chair, kagura.members[:10]) == "OK"


async def test_an_hour_later_there_is_room_as_told(kairan: Kairan, kagura: Association) -> None:
    chair, clock = await kairan.client(kagura.chair), kairan.city.clock
    assert await shown(chair, kagura.members[:4]) == "OK"
    clock.advance(minutes=20)
    chair = await kairan.client(kagura.chair)
    assert await shown(chair, kagura.members[4:10]) == "OK"
    clock.advance(minutes=10)
    chair = await kairan.client(kagura.chair)
    answer = await chair.ask(MANY, ids=[member.gid for member in kagura.members[10:13]])
    # Three too many: of the four who were first, three are over in half an hour.
    assert answer["errors"][0]["extensions"]["retryAfter"] == 1800
    answer = await chair.ask(MANY, ids=[member.gid for member in kagura.members[10:15]])
    # Five: that takes one of those who were shown later.
    assert answer["errors"][0]["extensions"]["retryAfter"] == 3000
    clock.advance(seconds=1799)
    chair = await kairan.client(kagura.chair)
    assert await shown(chair, kagura.members[10:13]) == OVER
    clock.advance(seconds=1)
    assert await shown(chair, kagura.members[10:13]) == "OK"
    assert await shown(chair, kagura.members[13:15]) == OVER


async def test_an_answer_that_never_fits_says_so(kairan: Kairan, kagura: Association) -> None:
    chair = await kairan.client(kagura.chair)
    answer = await chair.ask(ROSTER, id=kagura.group.gid, first=30)
    assert answer["data"] is None
    assert answer["errors"] == [
        {
            "message": "You may be shown personal data of 10 people an hour, and no more."
            " Ask for fewer people at a time.",
            "extensions": {"code": OVER, "limit": 10},
        }
    ]
    assert await kagura.people() == 0
    # Nothing was spent by it.
    assert await shown(chair, kagura.members[:10]) == "OK"


async def test_another_officer_has_his_own(kairan: Kairan, kagura: Association) -> None:
    chair = await kairan.client(kagura.chair)
    assert await shown(chair, kagura.members[:10]) == "OK"
    vice = await kairan.city.person()
    await kairan.city.officer(
        await kairan.city.member(kagura.group, vice), "副会長", Power.VIEW_ROSTER
    )
    assert await shown(await kairan.client(vice), kagura.members[10:20]) == "OK"
    # A second session of the same officer has not.
    assert await shown(await kairan.client(kagura.chair), kagura.members[10:11]) == OVER


async def test_what_is_no_personal_field_of_somebody_else_costs_nothing(
    kairan: Kairan, kagura: Association
) -> None:
    chair = await kairan.client(kagura.chair)
    assert await shown(chair, kagura.members[:10]) == "OK"
    for document in (
        "query Q($id: ID!) { group(id: $id) { members(first: 30) { nodes { displayName } } } }",
        "query Q($id: ID!) { group(id: $id) { name } me { phone } }",
    ):
        assert "errors" not in await chair.ask(document, id=kagura.group.gid)


async def test_two_servers_know_of_one_another_by_the_ledger(
    city: City, kagura: Association, postgres: Addresses, key_folder: Path
) -> None:
    settings: dict[str, Any] = {"release_quota": QUOTA}
    async with (
        running(city, postgres.server, key_folder, **settings) as one,
        running(city, postgres.server, key_folder, **settings) as other,
    ):
        here = await one.client(kagura.chair)
        there = Client(other.http, here.token)
        assert await shown(here, kagura.members[:5]) == "OK"
        assert await shown(there, kagura.members[5:10]) == "OK"
        # Neither was asked for more than five, and both know that ten are ten.
        assert await shown(here, kagura.members[10:11]) == OVER
        assert await shown(there, kagura.members[11:12]) == OVER
        assert await shown(here, kagura.members[5:10]) == "OK"
        assert await kagura.people() == 10


async def test_two_servers_go_no_further_over_it_than_is_said(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    large = await settle(city, "大町内会", await city.person(), size=60)
    settings: dict[str, Any] = {"release_quota": 40}
    async with (
        running(city, postgres.server, key_folder, **settings) as one,
        running(city, postgres.server, key_folder, **settings) as other,
    ):
        here = await one.client(large.chair)
        both = [here, Client(other.http, here.token)]
        met = [await shown(both[n % 2], [member]) for n, member in enumerate(large.members)]
    # Each may give a twentieth, that is two, before it asks.
    assert 40 <= await large.people() <= 40 + 2 * 2
    assert met[-10:] == [OVER] * 10


async def test_many_answers_at_once_do_not_slip_past_together(
    kairan: Kairan, kagura: Association
) -> None:
    chair = await kairan.client(kagura.chair)
    met = await asyncio.gather(*(shown(chair, kagura.members[n : n + 2]) for n in range(0, 30, 2)))
    assert met.count("OK") <= 5
    assert met.count("OK") + met.count(OVER) == 15
    assert await kagura.people() <= QUOTA
    # Nor did those who were refused use up what was left.
    for member in kagura.members:
        await shown(chair, [member])
    assert await kagura.people() == QUOTA


async def test_ordinary_use_costs_no_statement_more(
    city: City, kagura: Association, postgres: Addresses, key_folder: Path
) -> None:
    async with running(city, postgres.server, key_folder) as kairan:
        chair = await kairan.client(kagura.chair)
        for _ in range(3):
            with kairan.counting() as statements:
                await chair.data(ROSTER, id=kagura.group.gid, first=30)
            assert [each for each in statements if "people_received" in each] == []
            assert len([each for each in statements if "kairan.releases" in each]) == 1


async def test_a_quota_that_is_off_refuses_nobody(
    city: City, kagura: Association, postgres: Addresses, key_folder: Path
) -> None:
    async with running(city, postgres.server, key_folder, release_quota=None) as kairan:
        assert await shown(await kairan.client(kagura.chair), kagura.members) == "OK"


async def test_a_change_stands_whose_payload_is_over_the_quota(
    kairan: Kairan, kagura: Association
) -> None:
    chair, city = await kairan.client(kagura.chair), kairan.city
    assert await shown(chair, kagura.members[:10]) == "OK"
    han = await city.han(kagura.group, "1班")
    answer = await chair.ask(
        """
        mutation Move($member: ID!, $han: ID!) {
          moveMember(input: {memberId: $member, hanId: $han}) { member { phone } errors { code } }
        }
        """,
        member=kagura.members[10].gid,
        han=han.gid,
    )
    assert answer["data"] == {"moveMember": None}
    (error,) = answer["errors"]
    assert error["path"] == ["moveMember"]
    assert error["extensions"] == {
        "code": OVER,
        "limit": 10,
        "retryAfter": 3600,
        "committed": True,
    }
    assert error["message"].startswith("The change was made. You may be shown")
    rows = await city.fetch(
        "select han_id from kairan.member_details where city = $1 and membership_id = $2",
        kagura.members[10].id,
    )
    assert rows == [{"han_id": han.id}]
    assert await kagura.people() == 10
