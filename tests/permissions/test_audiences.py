"""Who each permission class lets in: pure functions of the viewer's facts and the rows' scope."""

from dataclasses import replace

import pytest
from hypothesis import given

from permissions.audiences import (
    Anyone,
    Audience,
    CityStaff,
    MemberOfGroup,
    MemberOfOpenGroup,
    OfficerOfGroup,
    Themself,
    WhoeverReaches,
)
from permissions.viewer import Viewer
from permissions.words import Directory, Participation, Power, Reason, StaffRole
from tests.permissions.people import (
    AUDIENCES,
    HANAKO,
    KAGURA,
    KEN,
    NOBODY,
    ROWS,
    SHUNKO,
    VIEWERS,
    holding,
    resident,
    row,
    staff,
    standing,
)

ROSTER = OfficerOfGroup(Power.VIEW_ROSTER)
LEADS = holding(Power.VIEW_ROSTER)
BOTH_GROUPS = [row(KAGURA, HANAKO), row(SHUNKO, HANAKO), row(KAGURA, KEN)]

PARTICIPATIONS = {
    # participation: (officer with the power, member, member of an open group)
    Participation.TRIAL: (True, True, True),
    Participation.ACTIVE: (True, True, True),
    Participation.SUSPENDED: (False, True, True),
    Participation.ENDED: (False, False, False),
}


def test_an_officer_is_let_in_through_his_own_group_alone() -> None:
    ken = resident(standing(KAGURA, LEADS), standing(SHUNKO, holding(Power.PUBLISH)))
    assert ROSTER.grants(ken, BOTH_GROUPS).mask(3) == [True, False, True]


def test_a_power_of_one_group_opens_nothing_in_another() -> None:
    ken = resident(standing(KAGURA, LEADS), standing(SHUNKO))
    assert ROSTER.grants(ken, [row(SHUNKO, HANAKO)]).mask(1) == [False]


def test_two_offices_lend_their_powers_together() -> None:
    ken = resident(standing(KAGURA, holding(Power.PUBLISH), holding(Power.VIEW_ROSTER)))
    assert ROSTER.grants(ken, [row(KAGURA, HANAKO)]).mask(1) == [True]


@pytest.mark.parametrize("participation", list(Participation))
def test_what_a_groups_participation_leaves(participation: Participation) -> None:
    ken = resident(
        standing(KAGURA, LEADS, participation=participation, directory=Directory.MEMBERS)
    )
    rows = [row(KAGURA, HANAKO)]
    assert (
        ROSTER.grants(ken, rows).mask(1)[0],
        MemberOfGroup().grants(ken, rows).mask(1)[0],
        MemberOfOpenGroup().grants(ken, rows).mask(1)[0],
    ) == PARTICIPATIONS[participation]


def test_what_one_power_opens_is_not_taken_for_another_nor_for_another_viewers() -> None:
    publishes = OfficerOfGroup(Power.PUBLISH)
    ken = resident(standing(KAGURA, LEADS), standing(SHUNKO, holding(Power.PUBLISH)))
    for _ in range(2):
        assert ROSTER.grants(ken, BOTH_GROUPS).mask(3) == [True, False, True]
        assert publishes.grants(ken, BOTH_GROUPS).mask(3) == [False, True, False]
        assert MemberOfGroup().grants(ken, BOTH_GROUPS).mask(3) == [True, True, True]
    moved = replace(ken, standings={SHUNKO: standing(SHUNKO, LEADS)})
    assert ROSTER.grants(moved, BOTH_GROUPS).mask(3) == [False, True, False]
    assert MemberOfGroup().grants(moved, BOTH_GROUPS).mask(3) == [False, True, False]


def test_a_members_directory_opens_to_members_of_that_group_alone() -> None:
    ken = resident(
        standing(KAGURA, directory=Directory.MEMBERS),
        standing(SHUNKO, directory=Directory.OFFICERS),
    )
    assert MemberOfOpenGroup().grants(ken, BOTH_GROUPS).mask(3) == [True, False, True]


def test_themself_is_the_person_in_every_group() -> None:
    rows = [row(KAGURA, KEN), row(SHUNKO, KEN), row(KAGURA, HANAKO)]
    assert Themself().grants(resident(), rows).mask(3) == [True, True, False]


def test_nobody_is_not_the_person_of_a_row_without_one() -> None:
    ownerless = {"group_id": KAGURA, "resident_id": None}
    assert Themself().grants(NOBODY, [ownerless]).mask(1) == [False]


def test_staff_are_let_in_by_their_role_and_by_no_other() -> None:
    audience = CityStaff(StaffRole.AUDITOR)
    rows = [row(KAGURA, HANAKO)]
    assert audience.grants(staff(StaffRole.AUDITOR), rows).mask(1) == [True]
    assert audience.grants(staff(StaffRole.OPERATIONS), rows).mask(1) == [False]
    assert audience.grants(resident(standing(KAGURA, LEADS)), rows).mask(1) == [False]
    assert audience.grants(NOBODY, rows).mask(1) == [False]


@pytest.mark.parametrize(
    "audience",
    [Themself(), MemberOfGroup(), MemberOfOpenGroup(), ROSTER, CityStaff(StaffRole.AUDITOR)],
    ids=lambda audience: str(audience.kind),
)
def test_nobody_is_let_in_by_nothing_but_anyone(audience: Audience) -> None:
    assert audience.grants(NOBODY, BOTH_GROUPS).mask(3) == [False, False, False]


def test_anyone_lets_nobody_in_too() -> None:
    assert Anyone().grants(NOBODY, BOTH_GROUPS).mask(3) == [True, True, True]


@given(AUDIENCES, VIEWERS, ROWS)
def test_a_column_is_judged_like_its_rows_one_by_one(
    audience: Audience, viewer: Viewer, rows: list[dict[str, object]]
) -> None:
    column = audience.grants(viewer, rows).mask(len(rows))
    assert list(column) == [audience.grants(viewer, [one]).mask(1)[0] for one in rows]


@given(AUDIENCES, VIEWERS, ROWS)
def test_a_value_in_the_row_changes_no_verdict(
    audience: Audience, viewer: Viewer, rows: list[dict[str, object]]
) -> None:
    filled = [{**one, "address": "春光1条", "phone": "0166", "kana": "ハナコ"} for one in rows]
    assert list(audience.grants(viewer, rows).mask(len(rows))) == list(
        audience.grants(viewer, filled).mask(len(rows))
    )


REFUSALS = [
    # (who, what he is refused, why)
    ("nobody", NOBODY, ROSTER, Reason.NOT_SIGNED_IN),
    ("nobody", NOBODY, MemberOfGroup(), Reason.NOT_SIGNED_IN),
    ("nobody", NOBODY, CityStaff(StaffRole.AUDITOR), Reason.NOT_SIGNED_IN),
    ("a stranger", resident(), ROSTER, Reason.NOT_A_MEMBER),
    ("a stranger", resident(), MemberOfGroup(), Reason.NOT_A_MEMBER),
    ("another group's officer", resident(standing(SHUNKO, LEADS)), ROSTER, Reason.NOT_A_MEMBER),
    ("a resident", resident(), CityStaff(StaffRole.AUDITOR), Reason.POWER_MISSING),
    ("an employee", staff(StaffRole.OPERATIONS), ROSTER, Reason.NOT_A_MEMBER),
    ("a member", resident(standing(KAGURA)), ROSTER, Reason.NOT_AN_OFFICER),
    ("a member", resident(standing(KAGURA)), MemberOfOpenGroup(), Reason.NOT_AN_OFFICER),
    ("a member", resident(standing(KAGURA)), Themself(), Reason.NOT_AN_OFFICER),
    (
        "a member of a group that ended",
        resident(standing(KAGURA, participation=Participation.ENDED)),
        MemberOfGroup(),
        Reason.GROUP_NOT_RELEASING,
    ),
    (
        "a member of a group that ended",
        resident(standing(KAGURA, participation=Participation.ENDED)),
        MemberOfOpenGroup(),
        Reason.GROUP_NOT_RELEASING,
    ),
    (
        "an officer without the power",
        resident(standing(KAGURA, holding(Power.PUBLISH))),
        ROSTER,
        Reason.POWER_MISSING,
    ),
    (
        "an officer of a suspended group",
        resident(standing(KAGURA, LEADS, participation=Participation.SUSPENDED)),
        ROSTER,
        Reason.GROUP_NOT_RELEASING,
    ),
]


@pytest.mark.parametrize(("who", "viewer", "audience", "reason"), REFUSALS)
def test_why_somebody_is_not_let_in(
    who: str, viewer: Viewer, audience: Audience, reason: Reason
) -> None:
    assert audience.refusal(viewer, KAGURA) is reason


@pytest.mark.parametrize("audience", [Anyone(), WhoeverReaches()])
def test_there_is_no_reason_where_nobody_is_refused(audience: Audience) -> None:
    with pytest.raises(LookupError, match="refuses nobody"):
        audience.refusal(NOBODY, KAGURA)
