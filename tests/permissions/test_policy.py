"""The table itself: what no row of it may say."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from permissions import policy
from permissions.audiences import Anyone, CityStaff, OfficerOfGroup, Themself, WhoeverReaches
from permissions.policy import BY_ID, FILTERS, POLICY, POLICY_VERSION, UnguardedField, rule_of
from permissions.rule import Rule
from permissions.words import AudienceKind, Category, Power, StaffRole
from tests.harness.door import BY_NOBODY

ROOT = Path(__file__).parents[2]
PERSONAL = [rule for rule in POLICY.values() if rule.category is not None]

# The plumbing of pages, and nothing else, has a row for all its fields together.
WILDCARDS = {
    "PageInfo.*",
    "GroupConnection.*",
    "GroupEdge.*",
    "MemberConnection.*",
    "MemberEdge.*",
    "MembershipRequestConnection.*",
    "MembershipRequestEdge.*",
    "CircularConnection.*",
    "CircularEdge.*",
    "ReceiptConnection.*",
    "ReceiptEdge.*",
    "ReleaseConnection.*",
    "ReleaseEdge.*",
    "ChangeConnection.*",
    "ChangeEdge.*",
}

# Typed by hand from what the city may hand to officers: field -> power, kind of data.
TO_OFFICERS = {
    "Member.name": ("VIEW_ROSTER", "NAME"),
    "Member.familyName": ("VIEW_ROSTER", "NAME"),
    "Member.givenName": ("VIEW_ROSTER", "NAME"),
    "Member.kana": ("VIEW_ROSTER", "NAME"),
    "Member.postalCode": ("VIEW_ROSTER", "ADDRESS"),
    "Member.address": ("VIEW_ROSTER", "ADDRESS"),
    "Member.building": ("VIEW_ROSTER", "ADDRESS"),
    "Member.phone": ("VIEW_ROSTER", "PHONE"),
    "Member.email": ("VIEW_ROSTER", "EMAIL"),
    "Member.han": ("VIEW_ROSTER", "PLACE"),
    "Member.household": ("VIEW_ROSTER", "PLACE"),
    "Member.joinedOn": ("VIEW_ROSTER", "PLACE"),
    "Group.households": ("VIEW_ROSTER", "PLACE"),
    "Han.members": ("VIEW_ROSTER", "PLACE"),
    "Household.members": ("VIEW_ROSTER", "PLACE"),
    "Household.paperOnly": ("VIEW_ROSTER", "PLACE"),
    "Household.han": ("VIEW_ROSTER", "PLACE"),
    "Circular.receipts": ("VIEW_RECEIPTS", "RECEIPT"),
    "Circular.receiptSummary": ("VIEW_RECEIPTS", "RECEIPT"),
    "Receipt.state": ("VIEW_RECEIPTS", "RECEIPT"),
    "Receipt.deliveredAt": ("VIEW_RECEIPTS", "RECEIPT"),
    "Receipt.readAt": ("VIEW_RECEIPTS", "RECEIPT"),
    "Receipt.paperAt": ("VIEW_RECEIPTS", "RECEIPT"),
}


def test_officers_get_these_kinds_of_personal_data_and_no_others() -> None:
    assert {
        rule.name: (rule.power, rule.category) for rule in PERSONAL if rule.power is not None
    } == TO_OFFICERS


def test_personal_data_goes_to_the_person_and_to_officers_by_one_power_alone() -> None:
    for rule in PERSONAL:
        others = [a for a in rule.audiences if not isinstance(a, Themself)]
        assert len(others) <= 1, rule.name
        assert all(isinstance(a, OfficerOfGroup) for a in others), rule.name


def test_no_employee_receives_a_personal_field() -> None:
    staffed = {
        rule.name
        for rule in POLICY.values()
        if not rule.is_act and any(isinstance(a, CityStaff) for a in rule.audiences)
    }
    assert staffed == {
        "Query.releases",
        "Query.history",
        "Group.history",
        "Group.offices",
        "Group.releaseQuota",
        "Office.appointments",
        "Appointment.office",
    }
    assert not any(POLICY[name].category for name in staffed)


# Typed by hand: what is done -> who may do it.
DONE_BY = {
    "Mutation.updateProfile": "RESIDENT",
    "Mutation.changePassword": "THEMSELF",
    "Mutation.createGroup": "CITY_STAFF:OPERATIONS",
    "Mutation.setParticipation": "CITY_STAFF:OPERATIONS",
    "Mutation.delegatePowers": "CITY_STAFF:OPERATIONS",
    "Mutation.setCityPolicy": "CITY_STAFF:OPERATIONS",
    "Mutation.setReleaseQuota": "CITY_STAFF:OPERATIONS",
    "Mutation.suppressResident": "CITY_STAFF:SUPPRESSION",
    "Mutation.liftSuppression": "CITY_STAFF:SUPPRESSION",
    "Mutation.signOut": "THEMSELF",
    "Mutation.endSession": "THEMSELF",
    "Mutation.requestMembership": "RESIDENT",
    "Mutation.withdrawRequest": "THEMSELF",
    "Mutation.approveMembership": "OFFICER_OF_GROUP:MANAGE_MEMBERS CITY_STAFF:OPERATIONS",
    "Mutation.declineMembership": "OFFICER_OF_GROUP:MANAGE_MEMBERS",
    "Mutation.moveMember": "OFFICER_OF_GROUP:MANAGE_MEMBERS",
    "Mutation.leaveGroup": "THEMSELF",
    "Mutation.removeMember": "OFFICER_OF_GROUP:MANAGE_MEMBERS",
    "Mutation.setMemberDirectory": "OFFICER_OF_GROUP:MANAGE_MEMBERS",
    "Mutation.defineHan": "OFFICER_OF_GROUP:MANAGE_MEMBERS",
    "Mutation.defineHousehold": "OFFICER_OF_GROUP:MANAGE_MEMBERS",
    "Mutation.defineOffice": "OFFICER_OF_GROUP:MANAGE_OFFICES CITY_STAFF:OPERATIONS",
    "Mutation.changeOffice": "OFFICER_OF_GROUP:MANAGE_OFFICES",
    "Mutation.appointOfficer": "OFFICER_OF_GROUP:MANAGE_OFFICES CITY_STAFF:OPERATIONS",
    "Mutation.endAppointment": "OFFICER_OF_GROUP:MANAGE_OFFICES",
    "Mutation.publishCircular": "OFFICER_OF_GROUP:PUBLISH",
    "Mutation.editCircular": "OFFICER_OF_GROUP:PUBLISH",
    "Mutation.withdrawCircular": "OFFICER_OF_GROUP:PUBLISH",
    "Mutation.markCircularRead": "MEMBER_OF_GROUP",
    "Mutation.recordPaperDelivery": "OFFICER_OF_GROUP:VIEW_RECEIPTS",
}


def test_what_is_done_is_done_by_these_and_nobody_else() -> None:
    assert {
        rule.name: " ".join(
            ":".join(filter(None, (a.kind, a.power, a.staff_role))) for a in rule.audiences
        )
        for rule in POLICY.values()
        if rule.is_act
    } == DONE_BY


def test_whatever_changes_anything_says_who_may_do_it() -> None:
    changing = {name for name in POLICY if name.startswith("Mutation.")}
    assert changing - set(DONE_BY) == {f"Mutation.{name}" for name in BY_NOBODY}
    assert not any(rule.category for rule in POLICY.values() if rule.is_act)


def test_every_rule_that_names_officers_says_what_for() -> None:
    for rule in (*PERSONAL, *POLICY.values()):
        if rule.power is not None:
            assert rule.purpose, f"{rule.name} has no purpose"


def test_age_is_ones_own() -> None:
    for name in ("birthDate", "ageBand"):
        for type_name in ("Member", "Resident"):
            rule = POLICY[f"{type_name}.{name}"]
            assert (rule.audiences, rule.category) == ((Themself(),), Category.AGE)


def test_a_member_is_reached_through_edges_that_anyone_may_not_take() -> None:
    for name in (
        "Group.members",
        "Han.members",
        "Household.members",
        "Appointment.holder",
        "Circular.author",
        "Circular.receipts",
        "Receipt.member",
    ):
        assert POLICY[name].is_open is False, name
    assert BY_ID["Member"].is_open is False


def test_wildcards_are_for_the_plumbing_of_pages_alone() -> None:
    assert {name for name in POLICY if "*" in name} == WILDCARDS
    for name in WILDCARDS:
        assert POLICY[name].audiences == (Anyone(),)


def test_every_row_bears_its_own_name() -> None:
    assert all(rule.name == name for name, rule in POLICY.items())
    assert {rule.name for rule in BY_ID.values()} == {f"Query.node({name})" for name in BY_ID}


def test_a_filter_by_a_personal_value_goes_by_that_values_rule() -> None:
    by_han = ("Group.members(han:)", POLICY["Member.han"])
    by_search = ("Group.members(search:)", POLICY["Member.name"])
    assert {"Group.members": {"han": by_han, "search": by_search}} == FILTERS


@pytest.mark.parametrize("field", ["Member.bloodType", "Stranger.name", "Group.*", ""])
def test_a_field_without_a_row_is_named_with_the_cure(field: str) -> None:
    type_name, _, field_name = field.partition(".")
    with pytest.raises(UnguardedField, match=r"add a row to permissions/policy\.py") as raised:
        rule_of(type_name, field_name)
    assert str(raised.value).startswith(f"{type_name}.{field_name}: ")


ADDRESS = POLICY["Member.address"]
CHANGES = {
    "audience": replace(ADDRESS, audiences=(Themself(), OfficerOfGroup(Power.PUBLISH))),
    "one audience more": replace(ADDRESS, audiences=(*ADDRESS.audiences, Anyone())),
    "one audience less": replace(ADDRESS, audiences=(Themself(),)),
    "open instead of closed": replace(ADDRESS, audiences=(WhoeverReaches(),)),
    "staff": replace(ADDRESS, audiences=(CityStaff(StaffRole.AUDITOR),)),
    "purpose": replace(ADDRESS, purpose="sell"),
    "no purpose": replace(ADDRESS, purpose=None),
    "category": replace(ADDRESS, category=Category.PHONE),
    "no category": replace(ADDRESS, category=None),
    "figure": replace(ADDRESS, aggregate=True),
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_row_has_another_version_and_so_has_the_table(changed: Rule) -> None:
    assert changed.version != ADDRESS.version
    assert policy.version_of({**POLICY, ADDRESS.name: changed}, BY_ID) != POLICY_VERSION


def test_a_row_more_or_less_is_another_version_of_the_table() -> None:
    less = {name: rule for name, rule in POLICY.items() if name != ADDRESS.name}
    more = {**POLICY, "Member.nickname": replace(ADDRESS, name="Member.nickname")}
    assert policy.version_of(less, BY_ID) != POLICY_VERSION
    assert policy.version_of(more, BY_ID) != POLICY_VERSION


def test_what_opens_an_object_by_its_id_belongs_to_the_version() -> None:
    opened = {**BY_ID, "Member": replace(BY_ID["Member"], audiences=(Anyone(),))}
    assert policy.version_of(POLICY, opened) != POLICY_VERSION


def test_the_order_of_rows_is_no_part_of_the_version() -> None:
    turned = {name: POLICY[name] for name in reversed(list(POLICY))}
    assert policy.version_of(turned, BY_ID) == POLICY_VERSION


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_every_process_gives_the_table_the_same_version(seed: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", "from permissions.policy import *; print(POLICY_VERSION)"],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.strip() == POLICY_VERSION


def test_audience_kinds_are_those_of_the_classes() -> None:
    kinds = {a.kind for rule in (*POLICY.values(), *BY_ID.values()) for a in rule.audiences}
    assert kinds == set(AudienceKind)
