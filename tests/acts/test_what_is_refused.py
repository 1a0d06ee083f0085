"""What a person can mend: which field is wrong, what to do about it, and nothing has changed."""

from typing import Any

import pytest
import pytest_asyncio

from tests.acts.requests import REQUESTS
from tests.acts.snapshot import everything
from tests.acts.ward import Ward, found_ward
from tests.harness.kairan import Client, Kairan

BY_STAFF = {
    *("createGroup", "setParticipation", "delegatePowers", "setCityPolicy", "setReleaseQuota"),
}
CONTROLS = "Remove the control characters."
KEY = "Give 8 to 128 visible ASCII characters, such as a UUID."
AUDIENCE = "Name a han for HAN, an office for OFFICE, and neither for ALL."
OFFSET = "Say the offset too, such as +09:00."
COMING = "Give a coming moment, at most a year ahead."
TERM = "The last day comes before the first, or too late."


def length(most: int) -> str:
    return f"Give 1 to {most} characters."


# mutation, what is other than in an ordinary request, the field, the message
TEXTS: list[tuple[str, dict[str, Any], str, str]] = [
    ("createGroup", {"name": ""}, "name", length(100)),
    ("createGroup", {"name": " 　\n"}, "name", length(100)),
    ("createGroup", {"name": "町" * 101}, "name", length(100)),
    ("createGroup", {"name": "町内会\u0000"}, "name", CONTROLS),
    ("createGroup", {"name": "町\n内会"}, "name", CONTROLS),
    ("createGroup", {"name": "町\u2028内会"}, "name", CONTROLS),
    ("createGroup", {"name": "会内町\u202e"}, "name", CONTROLS),
    ("createGroup", {"name": "\u200b\u2060"}, "name", length(100)),
    ("createGroup", {"introduction": "紹" * 2001}, "introduction", length(2000)),
    ("createGroup", {"introduction": "紹介\u0007"}, "introduction", CONTROLS),
    ("setCityPolicy", {"reason": ""}, "reason", length(1000)),
    ("setCityPolicy", {"reason": "理" * 1001}, "reason", length(1000)),
    ("setReleaseQuota", {"reason": "理" * 1001}, "reason", length(1000)),
    ("setReleaseQuota", {"peoplePerHour": -1}, "peoplePerHour", "Give 0 to 1000000 people."),
    (
        "setReleaseQuota",
        {"peoplePerHour": None},
        "until",
        "Give a last day with a number, or neither.",
    ),
    ("setReleaseQuota", {"until": "2026-11-22"}, "until", "Give today or a coming day."),
    ("requestMembership", {"displayName": "名" * 51}, "displayName", length(50)),
    ("requestMembership", {"displayName": "名\t前"}, "displayName", CONTROLS),
    ("requestMembership", {"message": "文" * 1001}, "message", length(1000)),
    ("requestMembership", {"message": "文\u001b[2J"}, "message", CONTROLS),
    ("declineMembership", {"reason": " "}, "reason", length(1000)),
    ("declineMembership", {"reason": "理" * 1001}, "reason", length(1000)),
    ("removeMember", {"reason": ""}, "reason", length(1000)),
    ("removeMember", {"reason": "理\u0085由"}, "reason", CONTROLS),
    ("defineHan", {"name": "　"}, "name", length(50)),
    ("defineHan", {"name": "班" * 51}, "name", length(50)),
    ("defineOffice", {"title": ""}, "title", length(50)),
    ("defineOffice", {"title": "長" * 51}, "title", length(50)),
    ("changeOffice", {"title": " "}, "title", length(50)),
    ("publishCircular", {"title": ""}, "title", length(200)),
    ("publishCircular", {"title": "題" * 201}, "title", length(200)),
    ("publishCircular", {"body": " \n\n"}, "body", length(20000)),
    ("publishCircular", {"body": "文" * 20001}, "body", length(20000)),
    ("publishCircular", {"body": "文\u0000"}, "body", CONTROLS),
    ("editCircular", {"title": "題" * 201}, "title", length(200)),
    ("editCircular", {"body": ""}, "body", length(20000)),
]
KEYS: list[tuple[str, dict[str, Any], str, str]] = [
    (mutation, {"idempotencyKey": key}, "idempotencyKey", KEY)
    for mutation in (
        *("createGroup", "defineHan", "defineHousehold", "defineOffice", "publishCircular"),
    )
    for key in ("", "short-7", "k" * 129, "with a blank", "keykeyk\n", "鍵鍵鍵鍵鍵鍵鍵鍵")
]
REST: list[tuple[str, dict[str, Any], str, str]] = [
    ("setParticipation", {"startsOn": "2026-11-22"}, "startsOn", "Give today or a coming day."),
    ("setParticipation", {"startsOn": "0001-01-01"}, "startsOn", "Give today or a coming day."),
    ("appointOfficer", {"memberIds": []}, "memberIds", "Name 1 to 50 members."),
    ("appointOfficer", {"startsOn": None}, "startsOn", "Give startsOn or succeeds."),
    ("appointOfficer", {"endsOn": "2026-11-22"}, "endsOn", TERM),
    ("appointOfficer", {"endsOn": "2037-01-01"}, "endsOn", TERM),
    ("appointOfficer", {"endsOn": "9999-12-31"}, "endsOn", TERM),
    (
        "appointOfficer",
        {"startsOn": "2037-01-01", "endsOn": "2037-03-31"},
        "startsOn",
        "Give a day within ten years.",
    ),
    (
        "appointOfficer",
        {"startsOn": "0001-01-01", "endsOn": "2027-03-31"},
        "startsOn",
        "Give a day within ten years.",
    ),
    (
        "appointOfficer",
        {"startsOn": "2026-04-01", "endsOn": "2026-11-22"},
        "endsOn",
        "This term is over already.",
    ),
    *(
        (
            "endAppointment",
            {"endsOn": day},
            "endsOn",
            "Give a day from today to before its last day.",
        )
        for day in ("2026-11-22", "2026-12-24", "9999-12-31")
    ),
    ("publishCircular", {"audience": "HAN"}, "audience", AUDIENCE),
    ("publishCircular", {"audience": "OFFICE"}, "audience", AUDIENCE),
    ("publishCircular", {"publishAt": "2026-11-23T12:00:00"}, "publishAt", OFFSET),
    ("publishCircular", {"publishAt": "2026-11-23T11:59:59+09:00"}, "publishAt", COMING),
    ("publishCircular", {"publishAt": "2027-11-25T12:00:00+09:00"}, "publishAt", COMING),
    ("publishCircular", {"publishAt": "9999-12-31T23:59:59-23:00"}, "publishAt", COMING),
    ("publishCircular", {"publishAt": "0001-01-01T00:00:00+23:00"}, "publishAt", COMING),
    ("recordPaperDelivery", {"memberIds": []}, "memberIds", "Name 1 to 200 members."),
]


@pytest_asyncio.fixture(scope="module")
async def ward(hall: Kairan) -> Ward:
    """A group in which every request of this module is refused."""
    return await found_ward(hall.city)


@pytest_asyncio.fixture(scope="module")
async def asking(hall: Kairan, ward: Ward) -> dict[str, Client]:
    """Who may do it all."""
    people = {
        "staff": await hall.city.staff("OPERATIONS"),
        "chair": ward.chair.person,
        "stranger": await hall.city.person(),
    }
    return {name: await hall.client(person) for name, person in people.items()}


def actor(mutation: str) -> str:
    if mutation in BY_STAFF:
        return "staff"
    return "stranger" if mutation == "requestMembership" else "chair"


async def refusal(
    asking: dict[str, Client], ward: Ward, mutation: str, **other: Any
) -> list[dict[str, Any]]:
    """The errors of a request that must change nothing."""
    before = await everything(ward.city)
    asked = {**REQUESTS[mutation](ward), **other}
    errors: list[dict[str, Any]] = (await asking[actor(mutation)].change(mutation, **asked))[
        "errors"
    ]
    assert await everything(ward.city) == before
    return errors


@pytest.mark.parametrize(
    ("mutation", "other", "field", "message"),
    [
        pytest.param(*case, id=f"{case[0]}-{case[2]}-{number}")
        for number, case in enumerate([*TEXTS, *KEYS, *REST])
    ],
)
async def test_the_field_is_named_and_the_cure(
    asking: dict[str, Client],
    ward: Ward,
    mutation: str,
    other: dict[str, Any],
    field: str,
    message: str,
) -> None:
    assert await refusal(asking, ward, mutation, **other) == [
        {"field": ["input", field], "code": "INVALID", "message": message}
    ]


async def test_an_audience_names_what_it_is_and_nothing_else(
    asking: dict[str, Client], ward: Ward
) -> None:
    han, office = {"hanId": ward.first_han.gid}, {"officeId": ward.treasury.gid}
    for wrong in (
        han,
        office,
        {"audience": "HAN", **office},
        {"audience": "HAN", **han, **office},
        {"audience": "OFFICE", **han},
        {"audience": "OFFICE", **han, **office},
    ):
        assert await refusal(asking, ward, "publishCircular", **wrong) == [
            {"field": ["input", "audience"], "code": "INVALID", "message": AUDIENCE}
        ]


async def test_a_term_begins_on_a_day_or_after_another_but_not_both(
    asking: dict[str, Client], ward: Ward
) -> None:
    assert await refusal(
        asking, ward, "appointOfficer", officeId=ward.treasury.gid, succeeds=ward.term.gid
    ) == [
        {
            "field": ["input", "startsOn"],
            "code": "INVALID",
            "message": "Give startsOn or succeeds.",
        }
    ]


async def test_too_many_members_are_refused_before_any_is_looked_at(
    asking: dict[str, Client], ward: Ward
) -> None:
    for mutation, most in (("appointOfficer", 50), ("recordPaperDelivery", 200)):
        others = [f"nobody {number}" for number in range(most + 1)]
        assert await refusal(asking, ward, mutation, memberIds=others) == [
            {
                "field": ["input", "memberIds"],
                "code": "INVALID",
                "message": f"Name 1 to {most} members.",
            }
        ]


async def test_nobody_removes_himself(asking: dict[str, Client], ward: Ward) -> None:
    assert await refusal(asking, ward, "removeMember", memberId=ward.chair.gid) == [
        {
            "field": ["input", "memberId"],
            "code": "INVALID",
            "message": "Leave the group instead.",
        }
    ]


async def test_a_coming_term_does_not_end_before_it_began(
    asking: dict[str, Client], ward: Ward
) -> None:
    coming = await ward.city.appoint(
        ward.hanako,
        ward.treasury,
        starts_on=ward.city.clock.day(60),
        ends_on=ward.city.clock.day(90),
    )
    asked = {"appointmentId": coming.gid, "endsOn": str(ward.city.clock.day(59))}
    assert await refusal(asking, ward, "endAppointment", **asked) == [
        {
            "field": ["input", "endsOn"],
            "code": "INVALID",
            "message": "Give a day from today to before its last day.",
        }
    ]


@pytest.mark.parametrize(
    ("mutation", "other"),
    [
        ("setParticipation", {"startsOn": "2026-02-30"}),
        ("setParticipation", {"startsOn": "soon"}),
        ("setParticipation", {"participation": "CLOSED"}),
        ("delegatePowers", {"powers": ["EVERYTHING"]}),
        ("appointOfficer", {"endsOn": "31/03/2027"}),
        ("publishCircular", {"publishAt": "tomorrow"}),
        ("publishCircular", {"idempotencyKey": None}),
        ("defineHan", {"position": 2**31}),
    ],
)
async def test_what_no_form_could_send_is_a_malformed_request(
    asking: dict[str, Client], ward: Ward, mutation: str, other: dict[str, Any]
) -> None:
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    before = await everything(ward.city)

    document = f"mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ errors {{ code }} }} }}"
    answer = await asking[actor(mutation)].post(
        {"query": document, "variables": {"input": {**REQUESTS[mutation](ward), **other}}}
    )

    assert answer.status_code == 422
    codes = [error["extensions"]["code"] for error in answer.json()["errors"]]
    assert codes == ["BAD_USER_INPUT"]
    assert await everything(ward.city) == before
