"""Two at once about the same member: one wins, and the other is told what happened."""

from typing import Any

import pytest

from permissions.words import Power
from tests.acts.requests import REQUESTS
from tests.acts.together import ROUNDS, at_once, codes, history
from tests.acts.ward import Ward, found_ward
from tests.harness.city import Member, Thing
from tests.harness.kairan import Client, Kairan

APPROVED = [("ALREADY_DECIDED", "This application was approved meanwhile.")]
DECLINED = [("ALREADY_DECIDED", "This application was declined meanwhile.")]
WITHDRAWN = [("ALREADY_DECIDED", "This application was withdrawn by the applicant.")]
REFUSED = [("NOT_PERMITTED", "There is no such thing, or it is not yours to change.")]


async def officers(hall: Kairan, ward: Ward) -> tuple[Client, Client]:
    """Two who manage members."""
    vice = await ward.seat("officer", Power.MANAGE_MEMBERS)
    return await hall.client(ward.chair.person), await hall.client(vice)


async def request_of(ward: Ward, request: Thing) -> dict[str, Any]:
    """A request's status and how many memberships it led to."""
    [row] = await ward.city.fetch(
        """
        select q.status, (
            select count(*) from kairan.memberships m
            where m.city = $1 and m.group_id = q.group_id and m.resident_id = q.resident_id
        ) as memberships
        from kairan.membership_requests q where q.city = $1 and q.id = $2
        """,
        request.id,
    )
    return row


async def test_one_approves_and_another_declines(hall: Kairan) -> None:
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        chair, vice = await officers(hall, ward)
        asked = {"requestId": ward.request.gid}

        approval, refusal = await at_once(
            chair.change("approveMembership", "request { status }", **asked),
            vice.change("declineMembership", "request { status }", **asked, reason="区域外"),
        )

        won = (codes(approval), codes(refusal))
        assert won in (([], APPROVED), (DECLINED, []))
        if won == ([], APPROVED):
            assert approval["request"] == {"status": "APPROVED"}
            assert await request_of(ward, ward.request) == {"status": "APPROVED", "memberships": 1}
            assert await history(hall.city, ward.group) == ["MEMBER_JOINED"]
        else:
            assert refusal["request"] == {"status": "DECLINED"}
            assert await request_of(ward, ward.request) == {"status": "DECLINED", "memberships": 0}
            assert await history(hall.city, ward.group) == []


async def test_an_officer_approves_and_the_applicant_withdraws(hall: Kairan) -> None:
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        chair, applicant = (
            await hall.client(ward.chair.person),
            await hall.client(ward.applicant),
        )
        asked = {"requestId": ward.request.gid}

        approval, withdrawal = await at_once(
            chair.change("approveMembership", "request { status }", **asked),
            applicant.change("withdrawRequest", "request { status }", **asked),
        )

        won = (codes(approval), codes(withdrawal))
        assert won in (([], APPROVED), (WITHDRAWN, []))
        status, memberships = ("APPROVED", 1) if won == ([], APPROVED) else ("WITHDRAWN", 0)
        assert await request_of(ward, ward.request) == {
            "status": status,
            "memberships": memberships,
        }
        assert await history(hall.city, ward.group) == ["MEMBER_JOINED"] * memberships


async def test_two_approve_and_one_member_comes_of_it(hall: Kairan) -> None:
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        chair, vice = await officers(hall, ward)
        asked = {"requestId": ward.request.gid}

        first, second = await at_once(
            chair.change("approveMembership", "request { id status }", **asked),
            vice.change("approveMembership", "request { id status }", **asked),
        )

        done = {"request": {"id": ward.request.gid, "status": "APPROVED"}, "errors": []}
        assert (first, second) == (done, done)
        assert await request_of(ward, ward.request) == {"status": "APPROVED", "memberships": 1}
        assert await history(hall.city, ward.group) == ["MEMBER_JOINED"]


async def test_somebody_applies_from_two_devices(hall: Kairan) -> None:
    for _ in range(ROUNDS):
        group = await hall.city.group("神楽町内会")
        person = await hall.city.person(display_name="二郎")
        phone, tablet = await hall.client(person), await hall.client(person)

        first, second = await at_once(
            phone.change("requestMembership", "request { id }", groupId=group.gid),
            tablet.change("requestMembership", "request { id }", groupId=group.gid),
        )

        assert first["errors"] == []
        assert first == second
        assert await hall.city.fetch(
            "select status from kairan.membership_requests where city = $1 and group_id = $2",
            group.id,
        ) == [{"status": "PENDING"}]


async def test_somebody_leaves_and_is_removed(hall: Kairan) -> None:
    left = [("CHANGED_MEANWHILE", "This member left meanwhile.")]
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        chair, hanako = await hall.client(ward.chair.person), await hall.client(ward.hanako.person)

        leaving, removal = await at_once(
            hanako.change("leaveGroup", "member { status }", groupId=ward.group.gid),
            chair.change("removeMember", memberId=ward.hanako.gid, reason="転居"),
        )

        # Removed, she is out as she wished to be; left, there is nobody to remove.
        told = (leaving["member"]["status"], codes(leaving), codes(removal))
        assert told in (("LEFT", [], left), ("REMOVED", [], []))
        [row] = await hall.city.fetch(
            "select status, end_reason from kairan.memberships where city = $1 and id = $2",
            ward.hanako.id,
        )
        if told[0] == "LEFT":
            assert row == {"status": "LEFT", "end_reason": None}
            assert await history(hall.city, ward.group) == ["MEMBER_LEFT"]
        else:
            assert row == {"status": "REMOVED", "end_reason": "転居"}
            assert await history(hall.city, ward.group) == ["MEMBER_REMOVED"]


async def rivals(hall: Kairan, ward: Ward) -> tuple[Member, Client, Client]:
    """The chair's rival, who has all his powers, and clients of both."""
    person = await hall.city.person()
    rival = await hall.city.member(ward.group, person)
    await hall.city.officer(rival, "副会長", *Power)
    return rival, await hall.client(ward.chair.person), await hall.client(person)


async def test_two_officers_remove_each_other_and_one_is_out(hall: Kairan) -> None:
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        rival, chair, other = await rivals(hall, ward)

        first, second = await at_once(
            chair.change("removeMember", memberId=rival.gid, reason="対立"),
            other.change("removeMember", memberId=ward.chair.gid, reason="対立"),
        )

        assert [codes(first), codes(second)] in ([[], REFUSED], [REFUSED, []])
        rows = await hall.city.fetch(
            "select status from kairan.memberships where city = $1 and id = any ($2)",
            [rival.id, ward.chair.id],
        )
        assert sorted(row["status"] for row in rows) == ["ACTIVE", "REMOVED"]
        assert await history(hall.city, ward.group) == ["MEMBER_REMOVED"]


async def test_two_officers_end_each_other_s_term_and_one_stays(hall: Kairan) -> None:
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        rival, chair, other = await rivals(hall, ward)
        terms = {
            row["membership_id"]: Thing(row["id"], "Appointment", ward.group.id).gid
            for row in await hall.city.fetch(
                "select id, membership_id from kairan.appointments where city = $1 "
                "and group_id = $2",
                ward.group.id,
            )
        }

        first, second = await at_once(
            chair.change("endAppointment", appointmentId=terms[rival.id]),
            other.change("endAppointment", appointmentId=terms[ward.chair.id]),
        )

        assert [codes(first), codes(second)] in ([[], REFUSED], [REFUSED, []])
        assert await history(hall.city, ward.group) == ["APPOINTMENT_ENDED"]


async def test_one_who_leaves_while_he_is_appointed_holds_nothing_afterwards(
    hall: Kairan,
) -> None:
    for led in (True, False):
        for _ in range(ROUNDS):
            ward = await found_ward(hall.city, led=led)
            by = ward.chair.person if led else await hall.city.staff("OPERATIONS")
            appointing, hanako = await hall.client(by), await hall.client(ward.hanako.person)

            leaving, appointed = await at_once(
                hanako.change("leaveGroup", groupId=ward.group.gid),
                appointing.change("appointOfficer", **REQUESTS["appointOfficer"](ward)),
            )

            assert codes(leaving) == []
            assert codes(appointed) in ([], REFUSED)
            assert not await hall.city.fetch(
                """
                select a.id from kairan.appointments a
                where a.city = $1 and a.membership_id = $2 and a.ended_at is null
                """,
                ward.hanako.id,
            )


async def test_one_is_moved_to_two_places_and_is_in_one(hall: Kairan) -> None:
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        chair, vice = await officers(hall, ward)
        third = await hall.city.han(ward.group, "3班")
        homes = {ward.second_han.id, third.id}

        first, second = await at_once(
            chair.change("moveMember", memberId=ward.hanako.gid, hanId=ward.second_han.gid),
            vice.change("moveMember", memberId=ward.hanako.gid, hanId=third.gid),
        )

        assert (codes(first), codes(second)) == ([], [])
        [row] = await hall.city.fetch(
            "select han_id from kairan.member_details where city = $1 and membership_id = $2",
            ward.hanako.id,
        )
        assert row["han_id"] in homes


@pytest.mark.parametrize("mutation", ["suppressResident", "liftSuppression"])
async def test_two_employees_suppress_and_lift_once(hall: Kairan, mutation: str) -> None:
    for _ in range(ROUNDS):
        ward = await found_ward(hall.city)
        one, two = [await hall.client(await hall.city.staff("SUPPRESSION")) for _ in range(2)]
        asked = REQUESTS[mutation](ward)

        first, second = await at_once(
            one.change(mutation, "suppression { id liftedAt }", **asked),
            two.change(mutation, "suppression { id liftedAt }", **asked),
        )

        assert first["errors"] == []
        assert first == second
        whose = ward.hanako if mutation == "suppressResident" else ward.sayuri
        assert (
            len(
                await hall.city.fetch(
                    "select from kairan.suppressions where city = $1 and resident_id = $2",
                    whose.person.id,
                )
            )
            == 1
        )
