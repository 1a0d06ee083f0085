"""Terms: handed over in April, shared, ended early; powers that sleep while the city has them."""

from datetime import date, time
from typing import Any

from permissions.words import Power
from tests.acts.asking import NOT_PERMITTED, done, refused
from tests.acts.ward import Ward, found_ward, new_key
from tests.harness.city import ALL_POWERS, City, Member, Thing
from tests.harness.kairan import Client, Kairan

TERMS = "appointments { id startsOn endsOn status holder { displayName } }"
OVERLAPS = (
    "startsOn",
    "TERM_OVERLAPS",
    "This member holds the office in a part of that time already.",
)
POWERS = "query ($g: ID!) { group(id: $g) { viewerPowers delegatedPowers } }"
ADDRESS = "query ($id: ID!) { node(id: $id) { ... on Member { address } } }"


async def powers_of(kairan: Kairan, ward: Ward, member: Member) -> list[str]:
    client = await kairan.client(member.person)
    powers: list[str] = (await client.data(POWERS, g=ward.group.gid))["group"]["viewerPowers"]
    return powers


async def presidency(ward: Ward, *, until: date | None = None) -> tuple[Thing, Thing]:
    """An office with all powers, and the term in it of Hanako's, beside the chair's own."""
    office = await ward.city.office(ward.group, "代表", *ALL_POWERS)
    return office, await ward.city.appoint(ward.hanako, office, ends_on=until)


def term(starts_on: str, ends_on: str, status: str, holder: str) -> dict[str, Any]:
    return {
        "startsOn": starts_on,
        "endsOn": ends_on,
        "status": status,
        "holder": {"displayName": holder},
    }


async def appoints(client: Client, office: Thing, *members: Member, **days: Any) -> Any:
    """The terms that were made, without their ids."""
    ids = [member.gid for member in members]
    made = await done(client, "appointOfficer", TERMS, officeId=office.gid, memberIds=ids, **days)
    for one in made:
        del one["id"]
    return made


async def test_in_april_duties_go_over_at_midnight_without_a_gap_or_an_overlap(
    city: City, kairan: Kairan
) -> None:
    ward = await found_ward(city)
    jiro = await city.member(ward.group, await city.person(), display_name="二郎")
    office, last = await presidency(ward, until=date(2027, 3, 31))
    chair = await kairan.client(ward.chair.person)

    made = await appoints(chair, office, jiro, succeeds=last.gid, endsOn="2028-03-31")

    assert made == [term("2027-04-01", "2028-03-31", "UPCOMING", "二郎")]
    everything = sorted(ALL_POWERS)
    for moment in (time(12, 0), time(23, 59, 59)):
        city.clock.move_to(date(2027, 3, 31), moment)
        assert await powers_of(kairan, ward, ward.hanako) == everything
        assert await powers_of(kairan, ward, jiro) == []
    city.clock.move_to(date(2027, 4, 1), time(0, 0))
    assert await powers_of(kairan, ward, ward.hanako) == []
    assert await powers_of(kairan, ward, jiro) == everything
    listed = await (await kairan.client(jiro.person)).data(
        "query ($id: ID!) { node(id: $id) { ... on Office { "
        "appointments { startsOn endsOn status holder { displayName } } } } }",
        id=office.gid,
    )
    assert listed["node"]["appointments"] == [
        term("2026-10-24", "2027-03-31", "ENDED", "花子"),
        term("2027-04-01", "2028-03-31", "CURRENT", "二郎"),
    ]


async def test_a_term_succeeds_only_one_in_the_same_office(hall: Kairan) -> None:
    ward, other = await found_ward(hall.city), await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)
    asked = {"officeId": ward.vacant.gid, "memberIds": [ward.hanako.gid], "endsOn": "2028-03-31"}

    for succeeds in (ward.term.gid, other.term.gid, ward.vacant.gid, "nothing"):
        assert await refused(chair, "appointOfficer", succeeds=succeeds, **asked) == NOT_PERMITTED


async def test_who_succeeds_one_that_ended_early_begins_today(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    jiro = await hall.city.member(ward.group, await hall.city.person(), display_name="二郎")
    chair = await hall.client(ward.chair.person)
    await done(chair, "endAppointment", appointmentId=ward.term.gid)

    made = await appoints(chair, ward.treasury, jiro, succeeds=ward.term.gid, endsOn="2027-03-31")

    assert made == [term("2026-11-23", "2027-03-31", "CURRENT", "二郎")]


async def test_an_office_is_shared_by_several(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    jiro = await hall.city.member(ward.group, await hall.city.person(), display_name="二郎")
    office = await hall.city.office(ward.group, "名簿係", Power.VIEW_ROSTER)
    chair = await hall.client(ward.chair.person)

    made = await appoints(
        chair, office, jiro, ward.hanako, jiro, startsOn="2026-11-23", endsOn="2027-03-31"
    )

    assert made == [
        term("2026-11-23", "2027-03-31", "CURRENT", "二郎"),
        term("2026-11-23", "2027-03-31", "CURRENT", "花子"),
    ]
    assert await powers_of(hall, ward, jiro) == ["VIEW_ROSTER"]
    assert await powers_of(hall, ward, ward.hanako) == ["VIEW_ROSTER"]


async def test_nobody_holds_one_office_twice_at_a_time(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)
    asked = {"officeId": ward.treasury.gid, "memberIds": [ward.hanako.gid]}

    # Her term as 会計 is from 2026-10-24 to 2026-12-23.
    for first, last in (
        ("2026-11-23", "2026-12-01"),
        ("2026-12-23", "2027-03-31"),
        ("2026-10-01", "2027-03-31"),
        ("2026-10-24", "2026-12-24"),
    ):
        days = {"startsOn": first, "endsOn": last}
        assert await refused(chair, "appointOfficer", **asked, **days) == OVERLAPS
    made = await appoints(
        chair, ward.treasury, ward.hanako, startsOn="2026-12-24", endsOn="2027-03-31"
    )
    assert made == [term("2026-12-24", "2027-03-31", "UPCOMING", "花子")]
    another = await appoints(
        chair, ward.vacant, ward.hanako, startsOn="2026-11-23", endsOn="2027-03-31"
    )
    assert another == [term("2026-11-23", "2027-03-31", "CURRENT", "花子")]


async def test_of_several_all_are_appointed_or_none(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    jiro = await hall.city.member(ward.group, await hall.city.person())
    chair = await hall.client(ward.chair.person)

    asked = {"officeId": ward.treasury.gid, "memberIds": [jiro.gid, ward.hanako.gid]}
    days = {"startsOn": "2026-12-01", "endsOn": "2027-03-31"}

    assert await refused(chair, "appointOfficer", **asked, **days) == OVERLAPS
    assert not await hall.city.fetch(
        "select from kairan.appointments where city = $1 and membership_id = $2", jiro.id
    )


async def test_a_term_ends_at_once(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    _, last = await presidency(ward)
    chair, hanako = await hall.client(ward.chair.person), await hall.client(ward.hanako.person)
    own = {"address": "神楽1条2丁目3"}
    assert (await hanako.data(ADDRESS, id=ward.hanako.gid))["node"] == own
    assert len(await powers_of(hall, ward, ward.hanako)) == 8

    [ended] = await done(chair, "endAppointment", TERMS, appointmentId=last.gid)

    assert ended == {"id": last.gid, **term("2026-10-24", "2026-12-23", "ENDED", "花子")}
    assert await powers_of(hall, ward, ward.hanako) == []
    assert (await hanako.ask(ADDRESS, id=ward.chair.gid))["data"]["node"] == {"address": None}


async def test_a_shortened_term_s_last_day_still_counts_in_full(city: City, kairan: Kairan) -> None:
    ward = await found_ward(city)
    _, last = await presidency(ward)
    chair = await kairan.client(ward.chair.person)

    [shorter] = await done(
        chair, "endAppointment", TERMS, appointmentId=last.gid, endsOn="2026-11-30"
    )

    assert shorter == {"id": last.gid, **term("2026-10-24", "2026-11-30", "CURRENT", "花子")}
    city.clock.move_to(date(2026, 11, 30), time(23, 59))
    assert len(await powers_of(kairan, ward, ward.hanako)) == 8
    city.clock.move_to(date(2026, 12, 1), time(0, 0))
    assert await powers_of(kairan, ward, ward.hanako) == []


async def test_a_coming_term_is_called_off(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    day = hall.city.clock.day
    coming = await hall.city.appoint(ward.hanako, ward.vacant, starts_on=day(10), ends_on=day(40))
    chair = await hall.client(ward.chair.person)

    [ended] = await done(chair, "endAppointment", TERMS, appointmentId=coming.gid)

    assert ended["status"] == "ENDED"


async def test_what_the_city_takes_back_sleeps_in_every_office_until_it_is_given_again(
    hall: Kairan,
) -> None:
    ward = await found_ward(hall.city)
    roster = await hall.city.office(ward.group, "名簿係", Power.PUBLISH, Power.VIEW_ROSTER)
    await hall.city.appoint(ward.hanako, roster)
    staff = await hall.client(await hall.city.staff("OPERATIONS"))
    chair, hanako = await hall.client(ward.chair.person), await hall.client(ward.hanako.person)
    left = [power for power in sorted(ALL_POWERS) if power != "VIEW_ROSTER"]

    async def address(client: Client) -> object:
        return (await client.ask(ADDRESS, id=ward.hanako.gid))["data"]["node"]["address"]

    assert await address(chair) == "神楽1条2丁目3"
    await done(staff, "delegatePowers", groupId=ward.group.gid, powers=left)

    assert await address(chair) is None
    assert await powers_of(hall, ward, ward.hanako) == ["PUBLISH"]
    assert (await powers_of(hall, ward, ward.chair)) == left
    # The office is as it was; what it may do is what both of them lend.
    said = "query ($id: ID!) { node(id: $id) { ... on Office { powers } } }"
    assert (await hanako.data(said, id=roster.gid))["node"] == {
        "powers": ["PUBLISH", "VIEW_ROSTER"]
    }

    await done(staff, "delegatePowers", groupId=ward.group.gid, powers=sorted(ALL_POWERS))

    assert await address(chair) == "神楽1条2丁目3"
    assert await powers_of(hall, ward, ward.hanako) == ["PUBLISH", "VIEW_ROSTER"]


async def test_a_sleeping_power_is_handed_on_only_by_whom_it_sleeps_with(hall: Kairan) -> None:
    """Else one who never held it appoints a friend, and waits for the city to give it again."""
    left = tuple(power for power in ALL_POWERS if power != Power.VIEW_ROSTER)
    ward = await found_ward(hall.city, delegated=left)
    vice = await hall.client(await ward.seat("officer", Power.MANAGE_OFFICES))
    chair = await hall.client(ward.chair.person)
    roster = await hall.city.office(ward.group, "名簿係", Power.VIEW_ROSTER)
    days = {"startsOn": "2026-11-23", "endsOn": "2027-03-31"}
    asked = {"officeId": roster.gid, "memberIds": [ward.hanako.gid], **days}

    assert (await refused(vice, "appointOfficer", **asked))[1] == "POWER_NOT_HELD"
    assert (await refused(vice, "changeOffice", officeId=roster.gid, powers=[]))[
        1
    ] == "POWER_NOT_HELD"

    # The chair's office has it too: so he may hand it on in April, and take it out.
    await done(chair, "appointOfficer", **asked)
    changed = await done(chair, "changeOffice", "office { powers }", officeId=roster.gid, powers=[])
    assert changed == {"powers": []}
    assert (await refused(chair, "changeOffice", officeId=roster.gid, powers=["VIEW_ROSTER"]))[
        1
    ] == "POWER_NOT_DELEGATED"


async def test_an_office_whose_holder_manages_offices_may_be_made_by_another_of_them(
    hall: Kairan,
) -> None:
    ward = await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)
    made = await done(
        chair,
        "defineOffice",
        "office { id }",
        groupId=ward.group.gid,
        title="副会長",
        powers=["MANAGE_OFFICES"],
        idempotencyKey=new_key(),
    )
    office = Thing(ward.vacant.id, "Office", ward.group.id)
    await done(
        chair,
        "appointOfficer",
        officeId=made["id"],
        memberIds=[ward.hanako.gid],
        startsOn="2026-11-23",
        endsOn="2027-03-31",
    )

    # Appointed a moment ago, she appoints in turn; and not the chair, who appointed her, less.
    hanako = await hall.client(ward.hanako.person)
    assert await appoints(
        hanako, office, ward.chair, startsOn="2026-11-23", endsOn="2027-03-31"
    ) == [term("2026-11-23", "2027-03-31", "CURRENT", "けん")]
