"""Refreshing at the same instant on real connections: one family, and nobody is locked out."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan, running
from tests.sessions.signing import REFUSED, Account, alive, refreshed, signed_in

TABS = 12


@pytest_asyncio.fixture
async def servers(
    city: City, postgres: Addresses, key_folder: Path
) -> AsyncIterator[tuple[Kairan, Kairan]]:
    """Two servers on one database, with connections for everybody."""
    async with running(city, postgres.server, key_folder, pool_size=8) as one:
        async with running(city, postgres.server, key_folder, pool_size=8) as other:
            yield one, other


async def test_tabs_that_refresh_at_once_all_go_on_with_one_and_the_same_token(
    servers: tuple[Kairan, Kairan], city: City, ken: Account
) -> None:
    tokens = await signed_in(servers[0], ken)
    for _ in range(5):
        city.clock.advance(minutes=5)
        answers = await asyncio.gather(
            *(refreshed(servers[tab % 2], tokens["refreshToken"]) for tab in range(TABS))
        )
        assert [answer["errors"] for answer in answers] == [[]] * TABS
        # Whichever answer a client kept is good: it cannot matter which came last.
        assert len({answer["refreshToken"] for answer in answers}) == 1
        assert all([await alive(servers[0], answer) for answer in answers])
        tokens = answers[-1]
    rows = await city.fetch(
        "select count(*) as families from kairan.refresh_tokens where city = $1"
    )
    assert rows == [{"families": 1}]


_WAITING = """
    select count(*) from pg_stat_activity
    where query like '%app.refresh_session%' and wait_event_type = 'Lock'
"""


async def test_of_two_under_way_at_the_same_moment_the_second_meets_what_the_first_did(
    servers: tuple[Kairan, Kairan], ken: Account, superuser: asyncpg.Pool
) -> None:
    tokens = await signed_in(servers[0], ken)
    async with superuser.acquire() as holding, holding.transaction():
        # Both have begun and neither can be done: the session's row is held.
        await holding.fetch(
            "select from kairan.sessions where city = $1 for update", servers[0].city.number
        )
        under_way = [
            asyncio.create_task(refreshed(server, tokens["refreshToken"])) for server in servers
        ]
        while await superuser.fetchval(_WAITING) < 2:
            assert not any(task.done() for task in under_way)
    one, other = await asyncio.gather(*under_way)
    assert one["errors"] == other["errors"] == []
    assert one["refreshToken"] == other["refreshToken"]
    assert (await refreshed(servers[0], one["refreshToken"]))["errors"] == []


async def test_an_old_token_shown_many_times_at_once_ends_the_session_once_and_for_all(
    servers: tuple[Kairan, Kairan], city: City, ken: Account
) -> None:
    first = await signed_in(servers[0], ken)
    second = await refreshed(servers[0], first["refreshToken"])
    city.clock.advance(seconds=11)
    shown = [first["refreshToken"]] * 6 + [second["refreshToken"]]
    answers = await asyncio.gather(*(refreshed(servers[0], token) for token in shown))
    assert answers[:6] == [REFUSED] * 6
    # The honest one may have been first; whatever he was given is dead too.
    if answers[6] != REFUSED:
        assert not await alive(servers[0], answers[6])
        assert await refreshed(servers[0], answers[6]["refreshToken"]) == REFUSED
    assert not await alive(servers[0], second)


@pytest.mark.parametrize("attempt", range(5))
async def test_who_signs_out_while_another_tab_refreshes_is_signed_out(
    attempt: int, servers: tuple[Kairan, Kairan], ken: Account
) -> None:
    tokens = await signed_in(servers[0], ken)
    leaving = Client(servers[0].http, tokens["accessToken"])
    refresh, out = await asyncio.gather(
        refreshed(servers[1], tokens["refreshToken"]),
        leaving.data("mutation { signOut { errors { code } } }"),
    )
    assert out == {"signOut": {"errors": []}}
    if refresh != REFUSED:
        assert not await alive(servers[1], refresh)
        assert await refreshed(servers[1], refresh["refreshToken"]) == REFUSED
    assert not await alive(servers[0], tokens)
