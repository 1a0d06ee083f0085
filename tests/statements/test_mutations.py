"""What a change costs the database: literal numbers, the same in a small group and a large one."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import pytest

from tests.harness.city import Member, Thing
from tests.harness.kairan import Client
from tests.schema import sdl
from tests.statements.conftest import Town

Asked = dict[str, Any]
_numbers = count(1)


def key() -> str:
    return f"statements-{next(_numbers):04}"


class Arranged:
    """A town with city staff beside the officer, and what a mutation needs, always new."""

    def __init__(self, town: Town) -> None:
        self.town, self.city, self.group = town, town.kairan.city, town.group

    async def staff(self, role: str) -> Client:
        return await self.town.kairan.client(await self.city.staff(role))

    async def member(self) -> Member:
        return await self.city.member(self.group, await self.city.person())

    async def applied(self) -> Thing:
        return await self.city.request(self.group, await self.city.person())

    async def circular(self) -> Thing:
        return await self.city.circular(self.town.members[0], "回覧")

    async def office(self) -> Thing:
        return await self.city.office(self.group, "役")


Prepared = tuple[Client, Asked]
Prepare = Callable[[Arranged], Awaitable[Prepared]]


# Each of these arranges one mutation that will be made: who sends it, and with what input.
async def create_group(here: Arranged) -> Prepared:
    return await here.staff("OPERATIONS"), {"name": "新町内会", "idempotencyKey": key()}


async def set_participation(here: Arranged) -> Prepared:
    day = f"2027-{next(_numbers) % 12 + 1:02}-01"
    asked = {"groupId": here.group.gid, "participation": "TRIAL", "startsOn": day}
    return await here.staff("OPERATIONS"), asked


async def delegate_powers(here: Arranged) -> Prepared:
    group = await here.city.group("別の町内会")
    return await here.staff("OPERATIONS"), {"groupId": group.gid, "powers": ["PUBLISH"]}


async def set_city_policy(here: Arranged) -> Prepared:
    asked = {"category": "AGE", "released": False, "reason": "答申"}
    await here.city.execute("delete from kairan.city_policies where city = $1")
    return await here.staff("OPERATIONS"), asked


async def suppress_resident(here: Arranged) -> Prepared:
    return await here.staff("SUPPRESSION"), {"residentId": (await here.city.person()).gid}


async def lift_suppression(here: Arranged) -> Prepared:
    person = await here.city.person()
    await here.city.suppress(person)
    return await here.staff("SUPPRESSION"), {"residentId": person.gid}


async def request_membership(here: Arranged) -> Prepared:
    client = await here.town.kairan.client(await here.city.person())
    return client, {"groupId": here.group.gid}


async def withdraw_request(here: Arranged) -> Prepared:
    person = await here.city.person()
    request = await here.city.request(here.group, person)
    return await here.town.kairan.client(person), {"requestId": request.gid}


async def approve_membership(here: Arranged) -> Prepared:
    return here.town.client, {"requestId": (await here.applied()).gid}


async def decline_membership(here: Arranged) -> Prepared:
    return here.town.client, {"requestId": (await here.applied()).gid, "reason": "区域外"}


async def move_member(here: Arranged) -> Prepared:
    han = await here.city.han(here.group, "3班")
    return here.town.client, {"memberId": (await here.member()).gid, "hanId": han.gid}


async def leave_group(here: Arranged) -> Prepared:
    member = await here.member()
    return await here.town.kairan.client(member.person), {"groupId": here.group.gid}


async def remove_member(here: Arranged) -> Prepared:
    return here.town.client, {"memberId": (await here.member()).gid, "reason": "転居"}


async def set_member_directory(here: Arranged) -> Prepared:
    await here.city.execute(
        "update kairan.groups set member_directory = 'OFFICERS' where city = $1"
    )
    return here.town.client, {"groupId": here.group.gid, "memberDirectory": "MEMBERS"}


async def define_han(here: Arranged) -> Prepared:
    return here.town.client, {"groupId": here.group.gid, "name": "3班", "idempotencyKey": key()}


async def define_household(here: Arranged) -> Prepared:
    return here.town.client, {"groupId": here.group.gid, "idempotencyKey": key()}


async def define_office(here: Arranged) -> Prepared:
    asked = {"title": "役", "powers": ["PUBLISH"], "idempotencyKey": key()}
    return here.town.client, {"groupId": here.group.gid, **asked}


async def change_office(here: Arranged) -> Prepared:
    return here.town.client, {"officeId": (await here.office()).gid, "powers": ["PUBLISH"]}


async def appoint_officer(here: Arranged, many: int = 1) -> Prepared:
    members = [(await here.member()).gid for _ in range(many)]
    asked = {"startsOn": "2026-11-23", "endsOn": "2027-03-31"}
    return here.town.client, {"officeId": (await here.office()).gid, "memberIds": members, **asked}


async def end_appointment(here: Arranged) -> Prepared:
    term = await here.city.appoint(await here.member(), await here.office())
    return here.town.client, {"appointmentId": term.gid}


async def publish_circular(here: Arranged) -> Prepared:
    asked = {"title": "雪", "body": "雪かき", "idempotencyKey": key()}
    return here.town.client, {"groupId": here.group.gid, **asked}


async def edit_circular(here: Arranged) -> Prepared:
    asked = {"title": "訂正", "body": "訂正"}
    return here.town.client, {"circularId": (await here.circular()).gid, **asked}


async def withdraw_circular(here: Arranged) -> Prepared:
    return here.town.client, {"circularId": (await here.circular()).gid}


async def mark_circular_read(here: Arranged) -> Prepared:
    return here.town.client, {"circularId": (await here.circular()).gid}


async def record_paper_delivery(here: Arranged, many: int = 1) -> Prepared:
    members = [member.gid for member in here.town.members[1 : many + 1]]
    return here.town.client, {"circularId": (await here.circular()).gid, "memberIds": members}


# What is asked back, and how many statements it all takes. Two of them are app.enter: the change
# and its payload each find out who asks. BEGIN and COMMIT are not counted.
COSTS: list[tuple[Prepare, str, int]] = [
    (create_group, "group { name delegatedPowers }", 9),
    (set_participation, "group { participation }", 6),
    (delegate_powers, "group { delegatedPowers }", 7),
    (set_city_policy, "switchedOff", 5),
    (suppress_resident, "suppression { beganAt }", 5),
    (lift_suppression, "suppression { liftedAt }", 5),
    (request_membership, "request { status }", 7),
    (withdraw_request, "request { status }", 5),
    (approve_membership, "request { status }", 9),
    (decline_membership, "request { status }", 5),
    (move_member, "member { status }", 5),
    (leave_group, "member { status }", 7),
    (remove_member, "member { status }", 7),
    (set_member_directory, "group { memberDirectory }", 6),
    (define_han, "han { name }", 6),
    (define_household, "household { paperOnly }", 6),
    (define_office, "office { title }", 9),
    (change_office, "office { title }", 9),
    (appoint_officer, "appointments { status }", 9),
    (end_appointment, "appointments { status }", 8),
    (publish_circular, "circular { title }", 6),
    (edit_circular, "circular { title }", 6),
    (withdraw_circular, "circular { status }", 5),
    (mark_circular_read, "circular { status }", 5),
    (record_paper_delivery, "circular { status }", 6),
]


def name_of(prepare: Prepare) -> str:
    """The mutation, in GraphQL's spelling."""
    first, *rest = prepare.__name__.split("_")
    return first + "".join(word.capitalize() for word in rest)


async def statements(town: Town, mutation: str, selection: str, prepared: Prepared) -> list[str]:
    """What the database was asked for a change that is made."""
    client, asked = prepared
    await town.kairan.settled()
    with town.kairan.counting() as found:
        payload = await client.change(mutation, selection, **asked)
        assert payload["errors"] == [], mutation
        await town.kairan.settled()
    # The driver looks types up when a connection first meets them.
    return [statement for statement in found if "pg_type" not in statement]


@pytest.mark.parametrize(
    ("prepare", "selection", "number"), COSTS, ids=[name_of(cost[0]) for cost in COSTS]
)
async def test_a_change_costs_as_much_in_a_large_group_as_in_a_small_one(
    prepare: Prepare, selection: str, number: int, small: Town, large: Town
) -> None:
    mutation = name_of(prepare)
    few = await statements(small, mutation, selection, await prepare(Arranged(small)))
    many = await statements(large, mutation, selection, await prepare(Arranged(large)))
    assert len(few) == number, few
    assert sorted(many) == sorted(few)


def test_the_cost_of_every_mutation_is_known() -> None:
    mutation_type = sdl.from_file().mutation_type
    assert mutation_type is not None
    assert {name_of(cost[0]) for cost in COSTS} == set(mutation_type.fields) - {"signIn"}


@pytest.mark.parametrize("selection", ["appointments { status office { title } }", ""])
async def test_appointing_ten_costs_as_much_as_appointing_one(
    selection: str, small: Town, large: Town
) -> None:
    one = await statements(
        small, "appointOfficer", selection, await appoint_officer(Arranged(small))
    )
    ten = await statements(
        large, "appointOfficer", selection, await appoint_officer(Arranged(large), many=10)
    )
    assert len(one) == (10 if selection else 7), one
    assert sorted(ten) == sorted(one)


async def test_paper_for_a_hundred_costs_as_much_as_for_one(small: Town, large: Town) -> None:
    selection = "circular { receiptSummary { paper } receipts(state: PAPER) { nodes { state } } }"
    one = await statements(
        small, "recordPaperDelivery", selection, await record_paper_delivery(Arranged(small))
    )
    hundred = await statements(
        large,
        "recordPaperDelivery",
        selection,
        await record_paper_delivery(Arranged(large), many=100),
    )
    assert len(one) == 9, one
    assert sorted(hundred) == sorted(one)


async def test_a_member_with_many_terms_leaves_at_the_same_cost(small: Town) -> None:
    here = Arranged(small)
    member = await here.member()
    for _ in range(10):
        await here.city.appoint(member, await here.office())
    client = await small.kairan.client(member.person)
    leaving = client, {"groupId": small.group.gid}
    assert len(await statements(small, "leaveGroup", "member { status }", leaving)) == 7


async def test_what_is_refused_or_was_made_before_costs_less(small: Town) -> None:
    here = Arranged(small)
    client, asked = await define_office(here)
    first = await statements(small, "defineOffice", "office { title }", (client, asked))
    again = await statements(small, "defineOffice", "office { title }", (client, asked))
    # app.enter and the key; app.enter and the office.
    assert (len(first), len(again)) == (9, 4)
    stranger = await small.kairan.client(await here.city.person())
    for wanted in (define_han, remove_member, edit_circular):
        _, asked = await wanted(here)
        with small.kairan.counting() as found:
            payload = await stranger.change(name_of(wanted), **asked)
        assert [error["code"] for error in payload["errors"]] == ["NOT_PERMITTED"]
        # app.enter, and one look for the thing or the key.
        assert len(found) == 2, found


async def test_delivery_is_noted_once_for_a_page_of_circulars(large: Town) -> None:
    """After the answer left, in a transaction of its own: app.enter and one INSERT."""
    document = (
        "query ($group: ID!) { group(id: $group) { circulars(first: 20) { nodes { body } } } }"
    )
    await large.client.data(document, group=large.group.gid)
    await large.kairan.settled()
    with large.kairan.counting() as found:
        await large.client.data(document, group=large.group.gid)
        await large.kairan.settled()
    assert len(found) == 5, found
    assert [statement.split()[:3] for statement in found[3:]] == [
        ["select", "app.enter($1,", "$2,"],
        ["insert", "into", "kairan.receipts"],
    ]
