"""What the ledger will say: each field with the people it was about, and with nobody else."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from permissions.policy import POLICY
from permissions.releases import LedgerEntry, Path, Releases, left_in
from permissions.rows import Rows
from permissions.words import Power
from tests.permissions.people import (
    HANAKO,
    KAGURA,
    KEN,
    SHUNKO,
    TARO,
    holding,
    resident,
    row,
    standing,
)

CHAIR = holding(Power.VIEW_ROSTER, title="会長")
DEPUTY = holding(Power.VIEW_RECEIPTS, title="副会長")
KEN_LOOKS = resident(standing(KAGURA, CHAIR, DEPUTY), standing(SHUNKO, CHAIR))
FIND, CALL = "find the household that a circular did not reach", "reach a member when time presses"


def note(
    releases: Releases, field: str, *subjects: UUID, group: UUID = KAGURA, path: Path = ()
) -> None:
    """Note that ``field`` of each of ``subjects`` left."""
    rows = Rows([row(group, subject) for subject in subjects])
    releases.note(POLICY[field], field, rows, range(len(rows)), lambda position: (*path, position))


def entries(releases: Releases) -> list[LedgerEntry]:
    """The rows for Ken, who looked."""
    return list(releases.entries(KEN_LOOKS))


def test_who_has_no_phone_is_not_said_to_have_had_it_seen() -> None:
    releases = Releases()
    for subject in (HANAKO, TARO):
        note(releases, "Member.address", subject)
        note(releases, "Member.building", subject)
    note(releases, "Member.phone", HANAKO)

    fields = ("Member.address", "Member.building")
    assert entries(releases) == [
        LedgerEntry(KAGURA, CHAIR, (*fields, "Member.phone"), (FIND, CALL), frozenset({HANAKO})),
        LedgerEntry(KAGURA, CHAIR, fields, (FIND,), frozenset({TARO})),
    ]


def test_two_groups_and_two_offices_make_rows_of_their_own() -> None:
    releases = Releases()
    note(releases, "Member.phone", HANAKO)
    note(releases, "Member.phone", HANAKO, group=SHUNKO)
    note(releases, "Receipt.readAt", HANAKO)
    assert [(entry.group_id, entry.holding) for entry in entries(releases)] == [
        (KAGURA, CHAIR),
        (SHUNKO, CHAIR),
        (KAGURA, DEPUTY),
    ]


def test_one_value_seen_twice_is_one_release() -> None:
    releases = Releases()
    note(releases, "Member.phone", HANAKO, path=("a", "phone"))
    note(releases, "Member.phone", HANAKO, path=("b", "phone"))
    assert entries(releases) == [
        LedgerEntry(KAGURA, CHAIR, ("Member.phone",), (CALL,), frozenset({HANAKO}))
    ]


def test_seeing_oneself_is_no_release() -> None:
    releases = Releases()
    note(releases, "Member.phone", KEN)
    assert entries(releases) == []
    note(releases, "Member.phone", HANAKO)
    assert [entry.subjects for entry in entries(releases)] == [{HANAKO}]


def test_fields_of_one_row_keep_all_their_purposes() -> None:
    releases = Releases()
    note(releases, "Member.phone", HANAKO)
    note(releases, "Member.address", HANAKO)
    assert entries(releases) == [
        LedgerEntry(
            KAGURA, CHAIR, ("Member.address", "Member.phone"), (FIND, CALL), frozenset({HANAKO})
        )
    ]


def test_what_an_error_kept_in_is_no_release() -> None:
    releases = Releases()
    note(releases, "Member.phone", HANAKO, path=("a", 0, "phone"))
    note(releases, "Member.phone", TARO, path=("b", 0, "phone"))
    note(releases, "Member.email", HANAKO, TARO, path=("c",))
    releases.keep(lambda path: path[0] == "b" or path == ("c", 0))
    assert [(entry.fields, entry.subjects) for entry in entries(releases)] == [
        (("Member.phone",), frozenset({TARO})),
        (("Member.email",), frozenset({HANAKO})),
    ]


def test_of_one_level_each_field_is_told_of_those_who_have_it() -> None:
    releases, rows = Releases(), Rows([row(KAGURA, each) for each in (KEN, HANAKO, TARO)])
    for field, there in {
        "Member.address": range(3),
        "Member.phone": [1],
        "Member.email": [0, 2],
        "Member.kana": (),
    }.items():
        releases.note(POLICY[field], field, rows, there, lambda _: ())
    assert [(entry.fields, entry.subjects) for entry in entries(releases)] == [
        (("Member.address", "Member.phone"), frozenset({HANAKO})),
        (("Member.address", "Member.email"), frozenset({TARO})),
    ]


def test_a_path_leads_to_a_value_or_it_does_not() -> None:
    left = left_in({"a": {"nodes": [{"phone": "0166"}, {"phone": None}]}, "b": None})
    assert left(("a", "nodes", 0, "phone")) is True
    assert left(("a", "nodes", 1, "phone")) is False
    assert left(("b", "nodes", 0, "phone")) is False
    assert left(("c", "nodes", 0, "phone")) is False
    assert left_in(None)(("a", "nodes", 0, "phone")) is False


NOTES = st.lists(
    st.tuples(
        st.sampled_from(["Member.address", "Member.building", "Member.phone", "Receipt.readAt"]),
        st.lists(st.sampled_from([KEN, HANAKO, TARO]), max_size=4),
        st.sampled_from([KAGURA, SHUNKO]),
    ),
    max_size=20,
)


@given(NOTES)
def test_the_rows_say_exactly_what_left(notes: list[tuple[str, list[UUID], UUID]]) -> None:
    releases = Releases()
    for field, subjects, group in notes:
        note(releases, field, *subjects, group=group)

    written = [
        (field, subject, entry.group_id, entry.holding)
        for entry in entries(releases)
        for field in entry.fields
        for subject in entry.subjects
    ]
    assert len(written) == len(set(written))
    assert set(written) == {
        (field, subject, group, DEPUTY if field == "Receipt.readAt" else CHAIR)
        for field, subjects, group in notes
        for subject in subjects
        # In the other group Ken holds no office that is shown receipts.
        if subject != KEN and (field, group) != ("Receipt.readAt", SHUNKO)
    }


@given(NOTES)
def test_fields_that_left_for_the_same_people_share_a_row(
    notes: list[tuple[str, list[UUID], UUID]],
) -> None:
    releases = Releases()
    for field, subjects, group in notes:
        note(releases, field, *subjects, group=group)
    keys = [(entry.group_id, entry.holding, entry.subjects) for entry in entries(releases)]
    assert len(keys) == len(set(keys))
