"""The same change again changes nothing and says the same: whoever lost the answer asks again."""

from typing import Any

import pytest

from permissions.words import Power
from tests.acts.asking import code, done
from tests.acts.requests import REQUESTS
from tests.acts.snapshot import count, everything
from tests.acts.ward import found_ward, new_key
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan

# mutation, who does it, what of the payload must be the same
NATURAL = [
    ("setParticipation", "staff", "group { participation participationSince nextParticipation }"),
    ("delegatePowers", "staff", "group { delegatedPowers }"),
    ("setCityPolicy", "staff", "switchedOff"),
    ("setReleaseQuota", "staff", "group { releaseQuota { peoplePerHour until reason } }"),
    ("suppressResident", "duty", "suppression { id provisional beganAt liftedAt }"),
    ("liftSuppression", "duty", "suppression { id provisional beganAt liftedAt }"),
    ("requestMembership", "stranger", "request { id displayName requestedOn status }"),
    ("withdrawRequest", "applicant", "request { id status }"),
    ("approveMembership", "chair", "request { id status }"),
    ("declineMembership", "chair", "request { id status declineReason }"),
    ("moveMember", "chair", "member { id han { name } household { id } }"),
    ("leaveGroup", "hanako", "member { id status }"),
    ("removeMember", "chair", "member { id status displayName }"),
    ("setMemberDirectory", "chair", "group { memberDirectory }"),
    ("changeOffice", "chair", "office { id title powers }"),
    ("appointOfficer", "chair", "appointments { id startsOn endsOn status }"),
    ("endAppointment", "chair", "appointments { id endsOn status }"),
    ("editCircular", "chair", "circular { title version editedAt versions { version } }"),
    ("withdrawCircular", "chair", "circular { status }"),
    ("markCircularRead", "hanako", "circular { myReceipt { state deliveredAt readAt } }"),
    (
        "recordPaperDelivery",
        "chair",
        "circular { receiptSummary { paper } receipts(state: PAPER) { nodes { paperAt } } }",
    ),
]
# mutation, who, the payload, the table that gets one row
KEYED = [
    ("createGroup", "staff", "group { id name }", "groups"),
    ("defineHan", "chair", "han { id name }", "hans"),
    ("defineHousehold", "chair", "household { id paperOnly }", "households"),
    ("defineOffice", "chair", "office { id title powers }", "offices"),
    ("publishCircular", "chair", "circular { id title publishedAt }", "circulars"),
]
OTHER: dict[str, dict[str, Any]] = {
    "createGroup": {"name": "別の町内会"},
    "defineHan": {"name": "4班"},
    "defineHousehold": {"paperOnly": True},
    "defineOffice": {"powers": []},
    "publishCircular": {"body": "一月六日です。"},
}
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "createGroup": ({"name": ""}, "INVALID"),
    "defineHan": ({"name": "班" * 51}, "INVALID"),
    "defineHousehold": ({"hanId": "nowhere"}, "NOT_PERMITTED"),
    "defineOffice": ({"title": " "}, "INVALID"),
    "publishCircular": ({"audience": "HAN"}, "INVALID"),
}


async def arranged(hall: Kairan) -> tuple[Any, dict[str, Client]]:
    """A ward and everybody who does something in it."""
    ward = await found_ward(hall.city)
    people = {
        "staff": await hall.city.staff("OPERATIONS"),
        "duty": await hall.city.staff("SUPPRESSION"),
        "chair": ward.chair.person,
        "hanako": ward.hanako.person,
        "applicant": ward.applicant,
        "stranger": await hall.city.person(display_name="二郎"),
    }
    return ward, {name: await hall.client(person) for name, person in people.items()}


@pytest.mark.parametrize(("mutation", "who", "selection"), NATURAL, ids=[n[0] for n in NATURAL])
async def test_the_second_time_nothing_changes_and_the_answer_is_the_same(
    hall: Kairan, mutation: str, who: str, selection: str
) -> None:
    ward, clients = await arranged(hall)
    asked = REQUESTS[mutation](ward)
    first = await clients[who].change(mutation, selection, **asked)
    assert first["errors"] == []
    # A later moment, so that a time that is written again is seen.
    hall.city.clock.advance(milliseconds=1)
    before = await everything(hall.city)

    second = await clients[who].change(mutation, selection, **asked)

    assert second == first
    after = await everything(hall.city)
    # What the payload shows of others is released again, and said again to the ledger.
    assert {table for table in after if after[table] != before[table]} <= {"releases"}
    if mutation == "setCityPolicy":
        await hall.city.execute("delete from kairan.city_policies where city = $1")


def test_every_mutation_is_safe_to_repeat_by_nature_or_by_a_key() -> None:
    assert {each[0] for each in NATURAL} | {each[0] for each in KEYED} == set(REQUESTS)
    assert set(OTHER) == set(WRONG) == {each[0] for each in KEYED}


@pytest.mark.parametrize(("mutation", "who", "selection", "table"), KEYED)
async def test_one_key_makes_one_thing_however_often_it_is_sent(
    hall: Kairan, mutation: str, who: str, selection: str, table: str
) -> None:
    ward, clients = await arranged(hall)
    asked = REQUESTS[mutation](ward)
    first = await clients[who].change(mutation, selection, **asked)
    rows, before = await count(hall.city, table), await everything(hall.city)
    hall.city.clock.advance(milliseconds=1)

    for _ in range(2):
        assert await clients[who].change(mutation, selection, **asked) == first
    assert await everything(hall.city) == before

    # Another key is another thing.
    again = await clients[who].change(mutation, selection, **{**asked, "idempotencyKey": new_key()})
    assert again["errors"] == []
    assert again != first
    assert await count(hall.city, table) == rows + 1


@pytest.mark.parametrize(("mutation", "who", "selection", "table"), KEYED)
async def test_a_key_serves_one_request_only(
    hall: Kairan, mutation: str, who: str, selection: str, table: str
) -> None:
    ward, clients = await arranged(hall)
    asked = REQUESTS[mutation](ward)
    await done(clients[who], mutation, selection, **asked)
    before = await everything(hall.city)
    another, another_who = ("defineHan", "chair") if mutation != "defineHan" else KEYED[3][:2]
    theirs = {**REQUESTS[another](ward), "idempotencyKey": asked["idempotencyKey"]}

    payload = await clients[who].change(mutation, **{**asked, **OTHER[mutation]})

    assert payload["errors"] == [
        {
            "field": ["input", "idempotencyKey"],
            "code": "KEY_REUSED",
            "message": "This key was used for another request. Make a new one.",
        }
    ]
    if who == another_who:
        assert await code(clients[who], another, **theirs) == "KEY_REUSED"
    assert await everything(hall.city) == before


@pytest.mark.parametrize(("mutation", "who", "selection", "table"), KEYED)
async def test_a_refused_request_does_not_use_up_its_key(
    hall: Kairan, mutation: str, who: str, selection: str, table: str
) -> None:
    ward, clients = await arranged(hall)
    asked = REQUESTS[mutation](ward)
    other, refusal = WRONG[mutation]
    before = await everything(hall.city)

    assert await code(clients[who], mutation, **{**asked, **other}) == refusal
    assert await everything(hall.city) == before

    assert await done(clients[who], mutation, selection, **asked)
    assert await count(hall.city, table) == before[table][0] + 1


async def test_the_same_key_of_two_people_makes_two_things(hall: Kairan) -> None:
    ward, clients = await arranged(hall)
    vice = await hall.client(await ward.seat("officer", Power.MANAGE_MEMBERS))
    asked = REQUESTS["defineHan"](ward)

    first = await done(clients["chair"], "defineHan", "han { id }", **asked)
    second = await done(vice, "defineHan", "han { id }", **asked)
    third = await done(vice, "defineHan", "han { id }", **asked)

    assert first != second
    assert second == third
    # What the other asked under it is nobody's business: his other request is no reuse of mine.
    other = {**asked, "name": "別の班"}
    assert await code(vice, "defineHan", **other) == "KEY_REUSED"


async def test_a_key_that_was_used_tells_a_stranger_nothing(hall: Kairan) -> None:
    ward, clients = await arranged(hall)
    asked = REQUESTS["defineHan"](ward)
    await done(clients["chair"], "defineHan", **asked)

    assert await code(clients["stranger"], "defineHan", **asked) == "NOT_PERMITTED"
    # Nor is it used up by him.
    assert await done(clients["chair"], "defineHan", "han { name }", **asked) == {"name": "3班"}


async def test_a_key_outlives_the_office(city: City, kairan: Kairan) -> None:
    """The answer that was lost is given again; what it shows is what one may see by now."""
    ward = await found_ward(city)
    officer = await ward.seat("officer", Power.PUBLISH)
    client = await kairan.client(officer)
    asked = REQUESTS["publishCircular"](ward)
    document = """mutation ($i: PublishCircularInput!) { publishCircular(input: $i) {
      circular { id receiptSummary { recipients } versions { version } }
    } }"""
    first = await client.ask(document, i=asked)
    await city.execute("update kairan.appointments set ended_at = $2 where city = $1", city.clock())

    second = await client.ask(document, i=asked)

    made = first["data"]["publishCircular"]["circular"]
    assert made["versions"] == []
    assert second["data"]["publishCircular"]["circular"] == {
        "id": made["id"],
        "receiptSummary": None,
        "versions": None,
    }


async def test_a_term_that_succeeds_another_is_made_once(hall: Kairan) -> None:
    ward, clients = await arranged(hall)
    asked = {
        "officeId": ward.treasury.gid,
        "memberIds": [ward.sayuri.gid],
        "succeeds": ward.term.gid,
        "endsOn": "2027-03-31",
    }
    first = await done(clients["chair"], "appointOfficer", "appointments { id }", **asked)
    before = await everything(hall.city)

    assert await done(clients["chair"], "appointOfficer", "appointments { id }", **asked) == first
    assert await everything(hall.city) == before


async def test_a_suppression_is_confirmed_once_and_is_a_new_one_after_it_was_lifted(
    hall: Kairan,
) -> None:
    ward, clients = await arranged(hall)
    duty, hanako = clients["duty"], {"residentId": ward.hanako.person.gid}
    shown = "suppression { id provisional liftedAt }"

    first = await done(duty, "suppressResident", shown, **hanako)
    assert (first["provisional"], first["liftedAt"]) == (True, None)
    confirmed = await done(duty, "suppressResident", shown, **hanako, provisional=False)
    assert confirmed == {**first, "provisional": False}

    lifted = await done(duty, "liftSuppression", shown, **hanako)
    assert lifted == {**confirmed, "liftedAt": hall.city.clock().isoformat()}
    again = await done(duty, "suppressResident", shown, **hanako)
    assert again["id"] != first["id"]
    assert again["provisional"] is True


async def test_lifting_what_never_stood_tells_as_little_as_an_unknown_id(hall: Kairan) -> None:
    ward, clients = await arranged(hall)
    for resident in (ward.chair.person.gid, ward.group.gid, "nobody", ward.chair.gid):
        asked = {"residentId": resident}
        assert await code(clients["duty"], "liftSuppression", **asked) == "NOT_PERMITTED"
    for resident in (
        ward.group.gid,
        "nobody",
        ward.chair.gid,
        "UmVzaWRlbnQ6AAAAAAAAAAAAAAAAAAAAAA",
    ):
        asked = {"residentId": resident}
        assert await code(clients["duty"], "suppressResident", **asked) == "NOT_PERMITTED"
