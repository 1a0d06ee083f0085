"""What rules read of a level's rows at a glance is what they would read of them one by one."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permissions.rows import Rows
from permissions.verdict import MalformedVerdict, Verdict
from tests.permissions.people import HANAKO, KAGURA, KEN, SHUNKO, TARO, resident

PEOPLE = st.sampled_from([HANAKO, KEN, TARO])
LEVELS = st.lists(
    st.fixed_dictionaries({"group_id": st.sampled_from([KAGURA, SHUNKO]), "resident_id": PEOPLE}),
    max_size=6,
)
MASKS = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=6)


@given(LEVELS, st.frozensets(PEOPLE))
def test_whoever_is_among_some_people_is_found_row_by_row(
    level: list[dict[str, UUID]], people: frozenset[UUID]
) -> None:
    rows = Rows(level)
    among = rows.among("resident_id", people).mask(len(level))
    assert list(among) == [row["resident_id"] in people for row in level]


@given(LEVELS, st.data())
def test_positions_are_told_apart_by_group(
    level: list[dict[str, UUID]], data: st.DataObject
) -> None:
    kept = [n for n in range(len(level)) if data.draw(st.booleans())]
    by_group = Rows(level).by("group_id", kept)
    assert {group: list(found) for group, found in by_group.items()} == {
        group: found
        for group in (KAGURA, SHUNKO)
        if (found := [n for n in kept if level[n]["group_id"] == group])
    }


@given(LEVELS, PEOPLE)
def test_one_person_is_found_row_by_row_whatever_class_his_id_is_of(
    level: list[dict[str, UUID]], person: UUID
) -> None:
    class Id(UUID):
        """As a driver may have ids of its own."""

    held = [{**row, "resident_id": Id(str(row["resident_id"]))} for row in level]
    expected = [row["resident_id"] == person for row in level]
    for rows in (level, held):
        assert list(Rows(rows).having("resident_id", person).mask(len(rows))) == expected
        assert Rows(rows).having("resident_id", None).opened(len(rows)) == range(0)


def test_rows_that_have_their_columns_at_hand_are_not_read_one_by_one() -> None:
    class Level(list[dict[str, UUID]]):
        def column(self, name: str) -> list[UUID]:
            return {"group_id": [KAGURA, SHUNKO]}[name]

    rows = Rows(Level([{}, {}]))
    assert list(rows.among("group_id", {SHUNKO}).mask(2)) == [False, True]
    with pytest.raises(KeyError):
        rows.column("resident_id")


def test_what_was_found_out_for_one_viewer_is_not_known_of_another() -> None:
    rows, ken, other = Rows([{}]), resident(), resident()
    rows.judged(ken)["a rule"] = Verdict.ALL
    assert rows.judged(ken) == {"a rule": Verdict.ALL}
    assert rows.judged(other) == {}
    assert rows.judged(ken) == {}


def test_a_row_without_the_column_is_an_error_and_nobody_is_let_in() -> None:
    rows: list[dict[str, Any]] = [{"group_id": KAGURA}, {}]
    with pytest.raises(KeyError):
        Rows(rows).among("group_id", {KAGURA})
    with pytest.raises(KeyError):
        Rows(rows).having("group_id", KAGURA)


def test_a_row_of_each_group_is_found_also_where_rows_have_none() -> None:
    level = [{"group_id": KAGURA}, {"group_id": SHUNKO}, {"group_id": KAGURA}]
    assert Rows(level).one_of_each_group([1, 2]) == [{"group_id": SHUNKO}, {"group_id": KAGURA}]
    assert Rows([{}]).one_of_each_group([0]) == [{}]


def told(mask: list[bool], *, short: bool) -> Verdict:
    """A mask, or the short word for it where there is one."""
    if short and len(set(mask)) == 1:
        return Verdict.ALL if mask[0] else Verdict.NONE
    return Verdict(mask)


@given(MASKS, st.booleans())
def test_verdicts_are_joined_and_narrowed_row_by_row(
    rows: list[tuple[bool, bool, bool]], short: bool
) -> None:
    count = len(rows)
    masks = [[row[n] for row in rows] for n in range(3)]
    one, two, three = (told(mask, short=short) for mask in masks)
    either = Verdict.either([one, two, three], count)
    assert list(either.mask(count)) == [any(row) for row in rows]
    both = one.narrowed(two, count)
    assert list(both.mask(count)) == [row[0] and row[1] for row in rows]
    assert either.opens_all(count) == all(any(row) for row in rows)


def test_a_malformed_verdict_is_not_made_up_for_by_another() -> None:
    short = Verdict([True])
    for good in (Verdict.ALL, Verdict.NONE, Verdict([True, False])):
        for pair in ([good, short], [short, good]):
            with pytest.raises(MalformedVerdict):
                Verdict.either(pair, 2)
            with pytest.raises(MalformedVerdict):
                pair[0].narrowed(pair[1], 2)
