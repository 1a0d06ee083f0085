"""Nobody can make a stranger a member and so read his address: by no mutation, nor past them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import graphql
import pytest
import pytest_asyncio

from db.embedded import Addresses
from resolvers.global_ids import to_global_id
from tests.acts.requests import REQUESTS
from tests.acts.snapshot import everything
from tests.acts.test_who_may import SCHEMA
from tests.acts.ward import Ward, found_ward
from tests.harness.city import ALL_POWERS, Person
from tests.harness.kairan import Client, Kairan

ADDRESS = "忠和5条6丁目7"

# What the chair is told of his own group's people; all else is refused like what does not exist.
TOLD = {
    ("requestId", "approveMembership", "a withdrawn request"): ["ALREADY_DECIDED"],
    ("requestId", "approveMembership", "a declined request"): ["ALREADY_DECIDED"],
    ("requestId", "approveMembership", "a granted request of one who left"): [],
    ("requestId", "declineMembership", "a withdrawn request"): ["ALREADY_DECIDED"],
    ("requestId", "declineMembership", "a declined request"): [],
    ("requestId", "declineMembership", "a granted request of one who left"): ["ALREADY_DECIDED"],
    ("memberId", "removeMember", "a member who left"): ["CHANGED_MEANWHILE"],
}
# What else must be said for an id to be looked at.
BESIDE: dict[tuple[str, str], dict[str, Any]] = {
    ("appointOfficer", "succeeds"): {"startsOn": None},
    ("publishCircular", "hanId"): {"audience": "HAN"},
    ("publishCircular", "officeId"): {"audience": "OFFICE"},
}


@dataclass
class Village:
    """A ward, and people who are none of its members: each has the address that nobody may see."""

    ward: Ward
    strangers: dict[str, Person]
    ids: dict[str, str]
    attackers: dict[str, Client]


@pytest_asyncio.fixture(scope="module")
async def village(hall: Kairan) -> Village:
    """Strangers of every kind, and every id that might stand for one of them."""
    city, ward = hall.city, await found_ward(hall.city)
    names = ("who never asked", "withdrawn", "declined", "asked elsewhere", "elsewhere", "left")
    people = {name: await city.person(address=ADDRESS) for name in names}
    other = await city.group("隣の町内会", directory="MEMBERS")
    withdrawn = await city.request(ward.group, people["withdrawn"], status="WITHDRAWN")
    declined = await city.request(ward.group, people["declined"], status="DECLINED")
    waiting = await city.request(other, people["asked elsewhere"])
    granted = await city.request(ward.group, people["left"], status="APPROVED")
    member = await city.member(other, people["elsewhere"])
    left = await city.member(ward.group, people["left"], status="LEFT")
    stranger = people["who never asked"]
    return Village(
        ward,
        people,
        {
            "the resident": stranger.gid,
            "a member made of him": to_global_id("Member", stranger.id),
            "a request made of him": to_global_id("MembershipRequest", stranger.id),
            "a group made of him": to_global_id("Group", stranger.id),
            "a withdrawn request": withdrawn.gid,
            "a declined request": declined.gid,
            "a request to another group": waiting.gid,
            "a granted request of one who left": granted.gid,
            "a member of another group": member.gid,
            "a member who left": left.gid,
            "nothing": "nothing",
        },
        {
            "chair": await hall.client(ward.chair.person),
            "staff": await hall.client(await city.staff("OPERATIONS", "AUDITOR")),
        },
    )


def id_fields(mutation: str) -> dict[str, bool]:
    """The fields of a mutation's input that take ids; True for a list of them."""
    kind = SCHEMA.type_map[f"{mutation[0].upper()}{mutation[1:]}Input"]
    assert isinstance(kind, graphql.GraphQLInputObjectType)
    return {
        name: "[" in str(field.type)
        for name, field in kind.fields.items()
        if graphql.get_named_type(field.type).name == "ID"
    }


async def memberships(village: Village) -> list[dict[str, Any]]:
    """What the strangers are members of."""
    return await village.ward.city.fetch(
        """
        select m.resident_id, m.group_id, m.status, m.id from kairan.memberships m
        where m.city = $1 and m.resident_id = any ($2) order by m.id
        """,
        [person.id for person in village.strangers.values()],
    )


@pytest.mark.parametrize("mutation", sorted(REQUESTS))
async def test_no_id_of_a_stranger_makes_a_mutation_do_anything(
    village: Village, mutation: str
) -> None:
    city = village.ward.city
    before = await everything(city)

    for who, client in village.attackers.items():
        for field, many in id_fields(mutation).items():
            for name, id_ in village.ids.items():
                asked = {
                    **REQUESTS[mutation](village.ward),
                    **BESIDE.get((mutation, field), {}),
                    field: [id_] if many else id_,
                }
                errors = (await client.change(mutation, **asked))["errors"]
                told = TOLD.get((field, mutation, name)) if who == "chair" else None
                expected = ["NOT_PERMITTED"] if told is None else told
                assert [error["code"] for error in errors] == expected, (who, field, name)

    assert await everything(city) == before


async def test_every_mutation_that_takes_ids_was_tried() -> None:
    without = {mutation for mutation in REQUESTS if not id_fields(mutation)}

    assert without == {"setCityPolicy"}


async def test_no_stranger_is_met_by_any_id(village: Village) -> None:
    everywhere = """query ($ids: [ID!]!, $group: ID!) {
      nodes(ids: $ids) { ... on Member { displayName address } ... on MembershipRequest { id } }
      group(id: $group) { members { nodes { address } } }
    }"""
    for name, client in village.attackers.items():
        response = await client.post(
            {
                "query": everywhere,
                "variables": {
                    "ids": list(village.ids.values()),
                    "group": village.ward.group.gid,
                },
            }
        )
        assert response.status_code == 200
        assert ADDRESS not in response.text, name


@asynccontextmanager
async def entered(connection: asyncpg.Connection, ward: Ward) -> AsyncIterator[None]:
    """A transaction of the server's role, entered as a ward's chair; rolled back."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        session = await ward.city.session(ward.chair.person)
        await connection.fetchval(
            "select app.enter($1, $2, $3, $4)",
            ward.city.number,
            ward.chair.person.id,
            session,
            ward.city.clock(),
        )
        yield
    finally:
        await transaction.rollback()


@pytest_asyncio.fixture
async def chair(village: Village, postgres: Addresses) -> AsyncIterator[asyncpg.Connection]:
    """The server's role, entered as the chair: as if the server had forgotten all of its rules."""
    connection = await asyncpg.connect(postgres.server)
    try:
        async with entered(connection, village.ward):
            yield connection
    finally:
        await connection.close()


JOIN = """
    insert into kairan.memberships (city, id, group_id, resident_id, began_at)
    values ($1, $2, $3, $4, $5)
"""
DETAILS = """
    insert into kairan.member_details (city, membership_id, group_id, resident_id)
    values ($1, $2, $3, $4)
"""
APPLY = """
    insert into kairan.membership_requests (city, id, group_id, resident_id, requested_at)
    values ($1, $2, $3, $4, $5)
"""
KINDS = ("who never asked", "withdrawn", "declined", "asked elsewhere", "elsewhere", "left")


@pytest.mark.parametrize("name", KINDS)
async def test_the_wall_lets_no_chair_enter_a_stranger(
    village: Village, chair: asyncpg.Connection, name: str
) -> None:
    city, person = village.ward.city, village.strangers[name].id
    where = (city.number, uuid4(), village.ward.group.id, person)

    for statement, arguments in (
        (JOIN, (*where, city.clock())),
        (DETAILS, where),
        (APPLY, (*where, city.clock())),
    ):
        await chair.execute("savepoint before")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await chair.execute(statement, *arguments)
        await chair.execute("rollback to before")
    assert await profiles(village, chair, person) == 0


async def test_the_wall_lets_who_applied_to_one_group_into_no_other_of_the_same_chair(
    hall: Kairan, postgres: Addresses
) -> None:
    city, ward, other = hall.city, await found_ward(hall.city), await found_ward(hall.city)
    both = await city.member(other.group, ward.chair.person)
    await city.officer(both, "会長", *ALL_POWERS)
    connection = await asyncpg.connect(postgres.server)
    try:
        async with entered(connection, ward):
            there = (city.number, uuid4(), other.group.id, ward.applicant.id)
            for statement, arguments in ((JOIN, (*there, city.clock())), (DETAILS, there)):
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                    async with connection.transaction():
                        await connection.execute(statement, *arguments)
            here = (city.number, uuid4(), ward.group.id, ward.applicant.id)
            await connection.execute(JOIN, *here, city.clock())
            await connection.execute(DETAILS, *here)
    finally:
        await connection.close()


async def test_the_wall_lets_no_decision_be_made_again(
    village: Village, chair: asyncpg.Connection
) -> None:
    for status in ("PENDING", "APPROVED"):
        again = """
            update kairan.membership_requests set status = $3
            where city = $1 and resident_id = any ($2)
        """
        people = [person.id for person in village.strangers.values()]
        found = await chair.execute(again, village.ward.city.number, people, status)
        assert found == "UPDATE 0"


async def test_the_wall_lets_no_membership_change_hands_or_come_back(
    village: Village, chair: asyncpg.Connection
) -> None:
    stranger = village.strangers["who never asked"].id
    left = next(
        row["id"]
        for row in await memberships(village)
        if row["resident_id"] == village.strangers["left"].id
    )
    for statement, arguments in (
        ("update kairan.memberships set resident_id = $2 where city = $1", (stranger,)),
        ("update kairan.memberships set group_id = $2 where city = $1", (uuid4(),)),
        ("update kairan.member_details set resident_id = $2 where city = $1", (stranger,)),
        ("update kairan.membership_requests set resident_id = $2 where city = $1", (stranger,)),
        ("delete from kairan.memberships where city = $1 and id <> $2", (stranger,)),
    ):
        await chair.execute("savepoint before")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
            await chair.execute(statement, village.ward.city.number, *arguments)
        await chair.execute("rollback to before")

    back = "update kairan.memberships set status = 'ACTIVE', ended_at = null where id = $1"
    assert await chair.execute(back, left) == "UPDATE 0"


async def test_the_wall_does_let_the_chair_enter_the_applicant(
    village: Village, chair: asyncpg.Connection
) -> None:
    """What the tests above are refused is refused for whom it is about."""
    city, applicant = village.ward.city, village.ward.applicant.id
    membership = uuid4()
    where = (city.number, membership, village.ward.group.id, applicant)

    await chair.execute(JOIN, *where, city.clock())
    await chair.execute(DETAILS, *where)

    assert await profiles(village, chair, applicant) == 1


async def profiles(village: Village, chair: asyncpg.Connection, person: UUID) -> int:
    """How many profiles of a person the chair is shown."""
    found: int = await chair.fetchval(
        "select count(*) from kairan.profiles where city = $1 and resident_id = $2",
        village.ward.city.number,
        person,
    )
    return found
