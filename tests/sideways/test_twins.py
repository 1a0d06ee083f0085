"""A suppressed member and a quiet one react alike to all that an officer can do to them."""

from pathlib import Path
from typing import Any

import asyncpg

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.kairan import running
from tests.sideways.twins import Association, Diary, settle

MEMBER = "member { id displayName address joinedOn status han { name } household { id } }"
TERM = "appointments { id status holder { id displayName name address } }"
CIRCULAR = """
    circular { id title receiptSummary { recipients delivered read paper outstanding }
        receipts(state: PAPER) { nodes { state paperAt member { displayName } } } }
"""
REQUEST = "request { id displayName message status requestedOn declineReason }"


async def half_a_year(here: Association) -> Diary:
    """All that an officer can do to a member or an applicant, and what the twin does meanwhile."""
    await here.look("the beginning", everybody=True)
    twin = here.twin.gid
    for place in (
        {"hanId": here.hans[0].gid, "householdId": here.households[0].gid},
        {"hanId": here.hans[1].gid, "householdId": here.households[1].gid},
        {"hanId": here.hans[0].gid},
        {},
        {"hanId": here.hans[0].gid, "householdId": here.households[0].gid},
    ):
        await here.step("moveMember", MEMBER, memberId=twin, **place)

    # Also by one who is not shown where members live.
    await here.step("moveMember", MEMBER, by="manager", memberId=twin, hanId=here.hans[1].gid)
    await here.step("moveMember", MEMBER, by="manager", memberId=twin, hanId=here.hans[0].gid)

    office = await here.step(
        "defineOffice",
        "office { id title }",
        groupId=here.group.gid,
        title="会計",
        powers=["PUBLISH"],
        idempotencyKey=here.key(),
    )
    term = await here.step(
        "appointOfficer",
        TERM,
        officeId=office["office"]["id"],
        memberIds=[twin],
        startsOn="2026-11-23",
        endsOn="2027-03-31",
    )
    here.known.append(term["appointments"][0]["id"])
    await circulate(here, office["office"]["id"])
    await here.step("changeOffice", "office { id title powers }", officeId=_id(office), powers=[])
    await here.step("endAppointment", TERM, appointmentId=here.known[0])
    for _ in range(2):
        await here.step("removeMember", MEMBER, memberId=twin, reason="転居のため")
        await here.step("removeMember", MEMBER, by="manager", memberId=twin, reason="転居")
        await here.step("moveMember", MEMBER, memberId=twin)
    await come_back(here)
    return here.diary


async def circulate(here: Association, office: str) -> None:
    """Circulars to all, to the twin's han and to his office; one reads them, the other does not."""
    reader = await here.kairan.client(here.twin.person)
    for audience in (
        {"audience": "ALL"},
        {"audience": "HAN", "hanId": here.hans[0].gid},
        {"audience": "OFFICE", "officeId": office},
    ):
        published = await here.step(
            "publishCircular",
            CIRCULAR,
            groupId=here.group.gid,
            title="雪かき",
            body="土曜の朝",
            idempotencyKey=here.key(),
            **audience,
        )
        circular = published["circular"]["id"]
        if here.suppressed:
            read = await reader.change(
                "markCircularRead", "circular { body myReceipt { state } }", circularId=circular
            )
            assert read["circular"]["myReceipt"] == {"state": "READ"}
        await here.look("reading", everybody=True)
        await here.step(
            "recordPaperDelivery", CIRCULAR, circularId=circular, memberIds=[here.twin.gid]
        )
    # He holds PUBLISH himself meanwhile; nobody is told by whom.
    await reader.change(
        "publishCircular",
        groupId=here.group.gid,
        title="会計から",
        body="会費",
        idempotencyKey=here.key(),
    )
    await here.look("publishing", everybody=True)


async def come_back(here: Association) -> None:
    """The twin applies again, three times: declined, withdrawn, approved into a household."""
    applicant = await here.kairan.client(here.twin.person)
    said = {"displayName": "さゆり", "message": "戻りました"} if here.suppressed else {}
    for decision in ("declineMembership", "withdrawRequest", "approveMembership"):
        here.city.clock.advance(seconds=1)
        applied = await applicant.change(
            "requestMembership", "request { id }", groupId=here.group.gid, **said
        )
        asked = {"requestId": applied["request"]["id"]}
        await here.look("applying", everybody=True)
        if decision == "declineMembership":
            await here.step(decision, REQUEST, **asked, reason="区域外です")
        elif decision == "withdrawRequest":
            await applicant.change(decision, **asked)
            await here.look(decision)
            await here.step("approveMembership", REQUEST, **asked)
        else:
            place = {"hanId": here.hans[0].gid, "householdId": here.households[0].gid}
            await here.act(decision, REQUEST, **asked, **place)
            if not here.suppressed:
                await keep_place_private(here)
            await here.look(decision, everybody=True)
            await here.step("declineMembership", REQUEST, **asked, reason="遅い")


async def keep_place_private(here: Association) -> None:
    """The quiet one's choice, made before anybody looks."""
    await here.city.execute(
        "update kairan.member_details set kept_private = '{PLACE}'"
        " where city = $1 and resident_id = $2",
        here.twin.person.id,
    )


def _id(office: dict[str, dict[str, str]]) -> str:
    return office["office"]["id"]


def first_difference(left: Any, right: Any, *path: object) -> tuple[object, ...] | None:
    """Where two answers differ, and in what; a whole answer is too long to read."""
    if type(left) is type(right) and isinstance(left, dict) and left.keys() == right.keys():
        pairs = [(key, left[key], right[key]) for key in left]
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        pairs = list(zip(range(len(left)), left, right, strict=True))
    else:
        return None if left == right else (*path, left, right)
    found = (first_difference(ours, theirs, *path, key) for key, ours, theirs in pairs)
    return next((each for each in found if each is not None), None)


async def test_nobody_can_tell_which_of_the_two_is_suppressed(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> None:
    diaries = {}
    for suppressed in (True, False):
        city = await City(superuser).found()
        async with running(city, postgres.server, key_folder) as kairan:
            diaries[suppressed] = await half_a_year(await settle(kairan, suppressed=suppressed))
    theirs, ours = diaries[True].pages, diaries[False].pages
    assert [heading for heading, _ in theirs] == [heading for heading, _ in ours]
    assert len(theirs) > 150
    for (heading, seen), (_, of_quiet) in zip(theirs, ours, strict=True):
        assert first_difference(seen, of_quiet) is None, heading
    assert len(diaries[True].labels) == len(diaries[False].labels)
    # Nor does any answer hold a word of hers.
    assert "さゆり" not in str(theirs)
    assert "小百合" not in str(theirs)
