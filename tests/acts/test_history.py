"""History: who changed what, when, from what to what; and nothing personal, whoever reads it."""

from typing import Any

import asyncpg
import pytest

from db.embedded import Addresses
from permissions.words import Power
from tests.acts.asking import done
from tests.acts.requests import REQUESTS
from tests.acts.ward import Ward, found_ward, new_key
from tests.harness.city import City, Person
from tests.harness.kairan import Client, Kairan

CHANGE = """
  kind changedAt byStaff actor { displayName } group { name }
  before { name value } after { name value }
"""
OF_GROUP = f"query ($g: ID!) {{ group(id: $g) {{ history {{ nodes {{ {CHANGE} }} }} }} }}"
OF_CITY = f"{{ history {{ nodes {{ {CHANGE} }} }} }}"
EVERYTHING = (
    "MANAGE_MEMBERS, MANAGE_OFFICES, MODERATE, PUBLISH, RUN_SAFETY_CHECKS, RUN_SURVEYS, "
    "VIEW_RECEIPTS, VIEW_ROSTER"
)


def told(change: dict[str, Any]) -> tuple[str, str | None, dict[str, str], dict[str, str]]:
    """Kind, the actor's name (``city`` for staff), before and after."""
    before, after = (
        {each["name"]: each["value"] for each in change[side]} for side in ("before", "after")
    )
    actor = "city" if change["byStaff"] else (change["actor"] or {}).get("displayName")
    return change["kind"], actor, before, after


async def of_group(client: Client, ward: Ward) -> list[Any]:
    """A group's history, oldest first."""
    nodes = (await client.data(OF_GROUP, g=ward.group.gid))["group"]["history"]["nodes"]
    return [told(node) for node in reversed(nodes)]


async def test_each_change_of_an_office_says_what_it_was_and_what_it_became(
    city: City, kairan: Kairan
) -> None:
    ward = await found_ward(city)
    chair = await kairan.client(ward.chair.person)
    made = await done(
        chair,
        "defineOffice",
        "office { id }",
        groupId=ward.group.gid,
        title=" 総務部長 ",
        powers=["PUBLISH", "MODERATE"],
        idempotencyKey=new_key(),
    )
    city.clock.advance(seconds=1)
    office = {"officeId": made["id"]}
    await done(chair, "changeOffice", **office, title="総務", powers=["PUBLISH"])
    city.clock.advance(seconds=1)
    [term] = await done(
        chair,
        "appointOfficer",
        "appointments { id }",
        **office,
        memberIds=[ward.hanako.gid],
        startsOn="2026-11-23",
        endsOn="2027-03-31",
    )
    city.clock.advance(seconds=1)
    await done(chair, "endAppointment", appointmentId=term["id"], endsOn="2026-12-31")
    city.clock.advance(seconds=1)
    await done(chair, "endAppointment", appointmentId=term["id"])

    assert await of_group(chair, ward) == [
        ("OFFICE_DEFINED", "けん", {}, {"title": "総務部長", "powers": "MODERATE, PUBLISH"}),
        (
            "OFFICE_CHANGED",
            "けん",
            {"title": "総務部長", "powers": "MODERATE, PUBLISH"},
            {"title": "総務", "powers": "PUBLISH"},
        ),
        (
            "OFFICER_APPOINTED",
            "けん",
            {},
            {"office": "総務", "startsOn": "2026-11-23", "endsOn": "2027-03-31"},
        ),
        (
            "APPOINTMENT_ENDED",
            "けん",
            {"office": "総務", "endsOn": "2027-03-31"},
            {"office": "総務", "endsOn": "2026-12-31"},
        ),
        (
            "APPOINTMENT_ENDED",
            "けん",
            {"office": "総務", "endsOn": "2026-12-31"},
            {"office": "総務", "endsOn": "at once"},
        ),
    ]


async def test_who_came_and_went_is_said_without_a_name(city: City, kairan: Kairan) -> None:
    ward = await found_ward(city)
    chair, hanako = await kairan.client(ward.chair.person), await kairan.client(ward.hanako.person)
    await done(chair, "approveMembership", **REQUESTS["approveMembership"](ward))
    city.clock.advance(seconds=1)
    await done(hanako, "leaveGroup", groupId=ward.group.gid)
    city.clock.advance(seconds=1)
    await done(chair, "removeMember", memberId=ward.sayuri.gid, reason="転居")
    city.clock.advance(seconds=1)
    await done(chair, "setMemberDirectory", **REQUESTS["setMemberDirectory"](ward))

    assert await of_group(chair, ward) == [
        ("MEMBER_JOINED", "けん", {}, {}),
        ("MEMBER_LEFT", "元会員", {}, {}),
        ("MEMBER_REMOVED", "けん", {}, {}),
        (
            "MEMBER_DIRECTORY_SET",
            "けん",
            {"memberDirectory": "OFFICERS"},
            {"memberDirectory": "MEMBERS"},
        ),
    ]


async def test_what_the_city_does_is_said_to_be_the_city_s(city: City, kairan: Kairan) -> None:
    staff = await kairan.client(await city.staff("OPERATIONS"))
    made = await done(
        staff, "createGroup", "group { id }", name="新しい町内会", idempotencyKey=new_key()
    )
    group = {"groupId": made["id"]}
    for mutation, asked in (
        ("setParticipation", {**group, "participation": "ACTIVE"}),
        ("setParticipation", {**group, "participation": "SUSPENDED", "startsOn": "2026-12-28"}),
        ("delegatePowers", {**group, "powers": ["VIEW_ROSTER", "PUBLISH"]}),
        ("setCityPolicy", {"category": "PHONE", "released": False, "reason": " 答申 "}),
        ("setCityPolicy", {"category": "PHONE", "released": True, "reason": "再開"}),
    ):
        city.clock.advance(seconds=1)
        await done(staff, mutation, **asked)

    nodes = (await staff.data(OF_CITY))["history"]["nodes"]
    assert [(told(node), (node["group"] or {}).get("name")) for node in reversed(nodes)] == [
        (
            ("GROUP_CREATED", "city", {}, {"participation": "TRIAL", "powers": EVERYTHING}),
            "新しい町内会",
        ),
        (
            (
                "PARTICIPATION_SET",
                "city",
                {"participation": "TRIAL"},
                {"participation": "ACTIVE", "startsOn": "2026-11-23"},
            ),
            "新しい町内会",
        ),
        (
            (
                "PARTICIPATION_SET",
                "city",
                {"participation": "ACTIVE"},
                {"participation": "SUSPENDED", "startsOn": "2026-12-28"},
            ),
            "新しい町内会",
        ),
        (
            (
                "POWERS_DELEGATED",
                "city",
                {"powers": EVERYTHING},
                {"powers": "PUBLISH, VIEW_ROSTER"},
            ),
            "新しい町内会",
        ),
        (
            (
                "CITY_POLICY_SET",
                "city",
                {"category": "PHONE", "released": "true"},
                {"category": "PHONE", "released": "false", "reason": "答申"},
            ),
            None,
        ),
        (
            (
                "CITY_POLICY_SET",
                "city",
                {"category": "PHONE", "released": "false"},
                {"category": "PHONE", "released": "true", "reason": "再開"},
            ),
            None,
        ),
    ]
    assert [node["changedAt"] for node in nodes][-1] == "2026-11-23T03:00:00+00:00"


async def changed(hall: Kairan) -> Ward:
    """A ward with one change in its history."""
    ward = await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)
    await done(chair, "changeOffice", **REQUESTS["changeOffice"](ward))
    return ward


@pytest.mark.parametrize("role", ["OPERATIONS", "AUDITOR"])
async def test_employees_read_what_was_done_and_not_by_whom(hall: Kairan, role: str) -> None:
    ward = await changed(hall)
    staff = await hall.client(await hall.city.staff(role))

    answer = await staff.ask(OF_GROUP, g=ward.group.gid)

    [change] = answer["data"]["group"]["history"]["nodes"]
    assert (change["kind"], change["byStaff"], change["actor"]) == ("OFFICE_CHANGED", False, None)
    assert [e["field"] for e in answer["extensions"]["withheld"]] == ["Change.actor"]


@pytest.mark.parametrize(
    ("seat", "power", "reason"),
    [
        ("stranger", Power.PUBLISH, "NOT_A_MEMBER"),
        ("elsewhere", Power.PUBLISH, "NOT_A_MEMBER"),
        ("member", Power.PUBLISH, "NOT_AN_OFFICER"),
        ("former", Power.PUBLISH, "NOT_AN_OFFICER"),
        ("tomorrow", Power.PUBLISH, "NOT_AN_OFFICER"),
        ("short", Power.MANAGE_OFFICES, "POWER_MISSING"),
        ("SUPPRESSION", Power.PUBLISH, "POWER_MISSING"),
    ],
)
async def test_whoever_manages_no_offices_reads_no_history(
    hall: Kairan, seat: str, power: Power, reason: str
) -> None:
    ward = await changed(hall)
    client = await hall.client(await ward.seat(seat, power))

    answer = await client.ask(OF_GROUP, g=ward.group.gid)
    assert answer["data"]["group"] == {"history": None}
    [entry] = answer["extensions"]["withheld"]
    assert (entry["field"], entry["reason"]) == ("Group.history", reason)
    answer = await client.ask(OF_CITY)
    assert answer["data"] == {"history": None}
    [entry] = answer["extensions"]["withheld"]
    assert (entry["field"], entry["reason"]) == ("Query.history", "POWER_MISSING")


async def test_a_chair_reads_no_history_of_the_city_and_nobody_reads_any(hall: Kairan) -> None:
    ward = await changed(hall)
    chair = await hall.client(ward.chair.person)

    assert (await chair.ask(OF_CITY))["data"] == {"history": None}
    for document in (OF_GROUP, OF_CITY):
        answer = await hall.nobody.ask(
            document, **({"g": ward.group.gid} if document is OF_GROUP else {})
        )
        assert [e["reason"] for e in answer["extensions"]["withheld"]] == ["NOT_SIGNED_IN"]


async def test_history_is_read_a_page_at_a_time(city: City, kairan: Kairan) -> None:
    ward = await found_ward(city)
    chair = await kairan.client(ward.chair.person)
    for title in ("一", "二", "三"):
        await done(chair, "changeOffice", officeId=ward.vacant.gid, title=title)
        city.clock.advance(seconds=1)
    page = """query ($g: ID!, $after: String) { group(id: $g) { history(first: 2, after: $after) {
      nodes { after { name value } } pageInfo { hasNextPage endCursor }
    } } }"""

    first = (await chair.data(page, g=ward.group.gid))["group"]["history"]
    second = (await chair.data(page, g=ward.group.gid, after=first["pageInfo"]["endCursor"]))[
        "group"
    ]["history"]

    def titles(found: Any) -> list[str]:
        return [
            each["value"]
            for node in found["nodes"]
            for each in node["after"]
            if each["name"] == "title"
        ]

    assert (titles(first), first["pageInfo"]["hasNextPage"]) == (["三", "二"], True)
    assert (titles(second), second["pageInfo"]["hasNextPage"]) == (["一"], False)
    other = await found_ward(city)
    answer = await (await kairan.client(other.chair.person)).ask(
        page, g=other.group.gid, after=first["pageInfo"]["endCursor"]
    )
    assert answer["errors"][0]["extensions"]["code"] == "CURSOR_UNKNOWN"


@pytest.mark.parametrize("who", ["chair", "OPERATIONS", "AUDITOR"])
@pytest.mark.parametrize(
    "statement",
    [
        "update kairan.changes set kind = 'OFFICE_DEFINED' where city = $1",
        "update kairan.changes set after = '{}' where city = $1",
        "delete from kairan.changes where city = $1",
    ],
)
async def test_what_was_written_stays_as_it_was_written(
    hall: Kairan, postgres: Addresses, who: str, statement: str
) -> None:
    ward = await changed(hall)
    person: Person = await ward.seat(who, Power.PUBLISH)
    session = await hall.city.session(person)
    connection = await asyncpg.connect(postgres.server)
    try:
        async with connection.transaction():
            await connection.fetchval(
                "select app.enter($1, $2, $3, $4)",
                hall.city.number,
                person.id,
                session,
                hall.city.clock(),
            )
            assert await connection.fetchval("select count(*) from kairan.changes") > 0
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
                async with connection.transaction():
                    await connection.execute(statement, hall.city.number)
    finally:
        await connection.close()
