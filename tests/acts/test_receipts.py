"""Whom a circular reached: those who were in its audience when it was published, by state."""

from datetime import timedelta
from typing import Any

from permissions.words import Power
from tests.acts.asking import done
from tests.acts.ward import Ward, found_ward, new_key
from tests.harness.city import City, Member, Thing
from tests.harness.kairan import Client, Kairan

SUMMARY = """query ($id: ID!) { node(id: $id) { ... on Circular {
  receiptSummary { recipients delivered read paper outstanding }
} } }"""
RECEIPTS = """query ($id: ID!, $state: ReceiptState) { node(id: $id) { ... on Circular {
  receipts(state: $state) { nodes { state member { id displayName } } }
} } }"""
MINE = """query ($id: ID!) { node(id: $id) { ... on Circular {
  myReceipt { state deliveredAt readAt paperAt member { displayName } }
} } }"""
BODY = "query ($id: ID!) { node(id: $id) { ... on Circular { body } } }"


def figures(recipients: int, delivered: int, read: int, paper: int, outstanding: int) -> object:
    return {
        "recipients": recipients,
        "delivered": delivered,
        "read": read,
        "paper": paper,
        "outstanding": outstanding,
    }


async def summary(client: Client, circular: Thing) -> object:
    return (await client.data(SUMMARY, id=circular.gid))["node"]["receiptSummary"]


async def names(client: Client, circular: Thing, state: str | None = None) -> list[Any]:
    """Display names and states, in alphabetical order."""
    data = await client.data(RECEIPTS, id=circular.gid, state=state)
    nodes = data["node"]["receipts"]["nodes"]
    return sorted(((n["member"] or {}).get("displayName"), n["state"]) for n in nodes)


async def joins(ward: Ward, name: str, **more: Any) -> Member:
    return await ward.city.member(ward.group, await ward.city.person(), display_name=name, **more)


async def publish(client: Client, ward: Ward, title: str, **more: Any) -> Thing:
    """A circular, as its author has it; nobody has read it yet."""
    made = await client.change(
        "publishCircular",
        "circular { title }",
        groupId=ward.group.gid,
        title=title,
        body="本文",
        idempotencyKey=new_key(),
        **more,
    )
    assert made == {"circular": {"title": title}, "errors": []}
    [row] = await ward.city.fetch(
        "select id from kairan.circulars where city = $1 and group_id = $2 and title = $3",
        ward.group.id,
        title,
    )
    return Thing(row["id"], "Circular", ward.group.id)


async def test_each_recipient_is_counted_by_how_far_it_got_with_him(
    city: City, kairan: Kairan
) -> None:
    ward = await found_ward(city)
    reader, paper, both = [await joins(ward, name) for name in ("読者", "紙", "両方")]
    private = await joins(ward, "内緒", kept_private=["RECEIPT"])
    chair = await kairan.client(ward.chair.person)
    circular = await publish(chair, ward, "新年会")
    city.clock.advance(minutes=1)
    late = await joins(ward, "後から", began_at=city.clock())

    await (await kairan.client(ward.hanako.person)).data(BODY, id=circular.gid)
    for member in (reader, both, private, ward.sayuri, late):
        client = await kairan.client(member.person)
        await done(client, "markCircularRead", circularId=circular.gid)
    assert await done(
        chair,
        "recordPaperDelivery",
        "circular { receiptSummary { recipients delivered read paper outstanding } }",
        circularId=circular.gid,
        memberIds=[paper.gid, both.gid, late.gid, paper.gid],
    ) == {"receiptSummary": figures(7, 3, 2, 2, 3)}
    await kairan.settled()

    assert await summary(chair, circular) == figures(7, 3, 2, 2, 3)
    # Sayuri is suppressed, and 内緒 keeps it to himself: like the chair, who opened nothing.
    everybody = [
        ("けん", "OUTSTANDING"),
        ("両方", "READ"),
        ("会員", "OUTSTANDING"),
        ("内緒", "OUTSTANDING"),
        ("紙", "PAPER"),
        ("花子", "DELIVERED"),
        ("読者", "READ"),
    ]
    assert await names(chair, circular) == sorted(everybody)
    for state in ("READ", "DELIVERED", "PAPER", "OUTSTANDING"):
        expected = sorted(each for each in everybody if each[1] == state)
        assert await names(chair, circular, state) == expected


async def test_a_member_sees_his_own_receipt_and_no_other(city: City, kairan: Kairan) -> None:
    ward = await found_ward(city)
    chair, hanako = await kairan.client(ward.chair.person), await kairan.client(ward.hanako.person)
    await done(
        chair, "recordPaperDelivery", circularId=ward.circular.gid, memberIds=[ward.hanako.gid]
    )
    city.clock.advance(minutes=1)
    await done(hanako, "markCircularRead", circularId=ward.circular.gid)

    assert (await hanako.data(MINE, id=ward.circular.gid))["node"]["myReceipt"] == {
        "state": "READ",
        "deliveredAt": "2026-11-23T03:01:00+00:00",
        "readAt": "2026-11-23T03:01:00+00:00",
        "paperAt": "2026-11-23T03:00:00+00:00",
        "member": {"displayName": "花子"},
    }
    answer = await hanako.ask(RECEIPTS, id=ward.circular.gid)
    assert answer["data"]["node"] == {"receipts": None}
    assert answer["extensions"]["withheld"][0]["reason"] == "POWER_MISSING"
    answer = await hanako.ask(SUMMARY, id=ward.circular.gid)
    assert answer["data"]["node"] == {"receiptSummary": None}


async def test_publishing_alone_shows_no_receipts(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    publisher = await hall.client(await ward.seat("officer", Power.PUBLISH))

    answer = await publisher.ask(SUMMARY, id=ward.circular.gid)

    assert answer["data"]["node"] == {"receiptSummary": None}
    assert answer["extensions"]["withheld"][0]["reason"] == "POWER_MISSING"


async def test_one_who_joined_later_reads_it_without_changing_the_count(
    city: City, kairan: Kairan
) -> None:
    ward = await found_ward(city)
    chair, applicant = await kairan.client(ward.chair.person), await kairan.client(ward.applicant)
    assert await summary(chair, ward.circular) == figures(3, 0, 0, 0, 3)
    city.clock.advance(minutes=1)
    await done(chair, "approveMembership", requestId=ward.request.gid)

    await applicant.data(BODY, id=ward.circular.gid)
    await done(applicant, "markCircularRead", circularId=ward.circular.gid)
    await kairan.settled()

    assert await summary(chair, ward.circular) == figures(3, 0, 0, 0, 3)
    assert (await applicant.data(MINE, id=ward.circular.gid))["node"] == {"myReceipt": None}
    unread = "query ($g: ID!) { group(id: $g) { unreadCircularCount } }"
    assert (await applicant.data(unread, g=ward.group.gid))["group"] == {"unreadCircularCount": 0}


async def test_one_who_left_still_counts_and_nothing_is_told_of_him(
    city: City, kairan: Kairan
) -> None:
    ward = await found_ward(city)
    chair = await kairan.client(ward.chair.person)
    jiro = await joins(ward, "二郎")
    client = await kairan.client(jiro.person)
    await done(client, "markCircularRead", circularId=ward.circular.gid)
    assert await summary(chair, ward.circular) == figures(4, 1, 1, 0, 3)
    city.clock.advance(minutes=1)

    await done(client, "leaveGroup", groupId=ward.group.gid)

    assert await summary(chair, ward.circular) == figures(4, 0, 0, 0, 3)
    answer = await chair.ask(RECEIPTS, id=ward.circular.gid)
    gone = [
        node
        for node in answer["data"]["node"]["receipts"]["nodes"]
        if (node["member"] or {}).get("id") in (None, jiro.gid)
    ]
    assert [(node["state"], (node["member"] or {}).get("displayName")) for node in gone] == [
        (None, "元会員")
    ]
    after = await publish(chair, ward, "その後")
    assert await summary(chair, after) == figures(3, 0, 0, 0, 3)


async def test_a_han_s_recipients_are_those_who_were_in_it(city: City, kairan: Kairan) -> None:
    ward = await found_ward(city)
    chair = await kairan.client(ward.chair.person)
    await joins(ward, "残る", han=ward.first_han)
    comes = await joins(ward, "来る", han=ward.second_han)
    gone = await joins(ward, "去る", han=ward.first_han)
    circular = await publish(chair, ward, "1班の当番", audience="HAN", hanId=ward.first_han.gid)
    assert await names(chair, circular) == [
        ("去る", "OUTSTANDING"),
        ("残る", "OUTSTANDING"),
        ("花子", "OUTSTANDING"),
    ]

    for member, han in ((ward.hanako, ward.second_han), (comes, ward.first_han)):
        city.clock.advance(minutes=1)
        await done(chair, "moveMember", memberId=member.gid, hanId=han.gid)
    mover, newcomer = await kairan.client(ward.hanako.person), await kairan.client(comes.person)

    # Hanako was in it, and may not read it any more; who came later reads it, and is not counted.
    assert (await mover.data(BODY, id=circular.gid))["node"] is None
    await done(newcomer, "markCircularRead", circularId=circular.gid)
    assert (await newcomer.data(MINE, id=circular.gid))["node"] == {"myReceipt": None}
    assert [name for name, _ in await names(chair, circular)] == ["去る", "残る", "花子"]
    assert await summary(chair, circular) == figures(3, 0, 0, 0, 3)
    later = await publish(chair, ward, "次の当番", audience="HAN", hanId=ward.first_han.gid)
    assert [name for name, _ in await names(chair, later)] == ["去る", "来る", "残る"]

    # Moved back and forth, she was where she was.
    city.clock.advance(minutes=1)
    await done(chair, "moveMember", memberId=ward.hanako.gid, hanId=ward.first_han.gid)
    city.clock.advance(minutes=1)
    await done(chair, "moveMember", memberId=ward.hanako.gid)
    assert [name for name, _ in await names(chair, circular)] == ["去る", "残る", "花子"]
    assert [name for name, _ in await names(chair, later)] == ["去る", "来る", "残る"]

    # The han of one who left is shown to nobody: by it he would be told.
    await done(await kairan.client(gone.person), "leaveGroup", groupId=ward.group.gid)
    assert [name for name, _ in await names(chair, circular)] == ["残る", "花子"]


async def test_a_han_that_is_not_shown_is_no_audience(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)
    follower = await hall.client(await ward.seat("officer", Power.VIEW_RECEIPTS))
    await joins(ward, "内緒", han=ward.first_han, kept_private=["PLACE"])
    await done(chair, "moveMember", memberId=ward.sayuri.gid, hanId=ward.first_han.gid)
    circular = await publish(chair, ward, "1班の当番", audience="HAN", hanId=ward.first_han.gid)

    assert await names(chair, circular) == [("花子", "OUTSTANDING")]
    assert await names(follower, circular) == []
    # What they are shown of themselves is theirs.
    sayuri = await hall.client(ward.sayuri.person)
    mine = (await sayuri.data(MINE, id=circular.gid))["node"]["myReceipt"]
    assert (mine["state"], mine["member"]) == ("OUTSTANDING", {"displayName": "小百合"})


async def test_an_office_s_recipients_are_those_who_held_it(city: City, kairan: Kairan) -> None:
    ward = await found_ward(city)
    chair, day = await kairan.client(ward.chair.person), city.clock.day
    early, ended, coming, gone = [
        await joins(ward, name) for name in ("以前", "解任", "来年", "退会")
    ]
    await city.appoint(early, ward.treasury, starts_on=day(-60), ends_on=day(-1))
    called_off = await city.appoint(ended, ward.treasury)
    await city.appoint(coming, ward.treasury, starts_on=day(1), ends_on=day(60))
    await city.appoint(gone, ward.treasury)
    await done(chair, "endAppointment", appointmentId=called_off.gid)
    city.clock.advance(minutes=1)
    circular = await publish(chair, ward, "決算", audience="OFFICE", officeId=ward.treasury.gid)
    assert [name for name, _ in await names(chair, circular)] == ["花子", "退会"]

    city.clock.advance(minutes=1)
    await done(chair, "endAppointment", appointmentId=ward.term.gid)
    await done(await kairan.client(gone.person), "leaveGroup", groupId=ward.group.gid)
    city.clock.now += timedelta(days=1)

    chair = await kairan.client(ward.chair.person)
    assert await names(chair, circular) == [("元会員", None), ("花子", "OUTSTANDING")]
    assert await summary(chair, circular) == figures(2, 0, 0, 0, 1)
    successor = await kairan.client(coming.person)
    assert (await successor.data(MINE, id=circular.gid))["node"] == {"myReceipt": None}


async def test_paper_is_recorded_for_active_members_of_the_group_alone(hall: Kairan) -> None:
    ward, other = await found_ward(hall.city), await found_ward(hall.city)
    left = await hall.city.member(ward.group, await hall.city.person(), status="LEFT")
    chair = await hall.client(ward.chair.person)

    for member in (left.gid, other.hanako.gid, ward.request.gid, "nobody"):
        asked = {"circularId": ward.circular.gid, "memberIds": [ward.hanako.gid, member]}
        errors = (await chair.change("recordPaperDelivery", **asked))["errors"]
        assert [error["code"] for error in errors] == ["NOT_PERMITTED"]
    assert await summary(chair, ward.circular) == figures(3, 0, 0, 0, 3)


async def test_a_suppressed_member_gets_paper_like_anybody(hall: Kairan) -> None:
    ward = await found_ward(hall.city)
    chair = await hall.client(ward.chair.person)

    await done(
        chair, "recordPaperDelivery", circularId=ward.circular.gid, memberIds=[ward.sayuri.gid]
    )

    assert ("会員", "PAPER") in await names(chair, ward.circular)
    assert await summary(chair, ward.circular) == figures(3, 0, 0, 1, 2)
