"""What the ledger will say: each field with the people it was about, and with nobody else."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from permissions.policy import POLICY
from permissions.releases import LedgerEntry, Path, Releases, left_in
from permissions.rows import Rows
from permissions.words import Power
from tests.harness.ledger import about_each
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
JIRO = UUID("20000000-0000-7000-8000-0000000000aa")
FIND, CALL = "find the household that a circular did not reach", "reach a member when time presses"


def note(
    releases: Releases, field: str, *subjects: UUID, group: UUID = KAGURA, path: Path = ()
) -> None:
    """Note that ``field`` of each of ``subjects`` left."""
    rows = Rows([row(group, subject) for subject in subjects])
    there = bytes([True] * len(rows))
    releases.note(POLICY[field], field, rows, there, lambda position: (*path, position))


def entries(releases: Releases) -> list[LedgerEntry]:
    """The rows for Ken, who looked."""
    return list(releases.entries(KEN_LOOKS))


def of_each(releases: Releases) -> list[dict[UUID, tuple[str, ...]]]:
    """For each row the people and the fields that it says left of them."""
    return [
        {
            person: tuple(field for field, _ in about)
            for person, about in about_each(entry._asdict()).items()
        }
        for entry in entries(releases)
    ]


def test_who_has_no_phone_is_not_said_to_have_had_it_seen() -> None:
    releases = Releases()
    for subject in (HANAKO, TARO):
        note(releases, "Member.address", subject)
        note(releases, "Member.building", subject)
    note(releases, "Member.phone", HANAKO)

    fields = ("Member.address", "Member.building", "Member.phone")
    assert entries(releases) == [
        LedgerEntry(
            KAGURA, CHAIR, fields, (FIND, FIND, CALL), (HANAKO, TARO), bytes([0b111, 0b011])
        )
    ]


def test_each_of_two_offices_says_what_was_seen_through_it() -> None:
    releases = Releases()
    note(releases, "Member.address", HANAKO, TARO)
    note(releases, "Member.phone", KEN)
    note(releases, "Receipt.readAt", TARO, JIRO)
    note(releases, "Receipt.state", HANAKO, TARO)
    chair, deputy = entries(releases)
    assert chair[1:3] == (CHAIR, ("Member.address",))
    assert chair[4:] == ((HANAKO, TARO), None)
    assert deputy[1:3] == (DEPUTY, ("Receipt.readAt", "Receipt.state"))
    assert deputy[4:] == ((TARO, JIRO, HANAKO), bytes([0b11, 0b01, 0b10]))


def test_more_than_eight_fields_take_two_bytes_of_each() -> None:
    releases = Releases()
    fields = [
        f"Member.{field}"
        for field in (
            *("address", "building", "email", "familyName", "givenName", "han", "household"),
            *("joinedOn", "kana"),
        )
    ]
    for field in fields:
        note(releases, field, HANAKO)
    note(releases, fields[0], TARO)
    note(releases, fields[8], TARO)
    (entry,) = entries(releases)
    assert entry.fields == tuple(fields)
    assert entry.shown == bytes([0xFF, 0x01, 0x01, 0x01])


def test_of_all_alike_there_is_nothing_to_tell_apart() -> None:
    releases = Releases()
    for field in ("Member.address", "Member.phone"):
        note(releases, field, HANAKO, TARO)
    assert [(entry.subjects, entry.shown) for entry in entries(releases)] == [
        ((HANAKO, TARO), None)
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
        LedgerEntry(KAGURA, CHAIR, ("Member.phone",), (CALL,), (HANAKO,), None)
    ]


def test_seeing_oneself_is_no_release() -> None:
    releases = Releases()
    note(releases, "Member.phone", KEN)
    assert entries(releases) == []
    note(releases, "Member.phone", HANAKO)
    assert [entry.subjects for entry in entries(releases)] == [(HANAKO,)]


def test_fields_of_one_row_keep_all_their_purposes() -> None:
    releases = Releases()
    note(releases, "Member.phone", HANAKO)
    note(releases, "Member.address", HANAKO)
    assert entries(releases) == [
        LedgerEntry(
            KAGURA, CHAIR, ("Member.address", "Member.phone"), (FIND, CALL), (HANAKO,), None
        )
    ]


def test_what_an_error_kept_in_is_no_release() -> None:
    releases = Releases()
    note(releases, "Member.phone", HANAKO, path=("a", 0, "phone"))
    note(releases, "Member.phone", TARO, path=("b", 0, "phone"))
    note(releases, "Member.email", HANAKO, TARO, path=("c",))
    releases.keep(lambda path: path[0] == "b" or path == ("c", 0))
    assert of_each(releases) == [{TARO: ("Member.phone",), HANAKO: ("Member.email",)}]


def test_of_one_level_each_field_is_told_of_those_who_have_it() -> None:
    releases, rows = Releases(), Rows([row(KAGURA, each) for each in (KEN, HANAKO, TARO)])
    for field, there in {
        "Member.address": [True, True, True],
        "Member.phone": [False, True, False],
        "Member.email": [True, False, True],
        "Member.kana": [False, False, False],
    }.items():
        releases.note(POLICY[field], field, rows, bytes(there), lambda _: ())
    assert of_each(releases) == [
        {
            HANAKO: ("Member.address", "Member.phone"),
            TARO: ("Member.address", "Member.email"),
        }
    ]
    assert [entry.fields for entry in entries(releases)] == [
        ("Member.address", "Member.email", "Member.phone")
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
        for subject, about in about_each(entry._asdict()).items()
        for field, _ in about
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
def test_one_look_is_one_row_and_names_no_field_that_left_of_nobody(
    notes: list[tuple[str, list[UUID], UUID]],
) -> None:
    releases = Releases()
    for field, subjects, group in notes:
        note(releases, field, *subjects, group=group)
    rows = entries(releases)
    keys = [(entry.group_id, entry.holding) for entry in rows]
    assert len(keys) == len(set(keys))
    for entry, of_people in zip(rows, of_each(releases), strict=True):
        assert set(entry.fields) == {field for fields in of_people.values() for field in fields}
        assert list(entry.purposes) == [POLICY[field].purpose for field in entry.fields]
