"""Delivered is what was in an answer; noted when the answer has left, and lost without harm."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from permissions.words import Power
from tests.acts.asking import done
from tests.acts.ward import Ward, found_ward
from tests.harness.city import City, Person, Thing
from tests.harness.kairan import Client, Kairan

NODE = "query ($id: ID!) { node(id: $id) { ... on Circular { title %s } } }"
STATE = """query ($id: ID!) { node(id: $id) { ... on Circular {
  myReceipt { state deliveredAt readAt paperAt }
} } }"""


async def receipts(kairan: Kairan, circular: Thing) -> list[dict[str, Any]]:
    """The receipts of a circular, when all that goes on after answers is over."""
    await kairan.settled()
    return await kairan.city.fetch(
        """
        select r.membership_id, r.delivered_at, r.read_at from kairan.receipts r
        where r.city = $1 and r.circular_id = $2 order by r.delivered_at
        """,
        circular.id,
    )


@pytest_asyncio.fixture
async def ward(hall: Kairan) -> Ward:
    """A group with a circular that nobody has read."""
    return await found_ward(hall.city)


@pytest_asyncio.fixture
async def hanako(hall: Kairan, ward: Ward) -> Client:
    """A member without powers."""
    return await hall.client(ward.hanako.person)


@pytest.mark.parametrize(
    "document",
    [
        NODE % "body",
        NODE % "text: body",
        "query ($id: ID!) { any: node(id: $id) { ...said } } fragment said on Circular { body }",
        "query ($id: ID!) { nodes(ids: [$id]) { ... on Circular { body } } }",
        "query ($g: ID!) { group(id: $g) { circulars(first: 1) { nodes { body } } } }",
        "query ($g: ID!) { a: group(id: $g) { circulars { edges { node { x: body } } } } }",
        """{ me { memberships { group { circulars { nodes { ...a } } } } } }
        fragment a on Circular { ...b } fragment b on Circular { body @include(if: true) }""",
        NODE % "body @skip(if: false)",
    ],
)
async def test_a_circular_whose_text_was_in_the_answer_is_delivered(
    hall: Kairan, ward: Ward, hanako: Client, document: str
) -> None:
    answer = await hanako.data(document, id=ward.circular.gid, g=ward.group.gid)

    assert "日曜の朝に集まります。" in str(answer)
    assert [row["membership_id"] for row in await receipts(hall, ward.circular)] == [ward.hanako.id]
    own = await hanako.data(STATE, id=ward.circular.gid)
    assert own["node"]["myReceipt"] == {
        "state": "DELIVERED",
        "deliveredAt": hall.city.clock().isoformat(),
        "readAt": None,
        "paperAt": None,
    }


@pytest.mark.parametrize(
    "document",
    [
        NODE % "status",
        NODE % "body @include(if: false)",
        NODE % "body @skip(if: true)",
        "query ($g: ID!) { group(id: $g) { circulars { nodes { title } } unreadCircularCount } }",
        "query ($id: ID!) { node(id: $id) { ... on Group { name } } }",
    ],
)
async def test_a_circular_of_which_the_title_alone_was_shown_is_not_delivered(
    hall: Kairan, ward: Ward, hanako: Client, document: str
) -> None:
    await hanako.data(document, id=ward.circular.gid, g=ward.group.gid)

    assert await receipts(hall, ward.circular) == []


async def test_all_that_were_in_one_answer_are_delivered_at_once(
    hall: Kairan, ward: Ward, hanako: Client
) -> None:
    second = await hall.city.circular(ward.chair, "夏祭り")
    third = await hall.city.circular(ward.chair, "防災訓練")

    await hanako.data(
        "query ($a: ID!, $b: ID!) { "
        "a: node(id: $a) { ... on Circular { body } } b: node(id: $b) { ... on Circular { body } } "
        "again: node(id: $a) { ... on Circular { body } } }",
        a=ward.circular.gid,
        b=second.gid,
    )

    assert len(await receipts(hall, ward.circular)) == 1
    assert len(await receipts(hall, second)) == 1
    assert await receipts(hall, third) == []


async def test_the_payload_of_a_change_delivers_too(
    hall: Kairan, ward: Ward, hanako: Client
) -> None:
    chair = await hall.client(ward.chair.person)
    await done(
        chair,
        "editCircular",
        "circular { body }",
        circularId=ward.circular.gid,
        title="雪かき",
        body="土曜",
    )

    assert [row["membership_id"] for row in await receipts(hall, ward.circular)] == [ward.chair.id]


async def test_a_text_that_an_error_took_out_of_the_answer_is_not_delivered(
    hall: Kairan, ward: Ward, hanako: Client
) -> None:
    """``me.releases`` may not be null, so its error takes all of ``me`` with it."""
    answer = await hanako.ask(
        """{ me {
          memberships { group { circulars { nodes { body } } } }
          releases(first: 0) { nodes { fields } }
        } }"""
    )

    assert answer["data"] == {"me": None}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert await receipts(hall, ward.circular) == []


@pytest_asyncio.fixture
async def without_ledger(superuser: asyncpg.Pool) -> AsyncIterator[None]:
    """For one test nothing can be written to the ledger."""
    await superuser.execute("revoke insert on kairan.releases from kairan_server")
    try:
        yield
    finally:
        await superuser.execute("grant insert on kairan.releases to kairan_server")


@pytest_asyncio.fixture
async def without_receipts(superuser: asyncpg.Pool) -> AsyncIterator[None]:
    """For one test no receipt can be written."""
    await superuser.execute("revoke insert on kairan.receipts from kairan_server")
    try:
        yield
    finally:
        await superuser.execute("grant insert on kairan.receipts to kairan_server")


BESIDE = """query ($c: ID!, $m: ID!) {
  node(id: $c) { ... on Circular { body } }
  other: node(id: $m) { ... on Member { address } }
}"""


@pytest.mark.usefixtures("without_ledger")
async def test_an_answer_that_may_not_leave_delivers_nothing(hall: Kairan, ward: Ward) -> None:
    chair = await hall.client(ward.chair.person)

    answer = await chair.ask(BESIDE, c=ward.circular.gid, m=ward.hanako.gid)

    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "LEDGER_UNAVAILABLE"
    assert await receipts(hall, ward.circular) == []


@pytest.mark.usefixtures("without_ledger")
async def test_a_payload_that_may_not_leave_delivers_nothing(hall: Kairan, ward: Ward) -> None:
    chair = await hall.client(ward.chair.person)
    document = """mutation ($i: EditCircularInput!) { editCircular(input: $i) {
      circular { body group { members { nodes { address } } } }
    } }"""
    asked = {"circularId": ward.circular.gid, "title": "雪かき", "body": "土曜の朝"}

    answer = await chair.ask(document, i=asked)

    assert answer["data"] == {"editCircular": None}
    assert answer["errors"][0]["extensions"] == {"code": "LEDGER_UNAVAILABLE", "committed": True}
    assert await receipts(hall, ward.circular) == []


@pytest.mark.usefixtures("without_receipts")
async def test_a_receipt_that_is_lost_harms_no_answer(
    hall: Kairan, ward: Ward, hanako: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await hanako.data(NODE % "body", id=ward.circular.gid)

    assert answer["node"]["body"] == "日曜の朝に集まります。"
    assert await receipts(hall, ward.circular) == []
    assert "receipts of 1 circulars were lost" in caplog.messages
    # Nor is anything left behind in the pool: the next is served like the first.
    assert (await hanako.data(STATE, id=ward.circular.gid))["node"]["myReceipt"]["state"] == (
        "OUTSTANDING"
    )


async def test_what_was_lost_is_noted_when_it_is_read_again(
    hall: Kairan, ward: Ward, hanako: Client, superuser: asyncpg.Pool
) -> None:
    await superuser.execute("revoke insert on kairan.receipts from kairan_server")
    try:
        await hanako.data(NODE % "body", id=ward.circular.gid)
        await hall.settled()
    finally:
        await superuser.execute("grant insert on kairan.receipts to kairan_server")

    await hanako.data(NODE % "body", id=ward.circular.gid)

    assert len(await receipts(hall, ward.circular)) == 1


async def test_the_first_delivery_stays(city: City, kairan: Kairan) -> None:
    ward = await found_ward(city)
    hanako = await kairan.client(ward.hanako.person)
    await hanako.data(NODE % "body", id=ward.circular.gid)
    await kairan.settled()
    first = city.clock()
    city.clock.advance(minutes=1)

    await hanako.data(NODE % "body", id=ward.circular.gid)

    [row] = await receipts(kairan, ward.circular)
    assert (row["delivered_at"], row["read_at"]) == (first, None)

    await done(hanako, "markCircularRead", circularId=ward.circular.gid)
    read = city.clock()
    city.clock.advance(minutes=1)
    await done(hanako, "markCircularRead", circularId=ward.circular.gid)

    [row] = await receipts(kairan, ward.circular)
    assert (row["delivered_at"], row["read_at"]) == (first, read)


async def test_what_is_marked_read_was_delivered(hall: Kairan, ward: Ward, hanako: Client) -> None:
    await done(hanako, "markCircularRead", circularId=ward.circular.gid)

    at = hall.city.clock()
    assert await receipts(hall, ward.circular) == [
        {"membership_id": ward.hanako.id, "delivered_at": at, "read_at": at}
    ]


async def others(ward: Ward) -> dict[str, Person | None]:
    """Everybody to whom nothing is delivered."""
    late = await ward.city.person()
    began = ward.city.clock()
    await ward.city.member(ward.group, late, began_at=began)
    return {
        "joined later": late,
        "applicant": ward.applicant,
        "staff": await ward.city.staff("OPERATIONS", "SUPPRESSION", "AUDITOR"),
        "nobody": None,
    }


async def test_nobody_but_a_recipient_gets_a_receipt(city: City, kairan: Kairan) -> None:
    ward = await found_ward(city)
    city.clock.advance(minutes=1)
    read = {}
    for name, person in (await others(ward)).items():
        client = await kairan.client(person) if person else kairan.nobody
        answer = await client.data(NODE % "body", id=ward.circular.gid)
        read[name] = answer["node"] is not None

    assert read == {"joined later": True, "applicant": False, "staff": False, "nobody": False}
    assert await receipts(kairan, ward.circular) == []


async def test_a_preview_and_a_look_back_deliver_nothing(city: City, kairan: Kairan) -> None:
    ward = await found_ward(city)
    chair = await kairan.client(ward.chair.person)
    soon = await city.circular(ward.chair, "予告", published_at=city.clock.now.replace(minute=5))
    await done(chair, "withdrawCircular", circularId=ward.circular.gid)

    for circular in (soon, ward.circular):
        assert (await chair.data(NODE % "body", id=circular.gid))["node"]["body"]
        assert await receipts(kairan, circular) == []

    city.clock.advance(minutes=5)
    await chair.data(NODE % "body", id=soon.gid)
    assert len(await receipts(kairan, soon)) == 1


async def test_one_who_is_in_two_groups_gets_each_group_s_receipt_there(hall: Kairan) -> None:
    ward, other = await found_ward(hall.city), await found_ward(hall.city)
    elsewhere = await hall.city.member(other.group, ward.hanako.person)
    await hall.city.officer(elsewhere, "広報", Power.PUBLISH)
    hanako = await hall.client(ward.hanako.person)

    await hanako.data(
        "{ me { memberships { group { circulars { nodes { body } } } } } }",
    )

    assert [r["membership_id"] for r in await receipts(hall, ward.circular)] == [ward.hanako.id]
    assert [r["membership_id"] for r in await receipts(hall, other.circular)] == [elsewhere.id]
