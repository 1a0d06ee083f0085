"""No mutation tells that somebody exists, applied, was a member, is suppressed, or has a login."""

from typing import Any
from uuid import uuid4

import pytest
from argon2 import PasswordHasher

from resolvers.global_ids import to_global_id
from tests.harness.city import City, Person
from tests.harness.kairan import Kairan
from tests.sideways.cases import CASES
from tests.sideways.sending import send, whole
from tests.sideways.town import Town

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def login(city: City, name: str, person: Person) -> None:
    await city.insert(
        "logins",
        login=name,
        person=person.id,
        kind=person.kind,
        password_hash=CHEAP.hash("richtig"),
    )


async def test_a_login_that_is_there_is_refused_like_one_that_is_not(
    kairan: Kairan, superuser: Any
) -> None:
    city, other = kairan.city, await City(superuser).found()
    here, staff, gone, there = (f"{uuid4().hex}@kairan.example" for _ in "1234")
    await login(city, here, await city.person())
    await login(city, staff, await city.staff("OPERATIONS"))
    suppressed = await city.person()
    await login(city, gone, suppressed)
    await city.suppress(suppressed)
    await login(other, there, await other.person())
    query = """
        mutation ($input: SignInInput!) {
            signIn(input: $input) { accessToken errors { field code message } }
        }
    """
    answers = {
        name: whole(
            await kairan.nobody.post(
                {"query": query, "variables": {"input": {"login": name, "password": "falsch"}}}
            )
        )
        for name in (here, staff, gone, there, "nobody@kairan.example", "", "' or 1=1 --")
    }
    assert len({content for _, _, content in answers.values()}) == 1
    assert b"WRONG_LOGIN_OR_PASSWORD" in answers[here][2]


async def test_staff_are_told_of_a_suppression_that_stands_and_of_nobody_else(
    own_town: Town,
) -> None:
    """Who has that duty learns nothing from the ids of residents that were never suppressed."""
    city, lift = own_town.kairan.city, CASES["liftSuppression"]
    client = own_town.clients["SUPPRESSION"]
    suppressed = own_town.ours.president.person
    await city.suppress(suppressed)

    async def answer(who: str, resident: str) -> Any:
        return whole(await send(own_town.clients[who], lift, {"residentId": resident}))

    never_was = await answer("SUPPRESSION", to_global_id("Resident", uuid4()))
    assert await answer("SUPPRESSION", own_town.ours.resident.gid) == never_was
    assert await answer("SUPPRESSION", (await city.staff("AUDITOR")).gid) == never_was
    for who in own_town.clients:
        if who not in ("SUPPRESSION", "nobody"):
            # Also to himself, to whom his suppression is no secret: it is not his to lift.
            assert await answer(who, suppressed.gid) == never_was, who
    lifted = (await send(client, lift, {"residentId": suppressed.gid})).json()
    assert lifted["data"]["liftSuppression"]["errors"] == []


async def test_suppressing_is_answered_alike_for_whoever_is_no_resident_here(
    town: Town,
) -> None:
    case = CASES["suppressResident"]
    client = town.clients["SUPPRESSION"]
    staff = await town.kairan.city.fetch("select id from kairan.staff where city = $1 limit 1")
    answers = {
        whole(await send(client, case, {"residentId": id_}))[2]
        for id_ in (
            to_global_id("Resident", uuid4()),
            to_global_id("Resident", staff[0]["id"]),
            to_global_id("Resident", town.ours.member.id),
            town.abroad.resident.gid,
            town.ours.member.gid,
        )
    }
    assert len(answers) == 1


@pytest.mark.parametrize(
    "past", ["never", "left", "removed", "declined", "withdrew", "suppressed", "elsewhere"]
)
async def test_applying_is_answered_alike_whatever_was_before(past: str, own_town: Town) -> None:
    city, ours = own_town.kairan.city, own_town.ours
    person = await city.person()
    if past == "left":
        await city.leave(await city.member(ours.group, person))
    elif past == "removed":
        await city.leave(await city.member(ours.group, person), status="REMOVED")
    elif past == "declined":
        await city.request(ours.group, person, status="DECLINED", decline_reason="区域外")
    elif past == "withdrew":
        await city.request(ours.group, person, status="WITHDRAWN")
    elif past == "suppressed":
        await city.suppress(person)
    elif past == "elsewhere":
        await city.member(own_town.theirs.group, person)
    client = await own_town.kairan.client(person)
    answer = await send(client, CASES["requestMembership"], {"groupId": ours.group.gid})
    payload = answer.json()["data"]["requestMembership"]
    assert payload["request"].pop("id")
    assert payload == {"request": {"status": "PENDING"}, "errors": []}
    # Nor is the officer told by what he sees of it, beside what the applicant wrote.
    seen = await own_town.clients["president"].data(
        """
        query ($group: ID!) { group(id: $group) { membershipRequests { nodes {
            displayName message status declineReason requestedOn } } } }
        """,
        group=ours.group.gid,
    )
    shown = [
        node
        for node in seen["group"]["membershipRequests"]["nodes"]
        if node["displayName"] != "申込者"
    ]
    assert shown == [
        {
            "displayName": "会員",
            "message": None,
            "status": "PENDING",
            "declineReason": None,
            "requestedOn": "2026-11-23",
        }
    ]


async def test_city_staff_learn_no_member_by_appointing_guesses(own_town: Town) -> None:
    """Staff appoint a group's first officers by ids that the members give them."""
    city = own_town.kairan.city
    group = await city.group("新しい町内会")
    office = await city.office(group, "会長")
    here = await city.member(group, await city.person())
    gone = await city.member(group, await city.person())
    await city.leave(gone)
    case, client = CASES["appointOfficer"], own_town.clients["OPERATIONS"]

    async def appointing(member: str) -> Any:
        asked = case.about(own_town.ours, officeId=office.gid, memberIds=member)
        return whole(await send(client, case, asked))

    never_was = await appointing(to_global_id("Member", uuid4()))
    assert b"NOT_PERMITTED" in never_was[2]
    for other in (own_town.ours.member.gid, own_town.abroad.member.gid, gone.gid, here.person.gid):
        assert await appointing(other) == never_was
    assert b'"errors":[]' in (await appointing(here.gid))[2]
