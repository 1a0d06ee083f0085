"""Sessions that were over for a week are gone, with their refresh tokens; the others stay."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from db.embedded import Addresses
from db.statements import sessions
from db.upkeep import sweep_sessions
from tests.harness.city import City
from tests.harness.kairan import Kairan, running
from tests.sessions.signing import Account, alive, refreshed, signed_in

LEFT = "select id from kairan.sessions where city = $1"
TOKENS = "select session_id as id from kairan.refresh_tokens where city = $1"


async def ids(city: City, query: str) -> set[UUID]:
    """What is left."""
    return {row["id"] for row in await city.fetch(query)}


async def set_times(city: City, session: UUID, **moments: Any) -> None:
    """Put a session's end where a test needs it."""
    for column, at in moments.items():
        await city.execute(
            f"update kairan.sessions set {column} = $3 where city = $1 and id = $2", session, at
        )


async def test_what_was_over_for_a_week_goes_and_nothing_else(
    city: City, kairan: Kairan, ken: Account, hanako: Account
) -> None:
    now, week, second = city.clock.now, timedelta(days=7), timedelta(seconds=1)
    tokens = {}
    for name in ("open", "ended", "long ended", "expired", "long expired", "ended, then expired"):
        before = await ids(city, LEFT)
        tokens[name] = await signed_in(kairan, ken)
        (session,) = await ids(city, LEFT) - before
        tokens[name]["id"] = session
    await set_times(city, tokens["ended"]["id"], ended_at=now - week)
    await set_times(city, tokens["long ended"]["id"], ended_at=now - week - second)
    await set_times(city, tokens["expired"]["id"], expires_at=now - week)
    await set_times(city, tokens["long expired"]["id"], expires_at=now - week - second)
    await set_times(
        city,
        tokens["ended, then expired"]["id"],
        ended_at=now - week - second,
        expires_at=now + week,
    )
    assert await sweep_sessions(kairan.app.state.pool, city.number, now) == 3

    stay = {tokens[name]["id"] for name in ("open", "ended", "expired")}
    assert await ids(city, LEFT) == stay
    assert await ids(city, TOKENS) == stay
    assert await alive(kairan, tokens["open"])
    assert (await refreshed(kairan, tokens["open"]["refreshToken"]))["errors"] == []
    assert await sweep_sessions(kairan.app.state.pool, city.number, now) == 0


async def test_another_citys_sessions_are_not_swept(
    city: City, kairan: Kairan, superuser: asyncpg.Pool
) -> None:
    other = await City(superuser).found()
    session = await other.session(await other.person())
    await set_times(other, session, expires_at=other.clock.now - timedelta(days=99))
    await sweep_sessions(kairan.app.state.pool, city.number, city.clock.now)
    assert await ids(other, LEFT) == {session}


async def test_a_server_sweeps_as_it_starts_and_in_portions(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    person = await city.person()
    for _ in range(5):
        session = await city.session(person)
        await set_times(city, session, ended_at=city.clock.now - timedelta(days=8))
    kept = await city.session(person)
    async with running(city, postgres.server, key_folder) as kairan:
        while await ids(city, LEFT) != {kept}:
            pass
        for _ in range(5):
            session = await city.session(person)
            await set_times(city, session, ended_at=city.clock.now - timedelta(days=8))
        pool, before = kairan.app.state.pool, city.clock.now
        swept = [
            await sessions.sweep(pool, city=city.number, before=before, most=2) for _ in range(4)
        ]
    assert swept == [2, 2, 1, 0]


@pytest.mark.parametrize("times", range(3))
async def test_servers_that_sweep_at_once_do_not_hinder_each_other(
    times: int, city: City, kairan: Kairan
) -> None:
    person = await city.person()
    for _ in range(40):
        session = await city.session(person)
        await set_times(city, session, ended_at=city.clock.now - timedelta(days=8))
    await asyncio.gather(
        *(sweep_sessions(kairan.app.state.pool, city.number, city.clock.now) for _ in range(4))
    )
    assert await ids(city, LEFT) == set()
