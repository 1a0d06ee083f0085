"""What is remembered of whom, and for how long."""

from uuid import UUID

from db.entering import Caller
from resolvers.foresight import Foresight

HANA = Caller(1, UUID(int=1), UUID(int=2))
AGAIN = Caller(1, UUID(int=1), UUID(int=3))
ME = frozenset({"Query.me", "Resident.displayName"})
GROUPS = frozenset({"Query.groups", "Group.name"})


def test_one_statement_is_foreseen_for_who_asked_and_what_he_asked_for() -> None:
    foresight = Foresight()
    assert foresight.facts(HANA, ME) is None
    foresight.answered(HANA, ME, "a member")
    assert foresight.facts(HANA, ME) == "a member"
    assert foresight.facts(HANA, GROUPS) is None
    # Another session, which may have ended.
    assert foresight.facts(AGAIN, ME) is None


def test_facts_that_changed_are_replaced() -> None:
    foresight = Foresight()
    foresight.answered(HANA, ME, "a member")
    foresight.failed(HANA, ME, for_good=False)
    assert foresight.facts(HANA, ME) is None
    foresight.answered(HANA, ME, "an officer")
    assert foresight.facts(HANA, ME) == "an officer"


def test_what_one_statement_failed_at_is_not_tried_again() -> None:
    foresight = Foresight()
    foresight.answered(HANA, ME, "a member")
    foresight.failed(HANA, ME, for_good=True)
    foresight.answered(HANA, ME, "a member")
    assert foresight.facts(HANA, ME) is None
    # It says nothing of anything else.
    foresight.answered(HANA, GROUPS, "a member")
    assert foresight.facts(HANA, GROUPS) == "a member"


def test_whoever_asked_last_is_remembered_and_no_more_than_so_many() -> None:
    foresight = Foresight(most=2)
    callers = [Caller(1, UUID(int=number), UUID(int=number)) for number in range(4)]
    for caller in callers[:3]:
        foresight.answered(caller, ME, "a member")
    foresight.answered(callers[1], ME, "a member")
    foresight.failed(callers[3], ME, for_good=True)
    assert [foresight.facts(caller, ME) for caller in callers] == [None, "a member", None, None]
    assert len(foresight) == 2
