"""What is remembered of whom, and for how long."""

from uuid import UUID

from db.entering import Caller
from resolvers.foresight import Foresight, Guess

HANA = Caller(1, UUID(int=1), UUID(int=2))
AGAIN = Caller(1, UUID(int=1), UUID(int=3))
ME = frozenset({"Query.me", "Resident.displayName"})
GROUPS = frozenset({"Query.groups", "Group.name"})


MEMBER = Guess("a member", alone=True)


def test_what_was_true_is_foreseen_for_who_asked_and_what_he_asked_for() -> None:
    foresight = Foresight()
    assert foresight.of(HANA, ME) is None
    foresight.answered(HANA, ME, "a member", alone=True)
    assert foresight.of(HANA, ME) == MEMBER
    assert foresight.of(HANA, GROUPS) is None
    # Another session, which may have ended.
    assert foresight.of(AGAIN, ME) is None


def test_facts_that_changed_are_replaced() -> None:
    foresight = Foresight()
    foresight.answered(HANA, ME, "a member", alone=True)
    foresight.failed(HANA, ME, for_good=False)
    assert foresight.of(HANA, ME) is None
    foresight.answered(HANA, ME, "an officer", alone=True)
    assert foresight.of(HANA, ME) == Guess("an officer", alone=True)


def test_where_one_statement_was_not_enough_once_more_are_reckoned_with() -> None:
    foresight = Foresight()
    foresight.answered(HANA, ME, "a member", alone=True)
    foresight.failed(HANA, ME, for_good=True)
    assert foresight.of(HANA, ME) == Guess("a member", alone=False)
    foresight.answered(HANA, ME, "a member", alone=True)
    assert foresight.of(HANA, ME) == Guess("a member", alone=False)
    # It says nothing of anything else.
    foresight.answered(HANA, GROUPS, "a member", alone=True)
    assert foresight.of(HANA, GROUPS) == MEMBER


def test_what_cannot_be_foreseen_either_way_is_not_tried_again() -> None:
    foresight = Foresight()
    foresight.answered(HANA, ME, "a member", alone=False)
    foresight.failed(HANA, ME, for_good=True)
    foresight.answered(HANA, ME, "a member", alone=False)
    assert foresight.of(HANA, ME) is None


def test_whoever_asked_last_is_remembered_and_no_more_than_so_many() -> None:
    foresight = Foresight(most=2)
    callers = [Caller(1, UUID(int=number), UUID(int=number)) for number in range(4)]
    for caller in callers[:3]:
        foresight.answered(caller, ME, "a member", alone=True)
    assert foresight.of(callers[1], ME) == MEMBER
    foresight.failed(callers[3], ME, for_good=True)
    assert [foresight.of(caller, ME) for caller in callers] == [None, MEMBER, None, None]
    assert len(foresight) == 2
