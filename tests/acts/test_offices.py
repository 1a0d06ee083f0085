"""Offices: defined, held and ended by those who hold the powers themselves."""

from typing import Any

import pytest

from permissions.words import Power
from tests.acts.asking import NOT_PERMITTED, done, refused
from tests.acts.ward import Ward, found_ward, new_key
from tests.harness.city import ALL_POWERS, Member
from tests.harness.kairan import Client, Kairan

OFFICE = "office { title powers appointments { id } }"
NOT_HELD = "You do not hold all of these powers yourself."
NOT_DELEGATED = "The city does not delegate all of these powers to the group."
FULL_YEAR = {"startsOn": "2026-11-23", "endsOn": "2027-03-31"}


async def chair_of(hall: Kairan, ward: Ward) -> Client:
    return await hall.client(ward.chair.person)


async def officer_of(hall: Kairan, ward: Ward, *powers: Power) -> tuple[Member, Client]:
    """Another member with an office of these powers, and his client."""
    person = await ward.city.person()
    member = await ward.city.member(ward.group, person)
    await ward.city.officer(member, "副会長", *powers)
    return member, await hall.client(person)


def titled(ward: Ward, title: str, *powers: str) -> dict[str, Any]:
    return {
        "groupId": ward.group.gid,
        "title": title,
        "powers": list(powers),
        "idempotencyKey": new_key(),
    }


async def test_an_office_has_any_title_and_a_part_of_the_powers(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair = await chair_of(hall, ward)

    made = await done(
        chair, "defineOffice", OFFICE, **titled(ward, " 雪かき隊長 ", "PUBLISH", "MODERATE")
    )

    assert made == {
        "title": "雪かき隊長",
        "powers": ["MODERATE", "PUBLISH"],
        "appointments": [],
    }
    plain = await done(chair, "defineOffice", OFFICE, **titled(ward, "顧問"))
    assert plain["powers"] == []


async def test_nobody_puts_into_an_office_a_power_that_he_does_not_hold(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    _, vice = await officer_of(hall, ward, Power.MANAGE_OFFICES, Power.PUBLISH)

    assert await refused(vice, "defineOffice", **titled(ward, "会計", "PUBLISH", "MODERATE")) == (
        "powers",
        "POWER_NOT_HELD",
        NOT_HELD,
    )
    asked = {"officeId": ward.vacant.gid, "powers": ["VIEW_ROSTER"]}
    assert await refused(vice, "changeOffice", **asked) == ("powers", "POWER_NOT_HELD", NOT_HELD)
    assert (await done(vice, "defineOffice", OFFICE, **titled(ward, "広報", "PUBLISH")))[
        "powers"
    ] == ["PUBLISH"]


async def test_nobody_takes_from_an_office_a_power_that_he_does_not_hold(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    _, vice = await officer_of(hall, ward, Power.MANAGE_OFFICES)
    office = await hall.city.office(ward.group, "名簿係", Power.VIEW_ROSTER, Power.MANAGE_OFFICES)

    for powers in ([], ["MANAGE_OFFICES"]):
        asked = {"officeId": office.gid, "powers": powers}
        assert await refused(vice, "changeOffice", **asked) == (
            "powers",
            "POWER_NOT_HELD",
            NOT_HELD,
        )
    # What he holds he takes, and leaves the rest; the title is anybody's who manages offices.
    changed = await done(
        vice, "changeOffice", OFFICE, officeId=office.gid, title="係", powers=["VIEW_ROSTER"]
    )
    assert (changed["title"], changed["powers"]) == ("係", ["VIEW_ROSTER"])


async def test_nobody_appoints_to_an_office_with_a_power_that_he_does_not_hold(
    hall: Kairan,
) -> None:
    ward = await found_ward(hall.city)
    _, vice = await officer_of(hall, ward, Power.MANAGE_OFFICES)
    roster = await hall.city.office(ward.group, "名簿係", Power.VIEW_ROSTER)

    asked = {"officeId": roster.gid, "memberIds": [ward.hanako.gid], **FULL_YEAR}
    assert await refused(vice, "appointOfficer", **asked) == (
        "officeId",
        "POWER_NOT_HELD",
        NOT_HELD,
    )
    term = await hall.city.appoint(ward.hanako, roster)
    assert await refused(vice, "endAppointment", appointmentId=term.gid) == (
        "appointmentId",
        "POWER_NOT_HELD",
        NOT_HELD,
    )


async def test_powers_held_in_another_group_count_for_nothing_here(hall: Kairan) -> None:
    ward, other = await found_ward(hall.city), await found_ward(hall.city)
    member, vice = await officer_of(hall, ward, Power.MANAGE_OFFICES)
    elsewhere = await hall.city.member(other.group, member.person)
    await hall.city.officer(elsewhere, "会長", *ALL_POWERS)

    assert await refused(vice, "defineOffice", **titled(ward, "名簿係", "VIEW_ROSTER")) == (
        "powers",
        "POWER_NOT_HELD",
        NOT_HELD,
    )


async def test_an_office_has_no_power_that_the_city_does_not_delegate(hall: Kairan) -> None:
    left = tuple(power for power in ALL_POWERS if power != Power.VIEW_ROSTER)
    ward = await found_ward(hall.city, delegated=left)
    chair = await chair_of(hall, ward)

    refusal = ("powers", "POWER_NOT_DELEGATED", NOT_DELEGATED)
    assert await refused(chair, "defineOffice", **titled(ward, "名簿係", "VIEW_ROSTER")) == refusal
    asked = {"officeId": ward.vacant.gid, "powers": ["VIEW_ROSTER"]}
    assert await refused(chair, "changeOffice", **asked) == refusal


async def test_nobody_changes_an_office_he_holds_or_will_hold(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    day = hall.city.clock.day
    coming = await hall.city.office(ward.group, "来年の会長")
    past = await hall.city.office(ward.group, "昨年の会計")
    await hall.city.appoint(ward.chair, coming, starts_on=day(90), ends_on=day(400))
    await hall.city.appoint(ward.chair, past, starts_on=day(-90), ends_on=day(-1))
    chair = await chair_of(hall, ward)
    held = await hall.city.fetch(
        "select id from kairan.offices where city = $1 and group_id = $2 and title = '会長'",
        ward.group.id,
    )
    own = Member(held[0]["id"], "Office", ward.group.id, ward.chair.person)

    for office in (own, coming):
        changes: list[dict[str, Any]] = [{"title": "王"}, {"powers": []}, {"title": "会長"}]
        for change in changes:
            assert await refused(chair, "changeOffice", officeId=office.gid, **change) == (
                "officeId",
                "OWN_OFFICE",
                "You hold this office yourself.",
            )
    changed = await done(chair, "changeOffice", OFFICE, officeId=past.gid, title="会計係")
    assert changed["title"] == "会計係"


async def test_nobody_ends_his_own_term_or_appoints_himself(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair = await chair_of(hall, ward)
    [term] = await hall.city.fetch(
        "select id from kairan.appointments where city = $1 and membership_id = $2",
        ward.chair.id,
    )
    own = Member(term["id"], "Appointment", ward.group.id, ward.chair.person).gid

    for ends_on in (None, "2026-11-30"):
        assert await refused(chair, "endAppointment", appointmentId=own, endsOn=ends_on) == (
            "appointmentId",
            "OWN_OFFICE",
            "This is your own term.",
        )
    for members in ([ward.chair.gid], [ward.hanako.gid, ward.chair.gid]):
        asked = {"officeId": ward.vacant.gid, "memberIds": members, **FULL_YEAR}
        assert await refused(chair, "appointOfficer", **asked) == (
            "memberIds",
            "OWN_OFFICE",
            "Nobody appoints himself.",
        )


async def test_only_active_members_of_the_group_are_appointed(hall: Kairan) -> None:
    ward, other = await found_ward(hall.city), await found_ward(hall.city)
    left = await hall.city.member(ward.group, await hall.city.person(), status="LEFT")
    chair = await chair_of(hall, ward)

    for member in (left.gid, other.hanako.gid, ward.request.gid, ward.applicant.gid, "nobody"):
        asked = {"officeId": ward.vacant.gid, "memberIds": [ward.hanako.gid, member], **FULL_YEAR}
        assert await refused(chair, "appointOfficer", **asked) == NOT_PERMITTED
    holders = await hall.city.fetch(
        "select from kairan.appointments where city = $1 and office_id = $2", ward.vacant.id
    )
    assert holders == []


async def test_city_staff_appoint_no_one_who_left(hall: Kairan) -> None:
    ward = await found_ward(hall.city, led=False)
    left = await hall.city.member(ward.group, await hall.city.person(), status="LEFT")
    staff = await hall.client(await hall.city.staff("OPERATIONS"))
    office = await hall.city.office(ward.group, "会長", *ALL_POWERS)
    asked = {"officeId": office.gid, **FULL_YEAR}

    assert await refused(staff, "appointOfficer", memberIds=[left.gid], **asked) == NOT_PERMITTED
    # Otherwise a term that nobody serves would keep the city from appointing anybody.
    appointed = await done(
        staff, "appointOfficer", "appointments { status }", memberIds=[ward.hanako.gid], **asked
    )
    assert appointed == [{"status": "CURRENT"}]


async def test_the_first_officers_are_the_city_s_to_appoint_and_no_later_ones(
    hall: Kairan,
) -> None:
    ward = await found_ward(hall.city, led=False)
    staff = await hall.client(await hall.city.staff("OPERATIONS"))
    made = await done(
        staff, "defineOffice", "office { id powers }", **titled(ward, "会長", "MANAGE_OFFICES")
    )
    asked = {"officeId": made["id"], "memberIds": [ward.hanako.gid]}

    # Staff see the term and not the person.
    appointed = await done(
        staff,
        "appointOfficer",
        "appointments { status startsOn endsOn office { title } holder { displayName } }",
        **asked,
        startsOn="2026-12-01",
        endsOn="2027-03-31",
    )

    assert appointed == [
        {
            "status": "UPCOMING",
            "startsOn": "2026-12-01",
            "endsOn": "2027-03-31",
            "office": {"title": "会長"},
            "holder": None,
        }
    ]
    # She will manage offices: from now on it is the group's own affair.
    assert await refused(staff, "defineOffice", **titled(ward, "会計")) == NOT_PERMITTED
    later = {**asked, "startsOn": "2027-04-01", "endsOn": "2028-03-31"}
    assert await refused(staff, "appointOfficer", **later) == NOT_PERMITTED
    other = {**later, "memberIds": [ward.sayuri.gid]}
    assert await refused(staff, "appointOfficer", **other) == NOT_PERMITTED


async def test_a_group_whose_last_manager_left_is_the_city_s_to_help_again(
    hall: Kairan,
) -> None:
    ward = await found_ward(hall.city)
    staff = await hall.client(await hall.city.staff("OPERATIONS"))
    next_year = await hall.city.office(ward.group, "来年の会長", *ALL_POWERS)
    day = hall.city.clock.day
    await hall.city.appoint(ward.chair, next_year, starts_on=day(31), ends_on=day(400))
    assert await refused(staff, "defineOffice", **titled(ward, "会長代行")) == NOT_PERMITTED

    await done(await chair_of(hall, ward), "leaveGroup", groupId=ward.group.gid)

    assert await done(staff, "defineOffice", "office { title }", **titled(ward, "会長代行")) == {
        "title": "会長代行"
    }


@pytest.mark.parametrize("powers", [["VIEW_ROSTER"], ["PUBLISH", "VIEW_ROSTER"]])
async def test_city_staff_define_offices_inside_the_delegation_too(
    hall: Kairan, powers: list[str]
) -> None:
    ward = await found_ward(hall.city, led=False, delegated=(Power.PUBLISH,))
    staff = await hall.client(await hall.city.staff("OPERATIONS"))

    assert await refused(staff, "defineOffice", **titled(ward, "会長", *powers)) == (
        "powers",
        "POWER_NOT_DELEGATED",
        NOT_DELEGATED,
    )
