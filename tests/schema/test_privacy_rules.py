"""What an auditor reads without a sign-in: the whole table, no value, no look at the database."""

from typing import Any

from permissions.policy import BY_ID, POLICY, POLICY_VERSION
from tests.harness.kairan import Kairan

RULES = """
query Rules {
  privacyRulesVersion
  privacyRules { id type field audiences { kind power staffRole } category purpose version }
}
"""


def shown(rule: dict[str, Any]) -> tuple[str, str | None, str | None]:
    """A rule as one reads it: who, kind of data, purpose."""
    audiences = " | ".join(
        ":".join(filter(None, (a["kind"], a["power"], a["staffRole"]))) for a in rule["audiences"]
    )
    return audiences, rule["category"], rule["purpose"]


HOUSEHOLD = "find the household that a circular did not reach"
OFFICER = "THEMSELF | OFFICER_OF_GROUP:VIEW_ROSTER"
RECEIVED = "THEMSELF | OFFICER_OF_GROUP:VIEW_RECEIPTS"
GAPS = "know whom a circular reached and who still needs paper"
ANSWERS = "know who answers for what in the group"
BY_HAND = {
    "Member.name": (OFFICER, "NAME", "tell members apart and address them properly"),
    "Member.kana": (OFFICER, "NAME", "tell members apart and address them properly"),
    "Member.address": (OFFICER, "ADDRESS", HOUSEHOLD),
    "Member.building": (OFFICER, "ADDRESS", HOUSEHOLD),
    "Member.phone": (OFFICER, "PHONE", "reach a member when time presses"),
    "Member.email": (OFFICER, "EMAIL", "send a member what concerns the group"),
    "Member.birthDate": ("THEMSELF", "AGE", None),
    "Member.han": (OFFICER, "PLACE", "bring circulars and duties to the right han and household"),
    "Member.displayName": ("WHOEVER_REACHES", None, None),
    "Resident.address": ("THEMSELF", "ADDRESS", None),
    "Group.name": ("ANYONE", None, None),
    "Group.members": (
        "MEMBER_OF_OPEN_GROUP | OFFICER_OF_GROUP:VIEW_ROSTER",
        None,
        "know who is a member",
    ),
    "Group.offices": (
        "MEMBER_OF_GROUP | CITY_STAFF:OPERATIONS | CITY_STAFF:AUDITOR",
        None,
        ANSWERS,
    ),
    "Appointment.holder": ("MEMBER_OF_GROUP", None, None),
    "Receipt.readAt": (RECEIVED, "RECEIPT", GAPS),
    "Query.releases": ("CITY_STAFF:AUDITOR", None, "examine how personal data was given out"),
    "Release.seenBy": ("THEMSELF", None, None),
    "PageInfo.*": ("ANYONE", None, None),
    "Query.node(Resident)": ("THEMSELF", None, None),
    "Query.node(Member)": (
        "THEMSELF | MEMBER_OF_OPEN_GROUP | OFFICER_OF_GROUP:VIEW_ROSTER"
        " | OFFICER_OF_GROUP:VIEW_RECEIPTS",
        None,
        None,
    ),
}


async def test_anybody_may_read_the_whole_table(kairan: Kairan) -> None:
    data = await kairan.nobody.data(RULES)
    rules = {rule["id"]: rule for rule in data["privacyRules"]}
    assert len(rules) == len(data["privacyRules"])
    assert set(rules) == set(POLICY) | {rule.name for rule in BY_ID.values()}
    assert {name: shown(rules[name]) for name in BY_HAND} == BY_HAND
    for name, rule in rules.items():
        assert f"{rule['type']}.{rule['field']}" == name


async def test_the_rule_for_the_address_in_full(kairan: Kairan) -> None:
    data = await kairan.nobody.data(RULES)
    (rule,) = (rule for rule in data["privacyRules"] if rule["id"] == "Member.address")
    version = rule.pop("version")
    assert rule == {
        "id": "Member.address",
        "type": "Member",
        "field": "address",
        "audiences": [
            {"kind": "THEMSELF", "power": None, "staffRole": None},
            {"kind": "OFFICER_OF_GROUP", "power": "VIEW_ROSTER", "staffRole": None},
        ],
        "category": "ADDRESS",
        "purpose": "find the household that a circular did not reach",
    }
    assert len(version) == 16
    assert int(version, 16) > 0


async def test_the_version_is_that_of_the_table(kairan: Kairan) -> None:
    data = await kairan.nobody.data(RULES)
    assert data["privacyRulesVersion"] == POLICY_VERSION
    versions = [rule["version"] for rule in data["privacyRules"]]
    assert len(set(versions)) == len(versions)


async def test_no_rule_needs_a_look_at_anybody(kairan: Kairan) -> None:
    with kairan.counting() as statements:
        await kairan.nobody.data("{ privacyRulesVersion privacyRules { id purpose } }")
    assert statements == []
