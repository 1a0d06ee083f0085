"""The sign-in of GraphiQL's page, run by Node against a real server."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from server.http import graphiql
from tests.harness.city import City
from tests.harness.kairan import Kairan
from tests.sessions.signing import PASSWORD, Account

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")

RUNNER = Path(__file__).with_name("graphiql_session.mjs")


@dataclass
class Page:
    """The page's session; ``sent`` and ``told`` are of the last command."""

    process: asyncio.subprocess.Process
    city: City
    sent: list[str]
    told: list[str]

    async def do(self, command: str, **more: Any) -> Any:
        """Run a command: its answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"command": command, **more}).encode() + b"\n")
        line = await self.process.stdout.readline()
        assert line, "node ended"
        said = json.loads(line)
        self.sent, self.told = said["sent"], said["told"]
        return said["answer"]

    async def wait(self, seconds: int) -> None:
        """Let time pass, here and there."""
        self.city.clock.advance(seconds=seconds)
        await self.do("advance", seconds=seconds)

    async def open_sessions(self) -> int:
        """How many sessions are open in the city."""
        rows = await self.city.fetch(
            "select id from kairan.sessions where city = $1 and ended_at is null"
        )
        return len(rows)


@pytest_asyncio.fixture
async def page(city: City, kairan: Kairan) -> AsyncIterator[Page]:
    # The page compares what it is told with the Date of the answer, which is the real one.
    city.clock.now = datetime.now(UTC)
    process = await asyncio.create_subprocess_exec(
        "node",
        str(RUNNER),
        str(graphiql.FOLDER / "session.js"),
        str(kairan.http.base_url),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    yield Page(process, city, [], [])
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


async def test_the_page_goes_on_by_refreshing_when_a_request_needs_it(
    page: Page, ken: Account
) -> None:
    assert await page.do("ask") == "ANONYMOUS"
    assert await page.do("signIn", login=ken.login, password=PASSWORD) is None
    assert await page.do("ask") == "RESIDENT"
    assert page.sent == ["Ask"]
    for _ in range(4):
        await page.wait(500)
        assert page.sent == []
        assert await page.do("ask") == "RESIDENT"
        assert page.sent == ["Refresh", "Ask"]
    assert page.told == []


async def test_requests_at_once_refresh_once(page: Page, ken: Account) -> None:
    await page.do("signIn", login=ken.login, password=PASSWORD)
    await page.wait(700)
    assert await page.do("askAtOnce") == ["RESIDENT"] * 3
    assert sorted(page.sent) == ["Ask", "Ask", "Ask", "Refresh"]


async def test_a_token_that_is_refused_is_renewed_and_the_request_repeated(
    page: Page, ken: Account
) -> None:
    await page.do("signIn", login=ken.login, password=PASSWORD)
    # Only the server's clock moves: this computer's stood still.
    page.city.clock.advance(seconds=700)
    assert await page.do("ask") == "RESIDENT"
    assert page.sent == ["Ask", "Refresh", "Ask"]


async def test_a_session_that_was_ended_elsewhere_is_told(page: Page, ken: Account) -> None:
    await page.do("signIn", login=ken.login, password=PASSWORD)
    await page.city.execute(
        "update kairan.sessions set ended_at = $2 where city = $1", page.city.clock.now
    )
    assert await page.do("ask") == 401
    assert page.told == ["Your session is over. Sign in again."]
    assert await page.do("ask") == "ANONYMOUS"


async def test_signing_out_ends_the_session_even_with_a_token_that_is_over(
    page: Page, ken: Account
) -> None:
    for wait in (1, 700):
        await page.do("signIn", login=ken.login, password=PASSWORD)
        assert await page.open_sessions() == 1
        await page.wait(wait)
        await page.do("signOut")
        assert await page.open_sessions() == 0
        assert await page.do("ask") == "ANONYMOUS"


async def test_a_page_that_nobody_uses_signs_out(page: Page, ken: Account) -> None:
    await page.do("signIn", login=ken.login, password=PASSWORD)
    await page.wait(1799)
    assert await page.do("ask") == "RESIDENT"
    await page.wait(1800)
    assert page.told == ["Nobody asked anything for a while: sign in again"]
    while await page.open_sessions():
        pass
    assert await page.do("ask") == "ANONYMOUS"


async def test_whoever_is_chosen_last_is_who_asks(page: Page, ken: Account, clerk: Account) -> None:
    answers = await page.do(
        "overtaken",
        first={"login": ken.login, "password": PASSWORD},
        second={"login": clerk.login, "password": PASSWORD},
    )
    assert answers == ["Somebody else signed in meanwhile", None]
    assert await page.do("ask") == "STAFF"
    while await page.open_sessions() > 1:
        pass


async def test_a_wrong_password_is_told(page: Page, ken: Account) -> None:
    told = await page.do("signIn", login=ken.login, password="wrong")
    assert told == "The login or the password is wrong."
    assert await page.do("ask") == "ANONYMOUS"
