"""What the ledger will say: each field with the people it was about, and with nobody else."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from permissions.policy import POLICY
from permissions.releases import LedgerEntry, Path, Releases, left_in
from permissions.viewer import Holding
from permissions.words import Power
from tests.permissions.people import HANAKO, KAGURA, KEN, SHUNKO, TARO, holding, resident

KEN_LOOKS = resident()
CHAIR = holding(Power.VIEW_ROSTER, title="会長")
DEPUTY = holding(Power.VIEW_ROSTER, title="副会長")
FIND, CALL = "find the household that a circular did not reach", "reach a member when time presses"


def note(
    releases: Releases,
    field: str,
    subject: UUID,
    *,
    group: UUID = KAGURA,
    held: Holding = CHAIR,
    path: Path = (),
) -> None:
    """Note that ``field`` of ``subject`` left."""
    releases.note(
        POLICY[field],
        field=field,
        group_id=group,
        holding=held,
        subjects=[subject],
        path=lambda _position: path,
    )


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
    note(releases, "Member.phone", HANAKO, held=DEPUTY)
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
    releases.keep(lambda path: path[0] == "b")
    assert [entry.subjects for entry in entries(releases)] == [{TARO}]


def test_a_path_leads_to_a_value_or_it_does_not() -> None:
    left = left_in({"a": {"nodes": [{"phone": "0166"}, {"phone": None}]}, "b": None})
    assert left(("a", "nodes", 0, "phone")) is True
    assert left(("a", "nodes", 1, "phone")) is False
    assert left(("b", "nodes", 0, "phone")) is False
    assert left(("c", "nodes", 0, "phone")) is False
    assert left_in(None)(("a", "nodes", 0, "phone")) is False


NOTES = st.lists(
    st.tuples(
        st.sampled_from(["Member.address", "Member.building", "Member.phone", "Member.email"]),
        st.sampled_from([KEN, HANAKO, TARO]),
        st.sampled_from([KAGURA, SHUNKO]),
        st.sampled_from([CHAIR, DEPUTY]),
    ),
    max_size=30,
)


@given(NOTES)
def test_the_rows_say_exactly_what_left(notes: list[tuple[str, UUID, UUID, Holding]]) -> None:
    releases = Releases()
    for field, subject, group, held in notes:
        note(releases, field, subject, group=group, held=held)

    written = [
        (field, subject, entry.group_id, entry.holding)
        for entry in entries(releases)
        for field in entry.fields
        for subject in entry.subjects
    ]
    assert len(written) == len(set(written))
    assert set(written) == {one for one in notes if one[1] != KEN}


@given(NOTES)
def test_fields_that_left_for_the_same_people_share_a_row(
    notes: list[tuple[str, UUID, UUID, Holding]],
) -> None:
    releases = Releases()
    for field, subject, group, held in notes:
        note(releases, field, subject, group=group, held=held)
    keys = [(entry.group_id, entry.holding, entry.subjects) for entry in entries(releases)]
    assert len(keys) == len(set(keys))
