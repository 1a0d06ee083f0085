"""Entering: with a session that is alive and one's own, or not at all."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.wall.entering import ENTER, enter, entered
from tests.wall.neighbourhood import Neighbourhood

# PostgreSQL looks for them when it is asked first.
SUPPRESSED = "select app.suppressed(), app.suppressed_memberships(), app.suppressed_households()"


async def settings(server: asyncpg.Connection, superuser: asyncpg.Pool) -> dict[str, str]:
    """All that app.enter sets, as it stands once everybody was looked for."""
    await server.fetchrow(SUPPRESSED)
    body = await superuser.fetchval("select prosrc from pg_proc where proname = 'enter'")
    names = re.findall(r"set_config\('(app\.\w+)'", body)
    assert len(names) == 14
    return {name: await server.fetchval("select current_setting($1, true)", name) for name in names}


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("ken", "nobody"),
        ("ken", "hanako"),
        ("ken", "stranger"),
        ("AUDITOR", "ken"),
        ("AUDITOR", "nobody"),
        ("ken", "SUPPRESSION"),
        ("sayuri", "ken"),
    ],
)
async def test_entering_twice_leaves_nothing_of_the_first(
    first: str,
    then: str,
    here: Neighbourhood,
    server: asyncpg.Connection,
    superuser: asyncpg.Pool,
) -> None:
    async with entered(server, here, then):
        alone = await settings(server, superuser)
    async with entered(server, here, first):
        before = await settings(server, superuser)
        await enter(server, here, then)
        after = await settings(server, superuser)
    assert after == alone
    assert before != alone


async def test_entering_another_city_leaves_nothing_of_the_first(
    here: Neighbourhood, there: Neighbourhood, server: asyncpg.Connection
) -> None:
    async with entered(server, here, "ken"):
        await enter(server, there, "nobody")
        assert await server.fetchval("select count(*) from kairan.memberships") == 0
        cities = await server.fetch("select city from kairan.cities")
        assert [row["city"] for row in cities] == [there.city.number]


async def refused(server: asyncpg.Connection, *caller: Any) -> None:
    with pytest.raises(asyncpg.PostgresError) as refusal:
        await server.fetchval(ENTER, *caller)
    assert refusal.value.sqlstate == "KA401"
    assert str(refusal.value) == "the session is not alive"


async def test_a_session_is_its_owners_alone(
    here: Neighbourhood, there: Neighbourhood, server: asyncpg.Connection
) -> None:
    ken, of_ken = here.who("ken")
    hanako, of_hanako = here.who("hanako")
    _, of_ken_there = there.who("ken")
    at, number = here.city.clock(), here.city.number
    await refused(server, number, ken, of_hanako, at)
    await refused(server, number, hanako, of_ken, at)
    await refused(server, number, ken, of_ken_there, at)
    await refused(server, there.city.number, ken, of_ken, at)
    await refused(server, number, ken, uuid4(), at)
    await refused(server, number, ken, None, at)
    await refused(server, number, uuid4(), of_ken, at)
    await refused(server, None, ken, of_ken, at)
    await refused(server, number, ken, of_ken, None)


async def test_a_session_lives_from_its_opening_to_its_end(
    here: Neighbourhood, server: asyncpg.Connection
) -> None:
    ken, _ = here.who("ken")
    noon = here.city.clock()
    number = here.city.number

    async def opened(**columns: Any) -> UUID:
        session = uuid4()
        await here.city.insert("sessions", id=session, person=ken, kind="RESIDENT", **columns)
        return session

    hour = timedelta(hours=1)
    tick = timedelta(microseconds=1)
    past = await opened(opened_at=noon - 2 * hour, expires_at=noon)
    await server.fetchval(ENTER, number, ken, past, noon - tick)
    await refused(server, number, ken, past, noon)
    to_come = await opened(opened_at=noon, expires_at=noon + hour)
    await server.fetchval(ENTER, number, ken, to_come, noon)
    await refused(server, number, ken, to_come, noon - tick)
    ended = await opened(opened_at=noon - hour, expires_at=noon + hour, ended_at=noon - tick)
    await refused(server, number, ken, ended, noon)
    await here.city.execute(
        "delete from kairan.sessions where city = $1 and id = any ($2)", [past, to_come, ended]
    )


async def test_nobody_enters_with_somebodys_session(
    here: Neighbourhood, server: asyncpg.Connection
) -> None:
    _, of_ken = here.who("ken")
    async with server.transaction():
        facts = await server.fetchval(ENTER, here.city.number, None, of_ken, here.city.clock())
        assert json.loads(facts) == {
            "kind": "ANONYMOUS",
            "staffRoles": [],
            "memberships": [],
            "switchedOff": ["EMAIL"],
        }
        assert await server.fetchval("select current_setting('app.session', true)") == ""
        assert await server.fetchval("select count(*) from kairan.sessions") == 0


async def test_a_resident_gains_nothing_from_the_staff_list(
    here: Neighbourhood, server: asyncpg.Connection
) -> None:
    person = await here.city.person()
    session = await here.city.session(person)
    await here.city.insert("staff", id=person.id, roles=["AUDITOR", "SUPPRESSION", "OPERATIONS"])
    caller = (here.city.number, person.id, session, here.city.clock())
    async with server.transaction():
        facts = json.loads(await server.fetchval(ENTER, *caller))
        assert facts["kind"] == "RESIDENT"
        assert facts["staffRoles"] == []
        assert await server.fetchval("select count(*) from kairan.releases") == 0
    for table in ("sessions", "staff", "profiles", "residents"):
        key = {"sessions": "person", "profiles": "resident_id"}.get(table, "id")
        await here.city.execute(
            f"delete from kairan.{table} where city = $1 and {key} = $2", person.id
        )


async def test_whom_nobody_may_see_is_known_once_somebody_entered(
    here: Neighbourhood, server: asyncpg.Connection
) -> None:
    async def unseen() -> list[list[str] | None]:
        found = await server.fetchrow(SUPPRESSED)
        assert found is not None
        return [ids if ids is None else sorted(map(here.names.__getitem__, ids)) for ids in found]

    # By whichever is asked first, and the same when it is asked again.
    assert await unseen() == [None, None, None]
    house = "sayuri's house"
    expected: dict[str, list[list[str]]] = {
        "nobody": [[], [], []],
        "AUDITOR": [[], [], []],
        "stranger": [[], [], []],
        "taro": [[], [], []],
        "ken": [["sachi", "sayuri"], ["sachi@akebono", "sayuri@akebono"], [house]],
        "hanako": [["sachi", "sayuri"], ["sachi@akebono", "sayuri@akebono"], []],
        "sayuri": [["sachi"], ["sachi@akebono"], []],
    }
    for name, sets in expected.items():
        for first in ("suppressed", "suppressed_memberships", "suppressed_households"):
            async with entered(server, here, name):
                await server.fetchval(f"select app.{first}()")
                assert [name, await unseen()] == [name, sets]
                assert [name, await unseen()] == [name, sets]
    assert await unseen() == [None, None, None]


async def test_whoever_reads_of_himself_alone_has_nobody_looked_for(
    here: Neighbourhood, server: asyncpg.Connection
) -> None:
    known = "select current_setting('app.suppressed') <> ''"
    async with entered(server, here, "ken"):
        own = "select count(*) from kairan.member_details where city = $1 and resident_id = $2"
        assert await server.fetchval(own, here.city.number, here.people["ken"].id) == 2
        assert await server.fetchval(known) is False
        assert await server.fetchval("select count(*) from kairan.member_details") > 2
        assert await server.fetchval(known) is True


async def test_whoever_reads_receipts_of_his_own_alone_has_nobody_looked_for(
    here: Neighbourhood, server: asyncpg.Connection
) -> None:
    async with entered(server, here, "hanako"):
        assert await server.fetchval("select count(*) from kairan.receipts") == 2
        known = "select current_setting('app.suppressed_memberships') <> ''"
        assert await server.fetchval(known) is False
