"""The endpoint that others are measured by does check the token and the office."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from bench.contenders import answer_of
from bench.landmarks import NEIGHBOUR, OFFICER, ROSTER
from bench.requests import REQUESTS
from bench.tokens import token_of, tokens
from tests.bench.conftest import Field


def status(field: Field, token: str, name: str = "roster") -> int:
    """What the hand-written endpoint answers to whoever shows this token."""
    server, request = field.by_name["handwritten"].server, REQUESTS[name]
    ask = next(request.asks())
    return answer_of(server, server.contender.encoded(request, ask, token))[0]


def test_the_officer_is_answered(field: Field) -> None:
    assert status(field, token_of(OFFICER, field.issuer)) == 200


@pytest.mark.parametrize("name", ["roster", "dashboard", "me", "mark-read"])
def test_a_token_of_another_key_is_refused(field: Field, tmp_path: Path, name: str) -> None:
    assert status(field, token_of(OFFICER, tokens(tmp_path / "another.pem")), name) == 401


def test_a_token_that_was_changed_is_refused(field: Field) -> None:
    head, _, signature = token_of(OFFICER, field.issuer).rpartition(".")
    assert status(field, f"{head}.{signature[::-1]}") == 401


def test_a_token_that_is_over_is_refused(field: Field) -> None:
    over = field.issuer.issue(
        city=ROSTER.city,
        person=OFFICER.person,
        session=OFFICER.session,
        at=datetime.now(UTC) - timedelta(hours=2),
    )
    assert status(field, over.text) == 401


@pytest.mark.parametrize("name", ["roster", "dashboard"])
def test_a_plain_member_of_the_group_is_refused_what_is_the_officers(
    field: Field, name: str
) -> None:
    assert status(field, token_of(NEIGHBOUR, field.issuer), name) == 403


def test_a_stranger_is_refused(field: Field) -> None:
    stranger = field.issuer.issue(
        city=ROSTER.city, person=uuid4(), session=uuid4(), at=datetime.now(UTC)
    )
    assert status(field, stranger.text) == 403
