"""A verdict that is none releases nothing, whichever executor asks for it."""

import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from permissions.audiences import OfficerOfGroup
from permissions.rule import Rule
from permissions.verdict import Verdict
from tests.acts.ward import Ward, found_ward
from tests.harness.city import City
from tests.harness.kairan import Client, running

ROSTER = """{ viewer { memberships { group { members {
    nodes { displayName phone household { id } email }
} } } } }"""


# What somebody may write for a verdict by mistake; all of it means to let everybody in.
BY_MISTAKE: dict[str, Callable[[int], Any]] = {
    "a bool": lambda _: True,
    "a list": lambda count: [True] * count,
    "nothing": lambda _: None,
    "a word": lambda _: "yes",
    "one too few": lambda count: Verdict([True] * (count - 1)),
    "one too many": lambda count: Verdict([True] * (count + 1)),
    "none at all": lambda _: Verdict([]),
    "numbers": lambda count: Verdict([1] * count),  # type: ignore[list-item]
    "words": lambda count: Verdict(["no"] * count),  # type: ignore[list-item]
    "awaitables": lambda count: Verdict([object()] * count),  # type: ignore[list-item]
}


@pytest_asyncio.fixture(params=["breadth-first", "reference"], scope="module")
async def chaired(
    request: pytest.FixtureRequest,
    superuser: asyncpg.Pool,
    postgres: Addresses,
    key_folder: Path,
) -> AsyncIterator[tuple[Ward, Client]]:
    """A ward, and its chair at a server."""
    city = await City(superuser).found()
    async with running(city, postgres.server, key_folder, executor=request.param) as kairan:
        ward = await found_ward(city)
        yield ward, await kairan.client(ward.chair.person)


async def _asked(ward: Ward, client: Client) -> tuple[dict[str, Any], int]:
    """The answer, and how many releases it left."""
    count = "select count(*) as n from kairan.releases where city = $1"
    [before] = await ward.city.fetch(count)
    answer = await client.ask(ROSTER)
    [after] = await ward.city.fetch(count)
    return answer, after["n"] - before["n"]


def _phones(answer: dict[str, Any]) -> set[str | None]:
    [membership] = answer["data"]["viewer"]["memberships"]
    page = membership["group"]["members"]
    return {node["phone"] for node in page["nodes"]} if page is not None else set()


async def test_with_a_sound_verdict_the_chair_is_shown_the_phone(
    chaired: tuple[Ward, Client],
) -> None:
    answer, released = await _asked(*chaired)
    assert _phones(answer) == {None, "0166-00-0001"}
    assert released > 0


@pytest.mark.parametrize("mistake", BY_MISTAKE)
async def test_an_audience_that_answers_anything_else_withholds(
    chaired: tuple[Ward, Client],
    mistake: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def grants(self: OfficerOfGroup, viewer: Any, rows: Any) -> Any:
        return BY_MISTAKE[mistake](len(rows))

    monkeypatch.setattr(OfficerOfGroup, "grants", grants)
    with caplog.at_level(logging.ERROR):
        answer, released = await _asked(*chaired)
    assert "0166-00-0001" not in str(answer)
    assert released == 0
    assert any("withheld" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("mistake", BY_MISTAKE)
async def test_a_rule_that_answers_anything_else_is_an_error_and_releases_nothing(
    chaired: tuple[Ward, Client],
    mistake: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    wrong, sound = BY_MISTAKE[mistake], Rule.verdict

    def verdict(self: Rule, viewer: Any, rows: Any) -> Any:
        return wrong(len(rows)) if self.category is not None else sound(self, viewer, rows)

    monkeypatch.setattr(Rule, "verdict", verdict)
    with caplog.at_level(logging.ERROR):
        answer, released = await _asked(*chaired)
    assert "0166-00-0001" not in str(answer)
    assert released == 0
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"INTERNAL"}
