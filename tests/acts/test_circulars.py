"""Circulars: published to all, a han or an office, now or later; edited, and taken back."""

from typing import Any

import pytest

from permissions.words import Power
from tests.acts.asking import NOT_PERMITTED, done, refused
from tests.acts.ward import Ward, found_ward, new_key
from tests.harness.city import ALL_POWERS, City, Member
from tests.harness.kairan import Client, Kairan

CIRCULAR = """circular {
  id title body status publishedAt editedAt author { displayName }
  audience { kind han { name } office { title } }
}"""
LISTED = "query ($g: ID!) { group(id: $g) { circulars { nodes { title } } unreadCircularCount } }"
BY_ID = "query ($id: ID!) { node(id: $id) { ... on Circular { title body status } } }"
VERSIONS = """query ($id: ID!) { node(id: $id) { ... on Circular {
  title body editedAt versions { version title body replacedAt }
} } }"""
NOON = "2026-11-23T03:00:00+00:00"


def words(ward: Ward, title: str, body: str = "本文", **more: Any) -> dict[str, Any]:
    return {
        "groupId": ward.group.gid,
        "title": title,
        "body": body,
        "idempotencyKey": new_key(),
        **more,
    }


async def titles(client: Client, ward: Ward) -> list[str]:
    """The circulars somebody sees in the group, beside the one that is always there."""
    group = (await client.data(LISTED, g=ward.group.gid))["group"]
    return [node["title"] for node in group["circulars"]["nodes"] if node["title"] != "雪かき"]


async def unread(client: Client, ward: Ward) -> int:
    found: int = (await client.data(LISTED, g=ward.group.gid))["group"]["unreadCircularCount"]
    return found


async def test_a_circular_to_all_is_there_for_every_member(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair, hanako = await hall.client(ward.chair.person), await hall.client(ward.hanako.person)
    stranger = await hall.client(ward.applicant)
    at = hall.city.clock().isoformat()

    made = await done(
        chair,
        "publishCircular",
        CIRCULAR,
        **words(ward, " 新年会 ", "一月五日です。\r\n\t公民館で。\n"),
    )

    assert made == {
        "id": made["id"],
        "title": "新年会",
        "body": "一月五日です。\n\t公民館で。",
        "status": "PUBLISHED",
        "publishedAt": at,
        "editedAt": None,
        "author": {"displayName": "けん"},
        "audience": {"kind": "ALL", "han": None, "office": None},
    }
    assert await titles(hanako, ward) == ["新年会"]
    assert (await hanako.data(BY_ID, id=made["id"]))["node"]["body"] == made["body"]
    assert (await stranger.data(BY_ID, id=made["id"]))["node"] is None
    assert (await hall.nobody.data(BY_ID, id=made["id"]))["node"] is None


async def test_a_circular_to_a_han_is_there_for_its_members_and_for_officers(
    hall: Kairan,
) -> None:
    ward = await found_ward(hall.city)
    jiro = await hall.city.member(ward.group, await hall.city.person(), han=ward.second_han)
    chair, hanako = await hall.client(ward.chair.person), await hall.client(ward.hanako.person)
    neighbour = await hall.client(jiro.person)

    made = await done(
        chair,
        "publishCircular",
        CIRCULAR,
        **words(ward, "1班の当番", audience="HAN", hanId=ward.first_han.gid),
    )

    assert made["audience"] == {"kind": "HAN", "han": {"name": "1班"}, "office": None}
    assert await titles(hanako, ward) == ["1班の当番"]
    assert await titles(chair, ward) == ["1班の当番"]
    assert await titles(neighbour, ward) == []
    assert (await neighbour.data(BY_ID, id=made["id"]))["node"] is None
    assert await refused(neighbour, "markCircularRead", circularId=made["id"]) == NOT_PERMITTED
    # Moved there, he reads what hangs there.
    await done(chair, "moveMember", memberId=jiro.gid, hanId=ward.first_han.gid)
    assert await titles(neighbour, ward) == ["1班の当番"]


async def test_a_circular_to_an_office_is_there_for_who_holds_it_now(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    jiro = await hall.city.member(ward.group, await hall.city.person())
    chair, hanako = await hall.client(ward.chair.person), await hall.client(ward.hanako.person)
    plain = await hall.client(jiro.person)

    made = await done(
        chair,
        "publishCircular",
        CIRCULAR,
        **words(ward, "決算", audience="OFFICE", officeId=ward.treasury.gid),
    )

    assert made["audience"] == {"kind": "OFFICE", "han": None, "office": {"title": "会計"}}
    assert await titles(hanako, ward) == ["決算"]
    assert await titles(plain, ward) == []
    await done(chair, "endAppointment", appointmentId=ward.term.gid)
    assert await titles(hanako, ward) == []


async def test_a_circular_is_addressed_to_no_han_or_office_of_another_group(
    hall: Kairan,
) -> None:
    ward, other = await found_ward(hall.city), await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)
    for wrong in (
        {"audience": "HAN", "hanId": other.first_han.gid},
        {"audience": "HAN", "hanId": ward.treasury.gid},
        {"audience": "OFFICE", "officeId": other.treasury.gid},
        {"audience": "OFFICE", "officeId": "nothing"},
        {"groupId": other.group.gid},
    ):
        asked = {**words(ward, "題"), **wrong}
        assert await refused(chair, "publishCircular", **asked) == NOT_PERMITTED


async def test_a_circular_for_later_is_the_publishers_alone_until_then(
    city: City, kairan: Kairan
) -> None:
    ward = await found_ward(city)
    chair, hanako = await kairan.client(ward.chair.person), await kairan.client(ward.hanako.person)

    made = await done(
        chair,
        "publishCircular",
        CIRCULAR,
        **words(ward, "新年会", publishAt="2026-11-23T12:05:00+09:00"),
    )

    assert (made["status"], made["publishedAt"]) == ("SCHEDULED", "2026-11-23T03:05:00+00:00")
    assert await titles(chair, ward) == ["新年会"]
    city.clock.advance(minutes=4, seconds=59)
    assert await titles(hanako, ward) == []
    assert await unread(hanako, ward) == 1
    assert (await hanako.data(BY_ID, id=made["id"]))["node"] is None
    asked = {"circularId": made["id"]}
    assert await refused(hanako, "markCircularRead", **asked) == NOT_PERMITTED
    assert await refused(chair, "markCircularRead", **asked) == (
        "circularId",
        "INVALID",
        "This circular is not published yet.",
    )

    city.clock.advance(seconds=1)
    assert await titles(hanako, ward) == ["新年会"]
    assert await unread(hanako, ward) == 2
    assert (await hanako.data(BY_ID, id=made["id"]))["node"]["status"] == "PUBLISHED"


async def test_an_edit_keeps_the_words_that_were_there(city: City, kairan: Kairan) -> None:
    ward = await found_ward(city)
    chair, hanako = await kairan.client(ward.chair.person), await kairan.client(ward.hanako.person)
    circular = ward.circular.gid

    async def edits(title: str, body: str) -> Any:
        city.clock.advance(minutes=1)
        return await done(
            chair, "editCircular", CIRCULAR, circularId=circular, title=title, body=body
        )

    edited = await edits("雪かき", "土曜の朝に集まります。")
    assert (edited["body"], edited["editedAt"]) == (
        "土曜の朝に集まります。",
        "2026-11-23T03:01:00+00:00",
    )
    assert (edited["publishedAt"], edited["author"]) == (NOON, {"displayName": "けん"})
    await edits(" 雪かき ", "土曜の朝に集まります。\n")
    await edits("雪かき", "土曜の昼に集まります。")

    seen = await chair.data(VERSIONS, id=circular)
    assert seen["node"] == {
        "title": "雪かき",
        "body": "土曜の昼に集まります。",
        "editedAt": "2026-11-23T03:03:00+00:00",
        "versions": [
            {
                "version": 2,
                "title": "雪かき",
                "body": "土曜の朝に集まります。",
                "replacedAt": "2026-11-23T03:03:00+00:00",
            },
            {
                "version": 1,
                "title": "雪かき",
                "body": "日曜の朝に集まります。",
                "replacedAt": "2026-11-23T03:01:00+00:00",
            },
        ],
    }
    answer = await hanako.ask(VERSIONS, id=circular)
    assert answer["data"]["node"] == {**seen["node"], "versions": None}
    assert [entry["reason"] for entry in answer["extensions"]["withheld"]] == ["POWER_MISSING"]


async def test_an_edit_of_words_that_are_there_no_more_is_refused(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)
    vice = await hall.client(await ward.seat("officer", Power.PUBLISH))
    first = {"circularId": ward.circular.gid, "title": "雪かき", "body": "土曜の朝", "version": 1}

    assert await done(chair, "editCircular", "circular { body version }", **first) == {
        "body": "土曜の朝",
        "version": 2,
    }
    # The same words again are no other words, whatever they were to replace.
    assert await done(vice, "editCircular", "circular { version }", **first) == {"version": 2}
    for version in (1, 3, 0, -1):
        asked = {**first, "body": "土曜の昼", "version": version}
        assert await refused(vice, "editCircular", **asked) == (
            "version",
            "CHANGED_MEANWHILE",
            "Somebody edited it meanwhile.",
        )
    second = {**first, "body": "土曜の昼", "version": 2}
    assert await done(vice, "editCircular", "circular { version }", **second) == {"version": 3}


async def test_what_is_taken_back_is_there_for_members_no_more(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair, hanako = await hall.client(ward.chair.person), await hall.client(ward.hanako.person)
    circular = {"circularId": ward.circular.gid}
    assert await unread(hanako, ward) == 1

    assert await done(chair, "withdrawCircular", "circular { title status }", **circular) == {
        "title": "雪かき",
        "status": "WITHDRAWN",
    }

    assert (await hanako.data(BY_ID, id=ward.circular.gid))["node"] is None
    group = (await hanako.data(LISTED, g=ward.group.gid))["group"]
    assert group == {"circulars": {"nodes": []}, "unreadCircularCount": 0}
    assert (await chair.data(BY_ID, id=ward.circular.gid))["node"]["status"] == "WITHDRAWN"
    withdrawn = ("circularId", "CHANGED_MEANWHILE", "This circular was withdrawn.")
    assert (
        await refused(chair, "editCircular", **circular, title="雪かき", body="新しい") == withdrawn
    )
    assert await refused(chair, "markCircularRead", **circular) == withdrawn
    assert await refused(hanako, "markCircularRead", **circular) == NOT_PERMITTED


async def test_every_publisher_may_edit_and_take_back_what_another_wrote(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    vice = await hall.client(await ward.seat("officer", Power.PUBLISH))

    edited = await done(
        vice, "editCircular", CIRCULAR, circularId=ward.circular.gid, title="題", body="文"
    )

    assert (edited["title"], edited["author"]) == ("題", {"displayName": "けん"})
    assert await done(
        vice, "withdrawCircular", "circular { status }", circularId=ward.circular.gid
    ) == {"status": "WITHDRAWN"}


@pytest.mark.parametrize("power", [Power.MODERATE, Power.RUN_SURVEYS, Power.RUN_SAFETY_CHECKS])
async def test_other_powers_do_not_publish(hall: Kairan, power: Power) -> None:
    ward = await found_ward(hall.city)
    officer = await hall.client(await ward.seat("officer", power))

    assert await refused(officer, "publishCircular", **words(ward, "題")) == NOT_PERMITTED


async def test_unread_is_what_is_out_and_not_yet_marked(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    hanako = await hall.client(ward.hanako.person)
    other = await hall.city.group("隣の町内会")
    elsewhere = await hall.city.member(other, ward.hanako.person)
    await hall.city.circular(elsewhere, "隣の知らせ")
    for number in range(3):
        await hall.city.circular(ward.chair, f"知らせ{number}")
    assert await unread(hanako, ward) == 4

    # Read is what one says one has read, not what one was shown.
    await hanako.data(BY_ID, id=ward.circular.gid)
    await hall.settled()
    assert await unread(hanako, ward) == 4
    for _ in range(2):
        assert await done(
            hanako,
            "markCircularRead",
            "circular { myReceipt { state } group { unreadCircularCount } }",
            circularId=ward.circular.gid,
        ) == {"myReceipt": {"state": "READ"}, "group": {"unreadCircularCount": 3}}


async def test_an_author_who_left_goes_by_no_name(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    jiro: Member = await hall.city.member(ward.group, await hall.city.person(), display_name="二郎")
    await hall.city.officer(jiro, "広報", *ALL_POWERS)
    client, hanako = await hall.client(jiro.person), await hall.client(ward.hanako.person)
    made = await done(client, "publishCircular", CIRCULAR, **words(ward, "引継"))
    assert made["author"] == {"displayName": "二郎"}

    await done(client, "leaveGroup", groupId=ward.group.gid)

    seen = await hanako.data(
        "query ($id: ID!) { node(id: $id) { ... on Circular { title author { displayName } } } }",
        id=made["id"],
    )
    assert seen["node"] == {"title": "引継", "author": {"displayName": "元会員"}}
