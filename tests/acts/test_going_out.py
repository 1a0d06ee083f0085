"""Going out: what a member released ends with the next request, and his own history stays his."""

from typing import Any

import pytest

from permissions.words import Power
from tests.acts.asking import NOT_PERMITTED, done, refused
from tests.acts.ward import Ward, found_ward
from tests.harness.city import Member, Person
from tests.harness.kairan import Client, Kairan

SEEN = """query ($g: ID!, $id: ID!) {
  group(id: $g) {
    members { nodes { id displayName address } }
    offices { title appointments { status endsOn holder { displayName address } } }
    circulars { nodes { title author { displayName address status } } }
  }
  node(id: $id) { ... on Member { displayName address } }
}"""
MINE = """{ me {
  memberships { id status displayName joinedOn group { name } appointments {
    status startsOn endsOn office { title }
  } }
  releases { nodes { fields seenBy office } }
} }"""


async def taro_of(ward: Ward) -> Member:
    """A member with an address, who held, holds and will hold an office, and wrote a circular."""
    city, day = ward.city, ward.city.clock.day
    person = await city.person(address="神楽3条3丁目3", display_name="太郎")
    taro = await city.member(ward.group, person, display_name="太郎", joined_on=day(-400))
    office = await city.office(ward.group, "広報部長", Power.PUBLISH)
    await city.appoint(taro, office, starts_on=day(-60), ends_on=day(-31))
    await city.appoint(taro, office, starts_on=day(-30), ends_on=day(30))
    await city.appoint(taro, office, starts_on=day(31), ends_on=day(60))
    await city.circular(taro, "夏祭り")
    return taro


async def seen(client: Client, ward: Ward, member: Member) -> dict[str, Any]:
    """What the chair sees of somebody: in the roster, by id, as a holder, as an author."""
    data = await client.data(SEEN, g=ward.group.gid, id=member.gid)
    group = data["group"]
    return {
        "roster": [n["address"] for n in group["members"]["nodes"] if n["id"] == member.gid],
        "by id": data["node"],
        "terms": next(o for o in group["offices"] if o["title"] == "広報部長")["appointments"],
        "author": next(c for c in group["circulars"]["nodes"] if c["title"] == "夏祭り")["author"],
    }


def terms(*rows: tuple[str, str, str, str | None]) -> list[dict[str, Any]]:
    return [
        {"status": status, "endsOn": ends_on, "holder": {"displayName": name, "address": address}}
        for status, ends_on, name, address in rows
    ]


async def goes(hall: Kairan, ward: Ward, person: Person, way: str, member: Member) -> None:
    if way == "LEFT":
        client = await hall.client(person)
        gone = await done(
            client, "leaveGroup", "member { status displayName }", groupId=ward.group.gid
        )
        assert gone == {"status": "LEFT", "displayName": "太郎"}
        return
    chair = await hall.client(ward.chair.person)
    await done(chair, "removeMember", memberId=member.gid, reason="転居")


@pytest.mark.parametrize("way", ["LEFT", "REMOVED"])
async def test_whoever_goes_is_shown_to_officers_no_more_and_keeps_what_is_his(
    hall: Kairan, way: str
) -> None:
    ward = await found_ward(hall.city)
    taro, chair = await taro_of(ward), await hall.client(ward.chair.person)
    address = "神楽3条3丁目3"
    assert await seen(chair, ward, taro) == {
        "roster": [address],
        "by id": {"displayName": "太郎", "address": address},
        "terms": terms(
            ("ENDED", "2026-10-23", "太郎", address),
            ("CURRENT", "2026-12-23", "太郎", address),
            ("UPCOMING", "2027-01-22", "太郎", address),
        ),
        "author": {"displayName": "太郎", "address": address, "status": "ACTIVE"},
    }

    await goes(hall, ward, taro.person, way, taro)

    assert await seen(chair, ward, taro) == {
        "roster": [],
        # Known to the members by the office he held, and by nothing else.
        "by id": {"displayName": "元会員", "address": None},
        "terms": terms(
            ("ENDED", "2026-10-23", "元会員", None),
            ("ENDED", "2026-12-23", "元会員", None),
            ("ENDED", "2027-01-22", "元会員", None),
        ),
        "author": {"displayName": "元会員", "address": None, "status": way},
    }
    mine = (await (await hall.client(taro.person)).data(MINE))["me"]
    assert (
        mine["memberships"]
        == [
            {
                "id": taro.gid,
                "status": way,
                "displayName": "太郎",
                "joinedOn": "2025-10-19",
                "group": {"name": "神楽町内会"},
                "appointments": [
                    {
                        "status": "ENDED",
                        "startsOn": starts_on,
                        "endsOn": ends_on,
                        "office": None,
                    }
                    for starts_on, ends_on in (
                        ("2026-09-24", "2026-10-23"),
                        ("2026-10-24", "2026-12-23"),
                        ("2026-12-24", "2027-01-22"),
                    )
                ],
            }
        ]
        or mine["memberships"]
    )
    assert {entry["office"] for entry in mine["releases"]["nodes"]} == {"会長"}


async def test_a_plain_member_who_left_is_met_by_no_id(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair, hanako = await hall.client(ward.chair.person), await hall.client(ward.hanako.person)
    plain = await hall.city.member(ward.group, await hall.city.person(address="神楽"))
    client = await hall.client(plain.person)
    found = "query ($id: ID!) { node(id: $id) { ... on Member { displayName } } }"
    assert (await chair.data(found, id=plain.gid))["node"] == {"displayName": "会員"}

    await done(client, "leaveGroup", groupId=ward.group.gid)

    assert (await chair.data(found, id=plain.gid))["node"] is None
    assert (await hanako.data(found, id=plain.gid))["node"] is None
    assert (await client.data(found, id=plain.gid))["node"] == {"displayName": "会員"}


async def test_whoever_left_has_no_say_in_the_group_and_reads_no_more_of_it(
    hall: Kairan,
) -> None:
    ward = await found_ward(hall.city)
    taro = await taro_of(ward)
    client = await hall.client(taro.person)

    await done(client, "leaveGroup", groupId=ward.group.gid)

    read = "query ($g: ID!) { group(id: $g) { viewerPowers circulars { nodes { title } } } }"
    answer = await client.ask(read, g=ward.group.gid)
    assert answer["data"]["group"] == {"viewerPowers": [], "circulars": None}
    assert await refused(client, "markCircularRead", circularId=ward.circular.gid) == NOT_PERMITTED


async def test_coming_back_is_a_new_membership(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair, client = await hall.client(ward.chair.person), await hall.client(ward.hanako.person)
    await done(client, "leaveGroup", groupId=ward.group.gid)

    asked = await done(
        client, "requestMembership", "request { id }", groupId=ward.group.gid, displayName="花"
    )
    await done(chair, "approveMembership", requestId=asked["id"])

    old, new = (await client.data(MINE))["me"]["memberships"]
    assert (old["id"], old["status"]) == (ward.hanako.gid, "LEFT")
    assert (new["status"], new["displayName"], new["appointments"]) == ("ACTIVE", "花", [])
    assert new["id"] != old["id"]
    both = await chair.data(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Member { displayName address } } }",
        ids=[old["id"], new["id"]],
    )
    # 会計 she had been: as that she is still known, and her address is not.
    assert both["nodes"] == [
        {"displayName": "元会員", "address": None},
        {"displayName": "花", "address": "神楽1条2丁目3"},
    ]
    assert await refused(chair, "moveMember", memberId=old["id"]) == NOT_PERMITTED


async def test_leaving_again_says_the_same_and_leaves_who_came_back_alone(
    hall: Kairan,
) -> None:
    ward = await found_ward(hall.city)
    chair, client = await hall.client(ward.chair.person), await hall.client(ward.hanako.person)
    for _ in range(2):
        assert await done(client, "leaveGroup", "member { id status }", groupId=ward.group.gid) == {
            "id": ward.hanako.gid,
            "status": "LEFT",
        }

    asked = await done(client, "requestMembership", "request { id }", groupId=ward.group.gid)
    await done(chair, "approveMembership", requestId=asked["id"])
    # Who left once is removed no more: the new membership has another id.
    assert await refused(chair, "removeMember", memberId=ward.hanako.gid, reason="転居") == (
        "memberId",
        "CHANGED_MEANWHILE",
        "This member left meanwhile.",
    )
    gone = await done(client, "leaveGroup", "member { id status }", groupId=ward.group.gid)
    assert gone["status"] == "LEFT"
    assert gone["id"] != ward.hanako.gid


async def test_why_somebody_was_removed_stays_with_the_membership(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)

    await done(chair, "removeMember", memberId=ward.hanako.gid, reason=" 転居の\nため ")
    await done(chair, "removeMember", memberId=ward.hanako.gid, reason="別の理由")

    assert await hall.city.fetch(
        "select status, end_reason from kairan.memberships where city = $1 and id = $2",
        ward.hanako.id,
    ) == [{"status": "REMOVED", "end_reason": "転居の\nため"}]


async def test_a_member_is_moved_and_others_see_only_what_they_are_shown(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)
    keeper = await hall.client(await ward.seat("officer", Power.MANAGE_MEMBERS))
    place = "member { han { name } household { id } }"

    assert await done(
        chair,
        "moveMember",
        place,
        memberId=ward.hanako.gid,
        hanId=ward.second_han.gid,
        householdId=ward.household.gid,
    ) == {"han": {"name": "2班"}, "household": {"id": ward.household.gid}}
    # Shown no roster, one who manages members moves them all the same.
    moved = await done(
        keeper, "moveMember", place, memberId=ward.hanako.gid, hanId=ward.first_han.gid
    )
    assert moved == {"han": None, "household": None}
    seen = await chair.data(
        "query ($id: ID!) { node(id: $id) { ... on Member { han { name } } } }",
        id=ward.hanako.gid,
    )
    assert seen["node"] == {"han": {"name": "1班"}}
    assert await done(chair, "moveMember", place, memberId=ward.hanako.gid) == {
        "han": None,
        "household": None,
    }


async def test_a_suppressed_member_is_moved_like_any_other_and_stays_nowhere_to_others(
    hall: Kairan,
) -> None:
    ward = await found_ward(hall.city)
    chair, sayuri = await hall.client(ward.chair.person), await hall.client(ward.sayuri.person)

    moved = await done(
        chair,
        "moveMember",
        "member { displayName han { name } }",
        memberId=ward.sayuri.gid,
        hanId=ward.second_han.gid,
    )

    assert moved == {"displayName": "会員", "han": None}
    own = "query ($id: ID!) { node(id: $id) { ... on Member { han { name } } } }"
    assert (await sayuri.data(own, id=ward.sayuri.gid))["node"] == {"han": {"name": "2班"}}


async def test_nobody_is_moved_into_a_han_of_another_group(hall: Kairan) -> None:
    ward, other = await found_ward(hall.city), await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)
    for place in (
        {"hanId": other.first_han.gid},
        {"householdId": other.household.gid},
        {"hanId": ward.household.gid},
        {"hanId": "nowhere"},
    ):
        asked = {"memberId": ward.hanako.gid, **place}
        assert await refused(chair, "moveMember", **asked) == NOT_PERMITTED
