"""A row of the table as a function: who is let in, what narrows it, and why the others are not."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress
from operator import not_
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permissions.audiences import Audience, CityStaff, OfficerOfGroup, Themself
from permissions.policy import POLICY
from permissions.rows import Row, Rows
from permissions.rule import Rule, released_to
from permissions.verdict import MalformedVerdict, Verdict
from permissions.viewer import Holding, Viewer
from permissions.words import AudienceKind, Category, Participation, Power, Reason, StaffRole
from tests.permissions.people import (
    HANAKO,
    KAGURA,
    KEN,
    NOBODY,
    ROWS,
    RULES,
    SHUNKO,
    TARO,
    VIEWERS,
    holding,
    resident,
    row,
    staff,
    standing,
)

ADDRESS = POLICY["Member.address"]
LEADS = holding(Power.VIEW_ROSTER)
KEN_LEADS = resident(standing(KAGURA, LEADS), standing(SHUNKO))


@dataclass(frozen=True)
class Answers(Audience):
    """An audience with a defect: it answers ``with_`` whatever it is asked, or raises it."""

    with_: Any
    kind = AudienceKind.MEMBER_OF_GROUP

    def grants(self, viewer: Viewer, rows: Sequence[Row]) -> Verdict:
        if isinstance(self.with_, Exception):
            raise self.with_
        verdict: Verdict = self.with_
        return verdict

    def refusal(self, viewer: Viewer, group_id: UUID | None) -> Reason:
        return Reason.NOT_A_MEMBER

    @property
    def words(self) -> str:
        return "a mistake"


DEFECTS = {
    "a short mask": Verdict([True]),
    "a long mask": Verdict([True, True, True]),
    "a mask of ones": Verdict([1, 1]),  # type: ignore[list-item]
    "a bare True": True,
    "a list": [True, True],
    "nothing": None,
    "an error": ZeroDivisionError("in the audience"),
}


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS.keys())
def test_a_malformed_verdict_withholds_from_everybody_and_is_logged(
    defect: Any, caplog: pytest.LogCaptureFixture
) -> None:
    rule = replace(released_to(Answers(defect), category=Category.ADDRESS), name="Member.address")
    rows = [row(KAGURA, HANAKO), row(KAGURA, TARO)]
    with caplog.at_level(logging.ERROR, "kairan.permissions"):
        assert list(rule.verdict(KEN_LEADS, rows).mask(2)) == [False, False]
    assert caplog.messages == ["no verdict on Member.address: withheld"]


def test_one_malformed_audience_is_not_made_up_for_by_a_sound_one() -> None:
    rule = replace(ADDRESS, audiences=(*ADDRESS.audiences, Answers(None)))
    assert rule.admits(KEN_LEADS, row(KAGURA, HANAKO)) is False


def test_a_row_without_its_scope_is_withheld(caplog: pytest.LogCaptureFixture) -> None:
    for missing in row(KAGURA, HANAKO):
        cut = {key: value for key, value in row(KAGURA, HANAKO).items() if key != missing}
        assert ADDRESS.admits(KEN_LEADS, cut) is False
    assert caplog.messages == ["no verdict on Member.address: withheld"] * 4


@given(RULES, VIEWERS, ROWS)
def test_one_row_is_judged_as_in_its_column(
    rule: Rule, viewer: Viewer, rows: list[dict[str, Any]]
) -> None:
    column = rule.verdict(viewer, rows).mask(len(rows))
    assert [rule.admits(viewer, one) for one in rows] == list(column)


# Rules that meet on one level: alike but for their type, their audiences or their kind of data.
MEETING = st.lists(
    st.builds(
        Rule,
        st.sampled_from(["Member.made", "Receipt.made", "Group.made"]),
        st.sampled_from([ADDRESS.audiences, POLICY["Member.birthDate"].audiences]),
        st.sampled_from([None, Category.ADDRESS, Category.PHONE]),
        is_act=st.booleans(),
    ),
    min_size=2,
    max_size=6,
)
LEADING = st.builds(
    lambda switched_off: replace(KEN_LEADS, switched_off=frozenset(switched_off)),
    st.sets(st.sampled_from([Category.ADDRESS, Category.PHONE])),
)


@given(MEETING, st.lists(LEADING, min_size=1, max_size=2), ROWS)
def test_a_rule_says_on_a_level_what_it_says_alone(
    rules: list[Rule], viewers: list[Viewer], rows: list[dict[str, Any]]
) -> None:
    level, count = Rows(rows), len(rows)
    for viewer in viewers:
        for rule in rules:
            mask = rule.verdict(viewer, Rows(rows)).mask(count)
            assert list(rule.verdict(viewer, level).mask(count)) == list(mask)
            judgement = rule.judgement(viewer, level)
            assert list(judgement.admitted) == list(compress(range(count), mask))
            assert list(judgement.sources) == list(compress(rows, mask))
            assert judgement.is_everybody is all(mask)
            closed = list(compress(rows, map(not_, mask)))
            reasons = {rule.refusal(viewer, row) for row in closed} - {None}
            assert set(judgement.reasons) == reasons
            about_others = any(row["resident_id"] != viewer.person for row in judgement.sources)
            are_people = rule.type_name != "Group" and rule.category is not None
            assert judgement.shows_others is (about_others and are_people)


def test_a_judgement_is_made_once_for_a_ground_and_again_for_another_viewer() -> None:
    level = Rows([row(KAGURA, HANAKO), row(KAGURA, TARO)])
    officer, stranger = KEN_LEADS, resident()
    judgement = ADDRESS.judgement(officer, level)
    assert ADDRESS.judgement(officer, level) is judgement
    assert POLICY["Member.phone"].judgement(officer, level) is judgement
    assert list(judgement.admitted) == [0, 1]
    assert list(ADDRESS.judgement(stranger, level).admitted) == []
    # The same facts, read again, are another viewer: nothing outlives what it rests on.
    assert ADDRESS.judgement(replace(officer), level) is not judgement
    assert ADDRESS.judgement(officer, Rows(level.rows)) is not judgement


@pytest.mark.parametrize("mask", [[True], [True] * 3, [1, 1], []])
def test_no_judgement_comes_of_a_verdict_on_other_rows(
    mask: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rule, "verdict", lambda *_: Verdict(mask))
    level = Rows([row(KAGURA, HANAKO), row(KAGURA, TARO)])
    for _ in range(2):
        with pytest.raises(MalformedVerdict):
            ADDRESS.judgement(KEN_LEADS, level)


def test_values_of_those_admitted_go_to_their_own_rows() -> None:
    level = Rows([row(SHUNKO, HANAKO), row(KAGURA, TARO), row(SHUNKO, TARO), row(KAGURA, KEN)])
    judgement = ADDRESS.judgement(KEN_LEADS, level)
    assert judgement.spread(["of Taro", "of Ken"], None) == [None, "of Taro", None, "of Ken"]
    with pytest.raises(ValueError, match="zip"):
        judgement.spread(["of Taro"], None)


@given(RULES, VIEWERS, ROWS)
def test_whatever_narrows_never_widens(
    rule: Rule, viewer: Viewer, rows: list[dict[str, Any]]
) -> None:
    narrowed = replace(viewer, switched_off=frozenset(Category))
    before = rule.verdict(viewer, rows).mask(len(rows))
    for unseen in (True, None):
        hidden = [one | {"is_suppressed": unseen} for one in rows]
        after = rule.verdict(viewer, hidden).mask(len(rows))
        assert all(was or not now for was, now in zip(before, after, strict=True))
    after = rule.verdict(narrowed, rows).mask(len(rows))
    assert all(was or not now for was, now in zip(before, after, strict=True))


@given(RULES, VIEWERS, ROWS)
def test_a_reason_is_the_same_for_all_members_of_a_group(
    rule: Rule, viewer: Viewer, rows: list[dict[str, Any]]
) -> None:
    if rule.is_open:
        return
    reasons: dict[UUID, set[Reason | None]] = {}
    for one in rows:
        reasons.setdefault(one["group_id"], set()).add(rule.refusal(viewer, one))
    assert all(len(found) == 1 for found in reasons.values())


def _released_through(rule: Rule, viewer: Viewer, one: Row) -> Holding | None:
    return next((holding for _, holding, _ in rule.through(viewer, Rows([one]))), None)


@given(VIEWERS, ROWS)
def test_every_other_person_whose_address_is_shown_has_a_release(
    viewer: Viewer, rows: list[dict[str, Any]]
) -> None:
    shown = [one for one in rows if ADDRESS.admits(viewer, one)]
    released = [one for one in shown if _released_through(ADDRESS, viewer, one) is not None]
    assert released == [one for one in shown if one["resident_id"] != viewer.person]


@given(VIEWERS, ROWS)
def test_sorting_by_a_field_uses_it_in_those_groups_where_it_is_shown(
    viewer: Viewer, rows: list[dict[str, Any]]
) -> None:
    opened = POLICY["Member.kana"].open_groups(viewer)
    for one in rows:
        shown = POLICY["Member.kana"].admits(viewer, one)
        if shown and one["resident_id"] != viewer.person:
            assert one["group_id"] in opened
        if one["group_id"] in opened and one["member_status"] == "ACTIVE":
            assert shown or one["is_suppressed"] is not False


def test_city_policy_takes_a_category_from_the_officer_and_not_from_the_person() -> None:
    for category in Category:
        ken = replace(KEN_LEADS, switched_off=frozenset({category}))
        for rule in POLICY.values():
            if rule.type_name != "Member" or rule.category is None:
                continue
            assert rule.admits(ken, row(KAGURA, KEN)) is True
            officers = rule.power is not None and rule.category is not category
            assert rule.admits(ken, row(KAGURA, HANAKO)) is officers


def test_a_suppressed_member_is_open_to_himself_and_gives_no_reason_to_others() -> None:
    hanako = resident(standing(KAGURA), person=HANAKO)
    # Where it is not known whether somebody is suppressed, he may be.
    for suppressed in (True, None):
        her = row(KAGURA, HANAKO, suppressed=suppressed)
        assert ADDRESS.admits(KEN_LEADS, her) is False
        assert ADDRESS.refusal(KEN_LEADS, her) is None
        assert _released_through(ADDRESS, KEN_LEADS, her) is None
        assert ADDRESS.admits(hanako, her) is True


def test_a_suppressed_members_receipt_looks_like_an_unopened_one_in_the_ledger_too() -> None:
    receipts = POLICY["Receipt.state"]
    ken = resident(standing(KAGURA, holding(Power.VIEW_RECEIPTS)))
    assert receipts.admits(ken, row(KAGURA, HANAKO, suppressed=True)) is True
    shown = _released_through(receipts, ken, row(KAGURA, HANAKO, suppressed=True))
    assert shown is not None
    assert shown == _released_through(receipts, ken, row(KAGURA, TARO))


@pytest.mark.parametrize("status", ["LEFT", "REMOVED"])
def test_who_left_is_closed_without_a_reason(status: str) -> None:
    left = row(KAGURA, HANAKO, status=status)
    assert ADDRESS.admits(KEN_LEADS, left) is False
    assert ADDRESS.refusal(KEN_LEADS, left) is None


WITHOUT = holding(Power.PUBLISH)
REASONS = [
    # (who looks, why Hanako's address in the Kagura group is withheld)
    ("nobody", NOBODY, Reason.NOT_SIGNED_IN),
    ("a stranger", resident(), Reason.NOT_A_MEMBER),
    ("the officer of another group", resident(standing(SHUNKO, LEADS)), Reason.NOT_A_MEMBER),
    ("city staff", staff(*StaffRole), Reason.NOT_A_MEMBER),
    ("a member", resident(standing(KAGURA)), Reason.NOT_AN_OFFICER),
    ("the treasurer", resident(standing(KAGURA, WITHOUT)), Reason.POWER_MISSING),
    (
        "the treasurer of a suspended group",
        resident(standing(KAGURA, WITHOUT, participation=Participation.SUSPENDED)),
        Reason.GROUP_NOT_RELEASING,
    ),
    (
        "an officer where the city switched addresses off",
        replace(KEN_LEADS, switched_off=frozenset({Category.ADDRESS})),
        Reason.CITY_POLICY,
    ),
    (
        "a member where the city switched addresses off",
        resident(standing(KAGURA), switched_off=[Category.ADDRESS]),
        Reason.NOT_AN_OFFICER,
    ),
    ("an officer where the city switched phones off", KEN_LEADS, None),
]


@pytest.mark.parametrize(("who", "viewer", "reason"), REASONS)
def test_of_several_reasons_the_nearest_is_told(
    who: str, viewer: Viewer, reason: Reason | None
) -> None:
    assert ADDRESS.refusal(viewer, row(KAGURA, HANAKO)) is reason


def test_reasons_are_ordered_from_the_farthest_to_the_nearest() -> None:
    assert sorted(Reason, key=lambda reason: reason.nearness) == [
        Reason.NOT_SIGNED_IN,
        Reason.NOT_A_MEMBER,
        Reason.NOT_AN_OFFICER,
        Reason.GROUP_NOT_RELEASING,
        Reason.POWER_MISSING,
        Reason.CITY_POLICY,
    ]


def test_a_resident_is_told_of_the_group_and_an_employee_of_his_duty() -> None:
    rule = Rule("Group.made", (CityStaff(StaffRole.AUDITOR), OfficerOfGroup(Power.PUBLISH)))
    kagura = {"group_id": KAGURA}
    assert rule.refusal(NOBODY, kagura) is Reason.NOT_SIGNED_IN
    assert rule.refusal(resident(), kagura) is Reason.NOT_A_MEMBER
    assert rule.refusal(resident(standing(KAGURA)), kagura) is Reason.NOT_AN_OFFICER
    assert rule.refusal(KEN_LEADS, kagura) is Reason.POWER_MISSING
    assert rule.refusal(staff(StaffRole.OPERATIONS), kagura) is Reason.POWER_MISSING


def test_a_field_of_ones_own_needs_an_office_that_nobody_has() -> None:
    birth_date = POLICY["Member.birthDate"]
    assert birth_date.audiences == (Themself(),)
    assert birth_date.admits(KEN_LEADS, row(KAGURA, HANAKO)) is False
    assert birth_date.admits(KEN_LEADS, row(SHUNKO, KEN)) is True
