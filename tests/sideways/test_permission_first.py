"""Who may not do something learns nothing by trying: not what exists, nor what is wrong with it."""

from typing import Any

import pytest

from tests.acts.snapshot import everything
from tests.sideways.cases import CASES
from tests.sideways.sending import REFUSED, send, whole
from tests.sideways.town import Town

LEADING = {
    *("requestMembership", "approveMembership", "declineMembership", "moveMember"),
    *("leaveGroup", "removeMember", "setMemberDirectory", "defineHan", "defineHousehold"),
    *("defineOffice", "changeOffice", "appointOfficer", "endAppointment"),
    *("publishCircular", "editCircular", "withdrawCircular", "markCircularRead"),
    "recordPaperDelivery",
}
# What somebody may do about our association, or is told about himself alone. All else is refused.
MAY: dict[str, set[str]] = {
    "president": LEADING,
    "both": LEADING,
    "member": {"requestMembership", "leaveGroup", "markCircularRead"},
    "powerless": {"requestMembership", "leaveGroup", "markCircularRead"},
    "former": {"requestMembership", "leaveGroup", "markCircularRead"},
    "applicant": {"requestMembership", "withdrawRequest"},
    "left": {"requestMembership", "leaveGroup"},
    "their president": {"requestMembership"},
    "their member": {"requestMembership"},
    "asleep": {"requestMembership"},
    "stranger": {"requestMembership"},
    "OPERATIONS": {
        *("createGroup", "setParticipation", "delegatePowers", "setCityPolicy"),
        "setReleaseQuota",
    },
    "SUPPRESSION": {"suppressResident", "liftSuppression"},
    "AUDITOR": set(),
    "nobody": set(),
}
# Inputs that are wrong in themselves, and what whoever may do it is told of them.
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("createGroup", {"name": ""}, "INVALID"),
    ("setParticipation", {"startsOn": "2020-01-01"}, "INVALID"),
    ("setCityPolicy", {"reason": " "}, "INVALID"),
    ("setReleaseQuota", {"peoplePerHour": -1}, "INVALID"),
    ("setReleaseQuota", {"until": "2020-01-01"}, "INVALID"),
    ("setReleaseQuota", {"reason": " "}, "INVALID"),
    ("requestMembership", {"displayName": "名" * 51}, "INVALID"),
    ("requestMembership", {"message": "\a"}, "INVALID"),
    ("declineMembership", {"reason": ""}, "INVALID"),
    ("removeMember", {"reason": ""}, "INVALID"),
    ("defineHan", {"name": " "}, "INVALID"),
    ("defineOffice", {"title": ""}, "INVALID"),
    ("changeOffice", {"title": "長" * 51}, "INVALID"),
    ("appointOfficer", {"memberIds": []}, "INVALID"),
    ("appointOfficer", {"startsOn": None}, "INVALID"),
    ("appointOfficer", {"endsOn": "2020-01-01"}, "INVALID"),
    ("endAppointment", {"endsOn": "2020-01-01"}, "INVALID"),
    ("publishCircular", {"title": ""}, "INVALID"),
    ("publishCircular", {"body": ""}, "INVALID"),
    ("publishCircular", {"audience": "HAN"}, "INVALID"),
    ("publishCircular", {"publishAt": "2020-01-01T00:00:00+09:00"}, "INVALID"),
    ("editCircular", {"title": ""}, "INVALID"),
    ("recordPaperDelivery", {"memberIds": []}, "INVALID"),
]
KEYED = [name for name, case in CASES.items() if "idempotencyKey" in case.input]


def test_everybody_in_town_is_asked(town: Town) -> None:
    assert set(MAY) == set(town.clients)


@pytest.mark.parametrize("name", CASES)
async def test_who_may_not_is_answered_alike_about_what_is_there_and_what_never_was(
    name: str, town: Town
) -> None:
    case = CASES[name]
    refused = [who for who in town.clients if case.mutation not in MAY[who]]
    assert refused
    before = await everything(town.kairan.city)
    for who in refused:
        there = whole(await send(town.clients[who], case, case.about(town.ours)))
        never = dict.fromkeys(case.id_arguments, "TWVtYmVyOg")
        assert whole(await send(town.clients[who], case, case.about(town.ours, **never))) == there
        answer = (await send(town.clients[who], case, case.about(town.ours))).json()
        if who == "nobody":
            assert [error["extensions"] for error in answer["errors"]] == [
                {"code": "UNAUTHENTICATED"}
            ]
            assert [error["message"] for error in answer["errors"]] == ["Sign in first."]
        else:
            assert answer["data"][case.mutation]["errors"] == [REFUSED], who
    assert await everything(town.kairan.city) == before


@pytest.mark.parametrize(("name", "wrong", "code"), WRONG)
async def test_what_is_wrong_is_told_to_nobody_else(
    name: str, wrong: dict[str, Any], code: str, town: Town
) -> None:
    case = CASES[name]
    right = case.about(town.ours)
    before = await everything(town.kairan.city)
    told = (await send(town.clients[case.by], case, right | wrong)).json()
    assert [error["code"] for error in told["data"][case.mutation]["errors"]] == [code]
    for who, client in town.clients.items():
        if case.mutation in MAY[who]:
            continue
        expected = whole(await send(client, case, right))
        assert whole(await send(client, case, right | wrong)) == expected, who
    # Nor to him, of a thing that is not there or not his.
    if case.id_arguments and case.mutation != "createGroup":
        about_what = case.id_arguments[0]
        abroad = case.about(town.ours) | {about_what: case.about(town.abroad)[about_what]}
        expected = whole(await send(town.clients[case.by], case, abroad))
        assert whole(await send(town.clients[case.by], case, abroad | wrong)) == expected
    assert await everything(town.kairan.city) == before


@pytest.mark.parametrize("name", KEYED)
async def test_a_key_that_is_none_is_told_to_everybody_alike(name: str, town: Town) -> None:
    case = CASES[name]
    asked = {**case.about(town.ours), "idempotencyKey": "short"}
    answers = {
        who: whole(await send(client, case, asked))
        for who, client in town.clients.items()
        if who != "nobody"
    }
    assert len({content for _, _, content in answers.values()}) == 1
    nothing = case.about(town.abroad) | {"idempotencyKey": "short"}
    assert whole(await send(town.clients["stranger"], case, nothing)) == answers["stranger"]


async def test_a_key_says_nothing_of_somebody_else_who_used_it(own_town: Town) -> None:
    case = CASES["defineHan"]
    clients = own_town.clients
    first = await send(clients["president"], case, case.about(own_town.ours))
    assert first.json()["data"]["defineHan"]["han"]["name"] == "2班"
    # The same key of another person is another key: done where he may, refused where he may not.
    second = await send(clients["their president"], case, case.about(own_town.theirs))
    assert second.json()["data"]["defineHan"]["errors"] == []
    third = await send(clients["member"], case, case.about(own_town.ours))
    fresh = {**case.about(own_town.ours), "idempotencyKey": "another-key"}
    assert whole(third) == whole(await send(clients["member"], case, fresh))


async def test_a_key_says_nothing_any_more_once_its_owner_may_not_see_the_result(
    own_town: Town,
) -> None:
    case = CASES["publishCircular"]
    president = own_town.clients["president"]
    asked = case.about(own_town.ours)
    assert (await send(president, case, asked)).json()["data"]["publishCircular"]["circular"]
    await own_town.kairan.city.leave(own_town.ours.president)
    again = (await send(president, case, asked)).json()
    assert again == {"data": {"publishCircular": {"circular": None, "errors": []}}}
