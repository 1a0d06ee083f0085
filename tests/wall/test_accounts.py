"""The registrar's functions: what they do for whoever entered, and in his city alone."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest_asyncio

from tests.harness.city import City
from tests.wall.entering import entered
from tests.wall.neighbourhood import Neighbourhood
from tests.wall.street import settle_street, spelled

KEEP = "select app.keep_code($1, $2, $3, $4, $5)"
TRY = "select app.try_code($1, $2, $3, 5)"
OPEN = "select app.open_account($1, $2, 'hash', '{\"display_name\": \"x\"}', $3)"


@pytest_asyncio.fixture(scope="module")
async def street(superuser: asyncpg.Pool) -> Neighbourhood:
    """Every write to it is rolled back. Everybody has a login; its hash is his name."""
    here = await settle_street(await City(superuser).found())
    for name, person in here.people.items():
        await here.city.login(person, name)
    return here


@pytest_asyncio.fixture(scope="module")
async def elsewhere(superuser: asyncpg.Pool) -> Neighbourhood:
    """Another city."""
    return await settle_street(await City(superuser).found())


async def answers(
    server: asyncpg.Connection, street: Neighbourhood, statement: str
) -> dict[str, Any]:
    """What each who lives in the street gets from a statement."""
    found = {}
    for viewer in ("nobody", *street.people):
        async with entered(server, street, viewer):
            rows = await server.fetch(spelled(street, statement, viewer))
            found[viewer] = rows[0][0] if rows else None
    return found


async def test_everybody_gets_his_own_hash_and_nobody_anybody_elses(
    street: Neighbourhood, server: asyncpg.Connection
) -> None:
    found = await answers(server, street, "select password_hash from app.own_login()")
    assert found == {"nobody": None} | {name: name for name in street.people}


async def test_a_password_is_changed_by_its_owner_who_knew_the_last(
    street: Neighbourhood, server: asyncpg.Connection
) -> None:
    change = "select app.change_password('ken', 'new', <now>)"
    found = await answers(server, street, change)
    assert found == dict.fromkeys(("nobody", *street.people)) | {"ken": 0}


async def test_the_other_sessions_end_and_only_ones_own(
    street: Neighbourhood, server: asyncpg.Connection, superuser: asyncpg.Pool
) -> None:
    open_ones = "select count(*) from kairan.sessions where city = $1 and ended_at is null"
    before = await superuser.fetchval(open_ones, street.city.number)
    more = [await street.city.session(street.people["ken"]) for _ in range(3)]
    async with entered(server, street, "ken"):
        change = spelled(street, "select app.change_password('ken', 'new', <now>)", "ken")
        assert await server.fetchval(change) == 3
        ended = await server.fetch(
            "select id from kairan.sessions where city = $1 and ended_at = $2",
            street.city.number,
            street.city.clock(),
        )
        assert {row["id"] for row in ended} == set(more)
    assert await superuser.fetchval(open_ones, street.city.number) == before + 3


async def test_in_no_city_and_in_another_nothing_happens(
    street: Neighbourhood, elsewhere: Neighbourhood, server: asyncpg.Connection
) -> None:
    ken, now = street.people["ken"].id, street.city.clock()
    reset = "select app.reset_password($1, 'new', $2)"
    assert await server.fetchval(reset, ken, now) is None
    assert await server.fetch("select * from app.own_login()") == []
    assert await server.fetchval(TRY, b"ticket", b"code", now) is None
    for refused, given in ((KEEP, (b"t", b"c", b"s", now, now)), (OPEN, (ken, "login", now))):
        try:
            await server.fetchval(refused, *given)
        except (asyncpg.NotNullViolationError, asyncpg.InsufficientPrivilegeError):
            continue
        raise AssertionError(refused)
    async with entered(server, elsewhere, "nobody"):
        assert await server.fetchval(reset, ken, now) is None
    async with entered(server, street, "nobody"):
        assert await server.fetchval(reset, ken, now) is not None


async def test_a_parcel_is_taken_by_its_code_alone_once_in_time_and_in_its_city(
    street: Neighbourhood, elsewhere: Neighbourhood, server: asyncpg.Connection
) -> None:
    now = street.city.clock()
    until = now + timedelta(hours=1)
    async with entered(server, street, "nobody"):
        await server.fetchval(KEEP, b"ticket", b"code", b"parcel", now, until)
        assert await server.fetchval(TRY, b"other", b"code", now) is None
        assert await server.fetchval(TRY, b"ticket", b"wrong", now) is None
        assert await server.fetchval(TRY, b"ticket", b"code", until) is None
        assert await server.fetchval(TRY, b"ticket", None, now) is None
        assert await server.fetchval("select app.enter($1, null, null, $2)", 99999, now)
        assert await server.fetchval(TRY, b"ticket", b"code", now) is None
        await server.fetchval("select app.enter($1, null, null, $2)", street.city.number, now)
        assert await server.fetchval(TRY, b"ticket", b"code", now) == b"parcel"
        assert await server.fetchval(TRY, b"ticket", b"code", now) is None


async def test_an_account_is_opened_for_a_login_that_nobody_has(
    street: Neighbourhood, server: asyncpg.Connection
) -> None:
    now = street.city.clock()
    new, taken = street.people["stranger"].id, f"resident.{street.people['ken'].id.hex}"
    async with entered(server, street, "nobody"):
        assert await server.fetchval(OPEN, new, f"{taken}@kairan.example", now) is False
    async with entered(server, street, "nobody"):
        # Whose account it would be has a login already.
        assert await server.fetchval(OPEN, new, "new@kairan.example", now) is False
