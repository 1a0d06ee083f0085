"""A verdict is ALL, NONE or a mask of exactly as many bools as rows; it is never merely truthy."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permissions.verdict import MalformedVerdict, Verdict


def test_all_and_none_fit_any_number_of_rows() -> None:
    assert Verdict.ALL.mask(3) == [True, True, True]
    assert Verdict.NONE.mask(2) == [False, False]
    assert Verdict.ALL.mask(0) == []
    assert Verdict.NONE.mask(0) == []


@pytest.mark.parametrize("verdict", [Verdict.ALL, Verdict.NONE, Verdict([]), Verdict([False])])
def test_a_verdict_has_no_truth_value(verdict: Verdict) -> None:
    with pytest.raises(TypeError, match="no truth value"):
        bool(verdict)
    with pytest.raises(TypeError, match="no truth value"):
        assert not verdict
    with pytest.raises(TypeError, match="no truth value"):
        any([verdict])


@given(st.lists(st.booleans()), st.integers(0, 20))
def test_a_mask_answers_for_its_own_number_of_rows_and_no_other(
    mask: list[bool], count: int
) -> None:
    if len(mask) == count:
        assert Verdict(mask).mask(count) == mask
    else:
        with pytest.raises(MalformedVerdict, match=f"{len(mask)} verdicts for {count} rows"):
            Verdict(mask).mask(count)


@given(st.lists(st.booleans()))
def test_positions_are_those_of_the_mask(mask: list[bool]) -> None:
    opened = [n for n, each in enumerate(mask) if each]
    closed = [n for n, each in enumerate(mask) if not each]
    for verdict in (Verdict(mask), Verdict.only(opened, len(mask))):
        assert list(verdict.mask(len(mask))) == mask
        assert list(verdict.opened(len(mask))) == opened
        assert list(verdict.closed(len(mask))) == closed
    assert list(Verdict.ALL.opened(2)) == list(Verdict.NONE.closed(2)) == [0, 1]
    assert list(Verdict.ALL.closed(2)) == list(Verdict.NONE.opened(2)) == []


def test_positions_are_of_as_many_rows_as_the_verdict() -> None:
    for verdict in (Verdict([True]), Verdict.only([0], 1)):
        for asked in (verdict.mask, verdict.opened, verdict.closed, verdict.opens_all):
            with pytest.raises(MalformedVerdict, match="1 verdicts for 2 rows"):
                asked(2)
    with pytest.raises(IndexError):
        Verdict.only([2], 2)


def test_a_mask_that_somebody_changes_later_changes_no_verdict() -> None:
    mask = [True, False]
    verdict = Verdict(mask)
    mask[1] = True
    assert list(verdict.mask(2)) == [True, False]


NO_BOOLS: Any = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(), st.lists(st.booleans()), st.just(Verdict.ALL)
)


@given(st.lists(st.booleans(), max_size=4), NO_BOOLS, st.lists(st.booleans(), max_size=4))
def test_what_is_truthy_but_no_bool_is_no_verdict(
    before: list[bool], stranger: Any, after: list[bool]
) -> None:
    mask = [*before, stranger, *after]
    with pytest.raises(MalformedVerdict, match="a verdict is a bool"):
        Verdict(mask).mask(len(mask))


def test_a_coroutine_in_a_mask_lets_nobody_in() -> None:
    async def never_awaited() -> bool:
        return True

    pending = never_awaited()
    with pytest.raises(MalformedVerdict):
        Verdict([pending]).mask(1)  # type: ignore[list-item]
    pending.close()


def test_a_verdict_can_be_read_in_a_log() -> None:
    assert [repr(v) for v in (Verdict.ALL, Verdict.NONE, Verdict([True, False]))] == [
        "Verdict.ALL",
        "Verdict.NONE",
        "Verdict([True, False])",
    ]
