"""Every mutation with an input that is carried out, and every argument of it that takes an id.

``@name`` stands for the id of a thing of an association (:class:`tests.sideways.town.Association`).
"""

from dataclasses import dataclass
from typing import Any

from tests.sideways.town import Association


@dataclass(frozen=True)
class Case:
    """A mutation as ``by`` sends it about things of ``ours``, and it is done.

    :param select: what to select of the payload beside its errors.
    :param input: its input, with ``@name`` for ids.
    :param elsewhere: other associations of the city are nothing to ``by``.
    """

    mutation: str
    by: str
    select: str
    input: dict[str, Any]
    elsewhere: bool = True

    @property
    def id_arguments(self) -> list[str]:
        """The fields of the input that take ids."""
        return [name for name, value in self.input.items() if _is_id(value)]

    def about(self, association: Association, **replaced: Any) -> dict[str, Any]:
        """The input with the ids of an association, and some fields replaced.

        An id that is to be replaced in a list is replaced as its only one.
        """
        ids = association.ids()
        spelled = {
            name: _spelled(value, ids) if _is_id(value) else value
            for name, value in self.input.items()
        }
        for name, value in replaced.items():
            spelled[name] = [value] if isinstance(spelled.get(name), list) else value
        return spelled

    @property
    def document(self) -> str:
        """What is sent: the same for everybody and about everything."""
        kind = self.mutation[0].upper() + self.mutation[1:]
        return (
            f"mutation Sideways($input: {kind}Input!) {{ {self.mutation}(input: $input) {{"
            f" {self.select} errors {{ field code message }} }} }}"
        )


def _is_id(value: Any) -> bool:
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, str) and first.startswith("@")


def _spelled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_spelled(one, ids) for one in value]
    return ids[value[1:]]


KEY = {"idempotencyKey": "sideways-0001"}
MEMBER = "member { id displayName address status han { name } }"
CIRCULAR = "circular { id title body status }"

CASES = {
    "createGroup": Case(
        "createGroup",
        "OPERATIONS",
        "group { id name }",
        {"name": "新町内会", "areaId": "@area", **KEY},
        elsewhere=False,
    ),
    "setParticipation": Case(
        "setParticipation",
        "OPERATIONS",
        "group { id participation }",
        {"groupId": "@group", "participation": "SUSPENDED"},
        elsewhere=False,
    ),
    "delegatePowers": Case(
        "delegatePowers",
        "OPERATIONS",
        "group { id delegatedPowers }",
        {"groupId": "@group", "powers": ["PUBLISH"]},
        elsewhere=False,
    ),
    "setCityPolicy": Case(
        "setCityPolicy",
        "OPERATIONS",
        "switchedOff",
        {"category": "PHONE", "released": False, "reason": "答申"},
    ),
    "setReleaseQuota": Case(
        "setReleaseQuota",
        "OPERATIONS",
        "group { id }",
        {"groupId": "@group", "peoplePerHour": 50, "until": "2026-12-31", "reason": "確認"},
        elsewhere=False,
    ),
    "suppressResident": Case(
        "suppressResident",
        "SUPPRESSION",
        "suppression { id beganAt }",
        {"residentId": "@resident"},
        elsewhere=False,
    ),
    "liftSuppression": Case(
        "liftSuppression",
        "SUPPRESSION",
        "suppression { id liftedAt }",
        {"residentId": "@resident"},
        elsewhere=False,
    ),
    "requestMembership": Case(
        "requestMembership",
        "stranger",
        "request { id status }",
        {"groupId": "@group", "displayName": "旅人", "message": "はじめまして"},
        elsewhere=False,
    ),
    "withdrawRequest": Case(
        "withdrawRequest", "applicant", "request { id status }", {"requestId": "@request"}
    ),
    "approveMembership": Case(
        "approveMembership",
        "president",
        "request { id status }",
        {"requestId": "@request", "hanId": "@han", "householdId": "@household"},
    ),
    "declineMembership": Case(
        "declineMembership",
        "president",
        "request { id status declineReason }",
        {"requestId": "@request", "reason": "区域外"},
    ),
    "moveMember": Case(
        "moveMember",
        "president",
        MEMBER,
        {"memberId": "@member", "hanId": "@han", "householdId": "@household"},
    ),
    "leaveGroup": Case("leaveGroup", "member", MEMBER, {"groupId": "@group"}),
    "removeMember": Case(
        "removeMember", "president", MEMBER, {"memberId": "@member", "reason": "転居"}
    ),
    "setMemberDirectory": Case(
        "setMemberDirectory",
        "president",
        "group { id memberDirectory }",
        {"groupId": "@group", "memberDirectory": "MEMBERS"},
    ),
    "defineHan": Case(
        "defineHan", "president", "han { id name }", {"groupId": "@group", "name": "2班", **KEY}
    ),
    "defineHousehold": Case(
        "defineHousehold",
        "president",
        "household { id paperOnly }",
        {"groupId": "@group", "hanId": "@han", **KEY},
    ),
    "defineOffice": Case(
        "defineOffice",
        "president",
        "office { id title }",
        {"groupId": "@group", "title": "監事", "powers": ["VIEW_ROSTER"], **KEY},
    ),
    "changeOffice": Case(
        "changeOffice", "president", "office { id title }", {"officeId": "@office", "title": "出納"}
    ),
    "appointOfficer": Case(
        "appointOfficer",
        "president",
        "appointments { id holder { displayName } }",
        {
            "officeId": "@office",
            "memberIds": ["@member"],
            "startsOn": "2027-04-01",
            "endsOn": "2028-03-31",
        },
    ),
    "appointOfficer to succeed": Case(
        "appointOfficer",
        "president",
        "appointments { id holder { displayName } }",
        {
            "officeId": "@office",
            "memberIds": ["@member"],
            "succeeds": "@appointment",
            "endsOn": "2028-03-31",
        },
    ),
    "endAppointment": Case(
        "endAppointment",
        "president",
        "appointments { id status }",
        {"appointmentId": "@appointment"},
    ),
    "publishCircular": Case(
        "publishCircular",
        "president",
        CIRCULAR,
        {"groupId": "@group", "title": "雪", "body": "雪かき", **KEY},
    ),
    "publishCircular to a han": Case(
        "publishCircular",
        "president",
        CIRCULAR,
        {
            "groupId": "@group",
            "title": "雪",
            "body": "雪かき",
            "audience": "HAN",
            "hanId": "@han",
            **KEY,
        },
    ),
    "publishCircular to an office": Case(
        "publishCircular",
        "president",
        CIRCULAR,
        {
            "groupId": "@group",
            "title": "雪",
            "body": "雪かき",
            "audience": "OFFICE",
            "officeId": "@office",
            **KEY,
        },
    ),
    "editCircular": Case(
        "editCircular",
        "president",
        CIRCULAR,
        {"circularId": "@circular", "title": "訂正", "body": "本文の訂正"},
    ),
    "withdrawCircular": Case(
        "withdrawCircular", "president", CIRCULAR, {"circularId": "@circular"}
    ),
    "markCircularRead": Case("markCircularRead", "member", CIRCULAR, {"circularId": "@circular"}),
    "recordPaperDelivery": Case(
        "recordPaperDelivery",
        "president",
        CIRCULAR,
        {"circularId": "@circular", "memberIds": ["@member"]},
    ),
}
