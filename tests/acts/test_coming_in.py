"""Coming in: by one's own application, decided on by others; it releases nothing before."""

import pytest

from permissions.words import Power
from tests.acts.asking import NOT_PERMITTED, done, refused
from tests.acts.snapshot import count
from tests.acts.ward import Ward, found_ward
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan

REQUEST = "request { id displayName message requestedOn status declineReason group { name } }"
APPLICATIONS = """query ($g: ID!) { group(id: $g) {
  membershipRequests { nodes { displayName message requestedOn status } }
  members { nodes { displayName address phone } }
} }"""
MINE = """{ me {
  membershipRequests { status declineReason }
  memberships { id displayName status joinedOn han { name } household { paperOnly } }
} }"""
MEETS = "query ($id: ID!) { node(id: $id) { ... on Member { displayName address } } }"


async def chair_of(kairan: Kairan, ward: Ward) -> Client:
    return await kairan.client(ward.chair.person)


async def test_somebody_applies_by_his_profile_s_name(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    jiro = await hall.client(await hall.city.person(display_name="二郎"))

    made = await done(jiro, "requestMembership", REQUEST, groupId=ward.group.gid)

    assert made == {
        "id": made["id"],
        "displayName": "二郎",
        "message": None,
        "requestedOn": "2026-11-23",
        "status": "PENDING",
        "declineReason": None,
        "group": {"name": "神楽町内会"},
    }


async def test_somebody_applies_by_another_name_with_a_few_lines(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    jiro = await hall.client(await hall.city.person(display_name="二郎"))

    made = await done(
        jiro,
        "requestMembership",
        REQUEST,
        groupId=ward.group.gid,
        displayName=" シ\u3099ロー ",
        message="引っ越してきました。\r\nよろしく　",
    )

    assert (made["displayName"], made["message"]) == ("ジロー", "引っ越してきました。\nよろしく")


async def test_blank_words_count_as_none(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    jiro = await hall.client(await hall.city.person(display_name="二郎"))

    made = await done(
        jiro, "requestMembership", REQUEST, groupId=ward.group.gid, displayName="　", message=" \n"
    )

    assert (made["displayName"], made["message"]) == ("二郎", None)


async def test_a_second_application_says_the_first_while_that_one_waits(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    applicant = await hall.client(ward.applicant)
    rows = await count(hall.city, "membership_requests")

    again = await done(
        applicant,
        "requestMembership",
        "request { id displayName message }",
        groupId=ward.group.gid,
        displayName="別名",
        message="急いでいます",
    )

    assert again == {"id": ward.request.gid, "displayName": "新人", "message": "よろしく"}
    assert await count(hall.city, "membership_requests") == rows


@pytest.mark.parametrize("participation", ["SUSPENDED", "ENDED"])
async def test_a_group_that_does_not_run_takes_no_applications(
    hall: Kairan, participation: str
) -> None:
    group = await hall.city.group("神楽町内会", participation=participation)
    jiro = await hall.client(await hall.city.person())

    assert await refused(jiro, "requestMembership", groupId=group.gid) == (
        "groupId",
        "GROUP_NOT_OPEN",
        "This group does not take applications at the moment.",
    )


async def test_a_member_does_not_apply(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    hanako = await hall.client(ward.hanako.person)

    assert await refused(hanako, "requestMembership", groupId=ward.group.gid) == (
        "groupId",
        "ALREADY_MEMBER",
        "You are a member of this group.",
    )


async def test_an_application_shows_what_was_written_and_releases_nothing(
    hall: Kairan,
) -> None:
    ward = await found_ward(hall.city)
    chair = await chair_of(hall, ward)
    releases = await count(hall.city, "releases")

    group = (await chair.data(APPLICATIONS, g=ward.group.gid))["group"]

    assert group["membershipRequests"]["nodes"] == [
        {
            "displayName": "新人",
            "message": "よろしく",
            "requestedOn": "2026-11-23",
            "status": "PENDING",
        }
    ]
    assert "神楽9条9丁目9" not in str(group)
    # The roster was released, and the applicant is in none of its rows.
    assert await count(hall.city, "releases") > releases
    assert not await hall.city.fetch(
        "select from kairan.releases where city = $1 and $2 = any (subjects)", ward.applicant.id
    )


async def test_an_applicant_is_let_into_a_han_and_a_household(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair, applicant = await chair_of(hall, ward), await hall.client(ward.applicant)

    approved = await done(
        chair,
        "approveMembership",
        "request { status displayName }",
        requestId=ward.request.gid,
        hanId=ward.second_han.gid,
        householdId=ward.household.gid,
    )

    assert approved == {"status": "APPROVED", "displayName": "新人"}
    mine = (await applicant.data(MINE))["me"]
    [member] = mine["memberships"]
    assert mine["membershipRequests"] == [{"status": "APPROVED", "declineReason": None}]
    assert member == {
        "id": member["id"],
        "displayName": "新人",
        "status": "ACTIVE",
        "joinedOn": "2026-11-23",
        "han": {"name": "2班"},
        "household": {"paperOnly": False},
    }
    seen = await chair.data(MEETS, id=member["id"])
    assert seen["node"] == {"displayName": "新人", "address": "神楽9条9丁目9"}
    waiting = await chair.data(APPLICATIONS, g=ward.group.gid)
    assert waiting["group"]["membershipRequests"]["nodes"] == []


async def test_an_applicant_is_turned_down_and_told_why(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair, applicant = await chair_of(hall, ward), await hall.client(ward.applicant)

    declined = await done(
        chair,
        "declineMembership",
        "request { status declineReason }",
        requestId=ward.request.gid,
        reason="　区域の外に\nお住まいです ",
    )

    assert declined == {"status": "DECLINED", "declineReason": "区域の外に\nお住まいです"}
    assert (await applicant.data(MINE))["me"] == {
        "membershipRequests": [{"status": "DECLINED", "declineReason": "区域の外に\nお住まいです"}],
        "memberships": [],
    }


DECIDED = {
    "APPROVED": "This application was approved meanwhile.",
    "DECLINED": "This application was declined meanwhile.",
    "WITHDRAWN": "This application was withdrawn by the applicant.",
}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("APPROVED", "declineMembership"),
        ("APPROVED", "withdrawRequest"),
        ("DECLINED", "approveMembership"),
        ("DECLINED", "withdrawRequest"),
        ("WITHDRAWN", "approveMembership"),
        ("WITHDRAWN", "declineMembership"),
    ],
)
async def test_whoever_is_second_is_told_what_the_first_did(
    hall: Kairan, first: str, second: str
) -> None:
    ward = await found_ward(hall.city)
    chair, applicant = await chair_of(hall, ward), await hall.client(ward.applicant)
    by = {
        "APPROVED": (chair, "approveMembership", {}),
        "DECLINED": (chair, "declineMembership", {"reason": "区域外"}),
        "WITHDRAWN": (applicant, "withdrawRequest", {}),
    }
    client, mutation, more = by[first]
    await done(client, mutation, requestId=ward.request.gid, **more)

    late = applicant if second == "withdrawRequest" else chair
    more = {"reason": "区域外"} if second == "declineMembership" else {}
    assert await refused(late, second, requestId=ward.request.gid, **more) == (
        "requestId",
        "ALREADY_DECIDED",
        DECIDED[first],
    )


async def test_one_turned_down_may_apply_again(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair, applicant = await chair_of(hall, ward), await hall.client(ward.applicant)
    await done(chair, "declineMembership", requestId=ward.request.gid, reason="区域外")

    again = await done(
        applicant, "requestMembership", "request { id status }", groupId=ward.group.gid
    )

    assert again["id"] != ward.request.gid
    assert again["status"] == "PENDING"


async def test_a_han_of_another_group_lets_nobody_in(hall: Kairan) -> None:
    ward, other = await found_ward(hall.city), await found_ward(hall.city)
    chair = await chair_of(hall, ward)

    for place in (
        {"hanId": other.first_han.gid},
        {"householdId": other.household.gid},
        {"hanId": "nowhere"},
        {"hanId": ward.group.gid},
    ):
        asked = {"requestId": ward.request.gid, **place}
        assert await refused(chair, "approveMembership", **asked) == NOT_PERMITTED
    assert await hall.city.fetch(
        "select status from kairan.membership_requests where city = $1 and id = $2",
        ward.request.id,
    ) == [{"status": "PENDING"}]


async def test_city_staff_let_people_in_only_until_somebody_can(hall: Kairan) -> None:
    ward = await found_ward(hall.city, led=False)
    staff = await hall.client(await hall.city.staff("OPERATIONS"))
    second = await hall.city.request(ward.group, await hall.city.person())

    # They see that it was done, and nobody.
    assert await staff.change(
        "approveMembership", "request { displayName message }", requestId=ward.request.gid
    ) == {"request": None, "errors": []}

    office = await hall.city.office(ward.group, "次の会長", Power.MANAGE_MEMBERS)
    day = hall.city.clock.day
    await hall.city.appoint(ward.hanako, office, starts_on=day(30), ends_on=day(60))
    assert await refused(staff, "approveMembership", requestId=second.gid) == NOT_PERMITTED


@pytest.mark.parametrize("participation", ["SUSPENDED", "ENDED"])
async def test_city_staff_let_nobody_into_a_group_that_does_not_run(
    hall: Kairan, participation: str
) -> None:
    ward = await found_ward(hall.city, led=False, participation=participation)
    staff = await hall.client(await hall.city.staff("OPERATIONS"))

    assert await refused(staff, "approveMembership", requestId=ward.request.gid) == (
        "requestId",
        "GROUP_NOT_OPEN",
        "This group does not take applications at the moment.",
    )


async def test_a_suppressed_applicant_comes_in_like_one_who_never_said_his_name(
    city: City, kairan: Kairan
) -> None:
    ward = await found_ward(city)
    await city.suppress(ward.applicant)
    chair = await chair_of(kairan, ward)

    approved = await done(
        chair,
        "approveMembership",
        "request { displayName message status }",
        requestId=ward.request.gid,
        hanId=ward.second_han.gid,
    )

    assert approved == {"displayName": "会員", "message": None, "status": "APPROVED"}
    [member] = await city.fetch(
        "select id from kairan.memberships where city = $1 and resident_id = $2",
        ward.applicant.id,
    )
    listed = await chair.data(
        "query ($g: ID!) { group(id: $g) { members { nodes { displayName han { name } } } } }",
        g=ward.group.gid,
    )
    assert member["id"]
    assert listed["group"]["members"]["nodes"].count({"displayName": "会員", "han": None}) == 2
