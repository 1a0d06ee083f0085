"""Payloads and history hold no personal value for those to whom none is released."""

from typing import Any

import pytest

from permissions.words import Power
from tests.harness.city import City, Member, Person, Thing
from tests.harness.kairan import Client, Kairan

PROFILE = {
    "display_name": "プロフィール名",
    "family_name": "旭川",
    "given_name": "花子",
    "kana": "アサヒカワ ハナコ",
    "postal_code": "070-8525",
    "address": "六条通九丁目",
    "building": "第三庁舎",
    "phone": "0166-26-1111",
    "email": "hanako@example.com",
}
# What people write about people.
WORDS = {
    "displayName": "ハナちゃん",
    "message": "母と二人暮らしです",
    "declined": "保証人がいない",
    "removed": "入院のため",
}
HIDDEN = [*PROFILE.values(), *WORDS.values(), "1980-05-05"]
PERSON = """
    id displayName name familyName givenName kana postalCode address building phone email
    birthDate ageBand joinedOn han { name } household { paperOnly }
"""
REQUEST = "request { id displayName message declineReason status }"
MEMBER = f"member {{ {PERSON} status }}"


class Group:
    """A group with an officer for each act, and an applicant with a full profile."""

    def __init__(self, kairan: Kairan) -> None:
        self.kairan = kairan
        self.city: City = kairan.city
        self.payloads: list[dict[str, Any]] = []
        self.thing: Thing
        self.officers: dict[Power, Client] = {}
        self._keys = 0

    async def settle(self) -> "Group":
        self.thing = await self.city.group("神楽町内会")
        for power in Power:
            member = await self.city.member(self.thing, await self.city.person())
            await self.city.officer(member, power, power)
            self.officers[power] = await self.kairan.client(member.person)
        return self

    async def hanako(self) -> Person:
        from_ = await self.city.person(**PROFILE)
        await self.city.execute(
            "update kairan.profiles set birth_date = '1980-05-05'"
            " where city = $1 and resident_id = $2",
            from_.id,
        )
        return from_

    async def member(self) -> Member:
        han = await self.city.han(self.thing, "1班")
        return await self.city.member(
            self.thing, await self.hanako(), display_name=WORDS["displayName"], han=han
        )

    def key(self) -> str:
        self._keys += 1
        return f"nothing-personal-{self._keys}"

    async def act(
        self, client: Client, mutation: str, selection: str, /, **asked: Any
    ) -> dict[str, Any]:
        payload = await client.change(mutation, selection, **asked)
        assert payload["errors"] == [], mutation
        self.payloads.append(payload)
        return payload


@pytest.fixture
async def group(kairan: Kairan) -> Group:
    return await Group(kairan).settle()


def told(answers: Any) -> list[str]:
    return [word for word in HIDDEN if word in str(answers)]


async def everything_to_her(group: Group) -> None:
    """Whatever officers can do about hanako, each by the officer who has that power alone."""
    officers, city = group.officers, group.city
    manager, chief = officers[Power.MANAGE_MEMBERS], officers[Power.MANAGE_OFFICES]
    person = await group.hanako()
    client = await group.kairan.client(person)
    for decision in ("declineMembership", "approveMembership"):
        applied = await client.change(
            "requestMembership",
            "request { id }",
            groupId=group.thing.gid,
            displayName=WORDS["displayName"],
            message=WORDS["message"],
        )
        asked = {"requestId": applied["request"]["id"]}
        if decision == "declineMembership":
            asked["reason"] = WORDS["declined"]
        # Who manages members is shown name and message of applications: they are for him.
        await group.act(manager, decision, "request { id status requestedOn }", **asked)
    data = await client.data("{ me { memberships { id } } }")
    hers = data["me"]["memberships"][0]["id"]
    han = await city.han(group.thing, "2班")
    await group.act(manager, "moveMember", MEMBER.replace("displayName ", ""), memberId=hers)
    await group.act(
        manager, "moveMember", MEMBER.replace("displayName ", ""), memberId=hers, hanId=han.gid
    )
    office = await group.act(
        chief,
        "defineOffice",
        "office { id title appointments { holder { name } } }",
        groupId=group.thing.gid,
        title="会計",
        powers=[],
        idempotencyKey=group.key(),
    )
    term = await group.act(
        chief,
        "appointOfficer",
        f"appointments {{ id holder {{ {PERSON.replace('displayName ', '')} }} }}",
        officeId=office["office"]["id"],
        memberIds=[hers],
        startsOn="2026-11-23",
        endsOn="2027-03-31",
    )
    circular = await group.act(
        officers[Power.PUBLISH],
        "publishCircular",
        f"circular {{ id author {{ {PERSON} }} receipts {{ nodes {{ state }} }} }}",
        groupId=group.thing.gid,
        title="雪",
        body="雪かき",
        idempotencyKey=group.key(),
    )
    await group.act(
        officers[Power.VIEW_RECEIPTS],
        "recordPaperDelivery",
        "circular { receipts { nodes { state member { id name address phone han { name } } } } }",
        circularId=circular["circular"]["id"],
        memberIds=[hers],
    )
    await group.act(
        chief,
        "endAppointment",
        f"appointments {{ id holder {{ {PERSON.replace('displayName ', '')} }} }}",
        appointmentId=term["appointments"][0]["id"],
    )
    await group.act(manager, "removeMember", MEMBER, memberId=hers, reason=WORDS["removed"])


async def test_no_payload_tells_an_officer_more_than_his_power_does(group: Group) -> None:
    await everything_to_her(group)
    assert len(group.payloads) == 10
    assert told(group.payloads) == []
    # One thing left: her receipt, to whom follows receipts.
    released = await group.city.fetch(
        "select office_title, fields from kairan.releases where city = $1"
    )
    assert released == [
        {"office_title": "VIEW_RECEIPTS", "fields": ["Circular.receipts", "Receipt.state"]}
    ]


async def test_history_tells_what_was_done_and_no_personal_value(group: Group) -> None:
    await everything_to_her(group)
    query = """
        query ($group: ID!) {
            group(id: $group) { history(first: 200) { nodes { id kind byStaff changedAt
                actor { id displayName name address } group { name }
                before { name value } after { name value } } } }
        }
    """
    whole_city = "{ history(first: 200) { nodes { kind actor { id } before { name value }"
    whole_city += " after { name value } } } }"
    city = group.city
    operations = await group.kairan.client(await city.staff("OPERATIONS"))
    auditor = await group.kairan.client(await city.staff("AUDITOR"))
    chief = group.officers[Power.MANAGE_OFFICES]
    answers = [
        await client.data(query, group=group.thing.gid) for client in (operations, auditor, chief)
    ]
    kinds = [
        sorted(node["kind"] for node in answer["group"]["history"]["nodes"]) for answer in answers
    ]
    assert (
        kinds
        == [
            [
                "APPOINTMENT_ENDED",
                "MEMBER_JOINED",
                "MEMBER_REMOVED",
                "OFFICER_APPOINTED",
                "OFFICE_DEFINED",
            ]
        ]
        * 3
    )
    answers += [await client.data(whole_city) for client in (operations, auditor)]
    assert told(answers) == []
    # Nor would anybody find one who looks into the tables.
    for table in ("changes", "idempotency_keys", "releases"):
        assert told(await city.fetch(f"select * from kairan.{table} where city = $1")) == [], table


async def test_city_staff_are_told_no_more_by_what_they_do_themselves(group: Group) -> None:
    city = group.city
    fresh = await city.group("春光町内会")
    person = await group.hanako()
    client = await group.kairan.client(person)
    staff = await group.kairan.client(await city.staff("OPERATIONS", "SUPPRESSION", "AUDITOR"))
    applied = await client.change(
        "requestMembership",
        "request { id }",
        groupId=fresh.gid,
        displayName=WORDS["displayName"],
        message=WORDS["message"],
    )
    approved = await group.act(
        staff, "approveMembership", REQUEST, requestId=applied["request"]["id"]
    )
    assert approved == {"request": None, "errors": []}
    hers = (await client.data("{ me { memberships { id } } }"))["me"]["memberships"][0]["id"]
    office = await group.act(
        staff,
        "defineOffice",
        f"office {{ id appointments {{ holder {{ {PERSON} }} }} }}",
        groupId=fresh.gid,
        title="会長",
        powers=["VIEW_ROSTER"],
        idempotencyKey=group.key(),
    )
    await group.act(
        staff,
        "appointOfficer",
        f"appointments {{ id holder {{ {PERSON} }} office {{ title }} }}",
        officeId=office["office"]["id"],
        memberIds=[hers],
        startsOn="2026-11-23",
        endsOn="2027-03-31",
    )
    suppressed = await group.act(
        staff, "suppressResident", "suppression { id provisional }", residentId=person.gid
    )
    assert suppressed["suppression"]["provisional"] is True
    await group.act(
        staff,
        "setParticipation",
        f"group {{ members {{ nodes {{ {PERSON} }} }} membershipRequests {{ nodes {{ id }} }} }}",
        groupId=fresh.gid,
        participation="TRIAL",
    )
    assert told(group.payloads) == []
