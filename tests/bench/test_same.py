"""Nothing is measured before all contenders answer the same; a wrong answer stops the bench."""

import pytest

from bench import traffic
from bench.requests import REQUESTS, Request
from bench.same import Answered, Different, asked, compare
from bench.tokens import token_of
from tests.bench.conftest import Field

# As few as one can do with, where nobody stands between: the office and the rest, or all in one.
# Kairan's are the rest, the ledger and COMMIT, or all in one where nothing is released. Whoever
# asked for the same before enters with the first of them: each reader here asks once.
STATEMENTS = {
    "roster": (3, 2),
    "roster-masked": (1, 2),
    "dashboard": (4, 2),
    "me": (1, 1),
    "mark-read": (3, 1),
    "roster-2000": (3, 2),
}


@pytest.mark.parametrize("request_name", list(REQUESTS))
def test_all_contenders_answer_the_same(field: Field, request_name: str) -> None:
    request, found = REQUESTS[request_name], {}
    for name, each in field.by_name.items():
        found[name] = asked(
            each.server, request, each.counter, field.issuer, uncounted=2, counted=1
        )
        if request.changes:
            # Three members read the circular; the next contender is to find it unread.
            assert field.database.unread() == 3
    assert list(found) == ["kairan", "kairan-reference", "strawberry", "handwritten"]
    compare(request, found)
    statements = found["kairan"].statements, found["handwritten"].statements
    assert statements == STATEMENTS[request_name]


@pytest.mark.parametrize("name", ["kairan", "handwritten"])
def test_under_load_every_answer_is_counted_and_held_to_its_length(field: Field, name: str) -> None:
    request, each = REQUESTS["me"], field.by_name[name]
    size = asked(each.server, request, each.counter, field.issuer).size
    sent = [
        each.server.contender.encoded(request, ask, token_of(ask.visitor, field.issuer))
        for ask in request.asks()
    ]
    right = traffic.run(traffic.Job(each.server.port, sent, 4, 60.0, most=50, length=size))
    wrong = traffic.run(traffic.Job(each.server.port, sent, 4, 60.0, most=50, length=size + 1))
    assert (right.count, right.bad) == (50, 0)
    assert (wrong.count, wrong.bad) == (50, 50)
    assert 0 < right.p50_ms <= right.p99_ms


def said(one: object, other: object, *, holds: bool = True) -> list[str]:
    """What the bench ends with where two contenders answer these."""
    request = Request("roster", "a roster", "", lambda: iter(()), lambda _data: holds)
    answers = {"kairan": Answered(one, 6, 100), "handwritten": Answered(other, 2, 90)}
    with pytest.raises(Different) as refused:
        compare(request, answers)
    return str(refused.value).splitlines()


def test_a_wrong_answer_stops_the_bench_and_says_what_differs_where() -> None:
    right = {"group": {"members": [{"name": "池田", "phone": None}, {"name": "佐藤"}]}}
    wrong = {"group": {"members": [{"name": "池田", "phone": "090"}, {"kana": "サトウ"}]}}
    assert said(right, wrong) == [
        "roster: kairan and handwritten differ:",
        "  data.group.members[0].phone is None and '090'",
        "  data.group.members[1].name is missing in the second",
        "  data.group.members[1].kana is missing in the first",
    ]


def test_a_shorter_list_is_another_answer() -> None:
    assert said({"groups": [1, 2]}, {"groups": [1]}) == [
        "roster: kairan and handwritten differ:",
        "  data.groups has 2 and 1 items",
    ]


def test_one_is_not_true() -> None:
    assert said({"unread": 1}, {"unread": True}) == [
        "roster: kairan and handwritten differ:",
        "  data.unread is 1 and True",
    ]


def test_answers_that_are_all_empty_stop_the_bench_too() -> None:
    assert said({"group": None}, {"group": None}, holds=False) == [
        """roster: kairan answers something else than 'a roster': {"group": null}"""
    ]
