"""One ordinary request for each mutation, about what there is in a ward."""

from collections.abc import Callable
from typing import Any

from tests.acts.ward import Ward, new_key

Asked = dict[str, Any]

REQUESTS: dict[str, Callable[[Ward], Asked]] = {
    "createGroup": lambda _: {"name": "新しい町内会", "idempotencyKey": new_key()},
    "setParticipation": lambda ward: {"groupId": ward.group.gid, "participation": "TRIAL"},
    "delegatePowers": lambda ward: {"groupId": ward.group.gid, "powers": ["VIEW_ROSTER"]},
    "setCityPolicy": lambda _: {"category": "AGE", "released": False, "reason": "審議会"},
    "setReleaseQuota": lambda ward: {
        "groupId": ward.group.gid,
        "peoplePerHour": 50,
        "until": ward.city.clock.day(7).isoformat(),
        "reason": "名簿の確認",
    },
    "suppressResident": lambda ward: {"residentId": ward.hanako.person.gid},
    "liftSuppression": lambda ward: {"residentId": ward.sayuri.person.gid},
    "requestMembership": lambda ward: {"groupId": ward.group.gid},
    "withdrawRequest": lambda ward: {"requestId": ward.request.gid},
    "approveMembership": lambda ward: {
        "requestId": ward.request.gid,
        "hanId": ward.second_han.gid,
        "householdId": ward.household.gid,
    },
    "declineMembership": lambda ward: {"requestId": ward.request.gid, "reason": "区域外です"},
    "moveMember": lambda ward: {"memberId": ward.hanako.gid, "hanId": ward.second_han.gid},
    "leaveGroup": lambda ward: {"groupId": ward.group.gid},
    "removeMember": lambda ward: {"memberId": ward.hanako.gid, "reason": "転居"},
    "setMemberDirectory": lambda ward: {
        "groupId": ward.group.gid,
        "memberDirectory": "MEMBERS",
    },
    "defineHan": lambda ward: {
        "groupId": ward.group.gid,
        "name": "3班",
        "idempotencyKey": new_key(),
    },
    "defineHousehold": lambda ward: {
        "groupId": ward.group.gid,
        "hanId": ward.first_han.gid,
        "idempotencyKey": new_key(),
    },
    "defineOffice": lambda ward: {
        "groupId": ward.group.gid,
        "title": "総務部長",
        "powers": ["MANAGE_OFFICES"],
        "idempotencyKey": new_key(),
    },
    "changeOffice": lambda ward: {"officeId": ward.vacant.gid, "title": "書記長"},
    "appointOfficer": lambda ward: {
        "officeId": ward.vacant.gid,
        "memberIds": [ward.hanako.gid],
        "startsOn": "2026-11-23",
        "endsOn": "2027-03-31",
    },
    "endAppointment": lambda ward: {"appointmentId": ward.term.gid},
    "publishCircular": lambda ward: {
        "groupId": ward.group.gid,
        "title": "新年会",
        "body": "一月五日です。",
        "idempotencyKey": new_key(),
    },
    "editCircular": lambda ward: {
        "circularId": ward.circular.gid,
        "title": "雪かき",
        "body": "土曜の朝に集まります。",
    },
    "withdrawCircular": lambda ward: {"circularId": ward.circular.gid},
    "markCircularRead": lambda ward: {"circularId": ward.circular.gid},
    "recordPaperDelivery": lambda ward: {
        "circularId": ward.circular.gid,
        "memberIds": [ward.hanako.gid],
    },
}
