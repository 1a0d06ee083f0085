"""Nobody entered: no row comes out, and nothing goes in."""

import re

import asyncpg
import pytest

from db.embedded import Addresses
from db.ids import new_id
from tests.wall.entering import ENTER, enter, entered, tables_of
from tests.wall.neighbourhood import Neighbourhood

RELEASE = """
    insert into kairan.releases
    values ($1, $2, $3, $4, $5, $2, $2, $2, '会長', 'けん', '{Member.phone}', '{}', '{}', '0', null)
"""


async def rows_seen(connection: asyncpg.Connection, tables: list[str]) -> dict[str, int]:
    """How many rows come out of each table, where any do."""
    counts = {
        table: await connection.fetchval(f"select count(*) from kairan.{table}")
        for table in tables
        if table != "logins"
    }
    return {table: count for table, count in counts.items() if count}


async def test_a_new_connection_gets_no_row_of_any_table(
    here: Neighbourhood, server: asyncpg.Connection, superuser: asyncpg.Pool
) -> None:
    tables = await tables_of(superuser)
    assert len(tables) == 22
    assert await server.fetchval("select current_setting('app.person', true)") is None
    assert await rows_seen(server, tables) == {}


@pytest.mark.parametrize("end", ["commit", "rollback"])
async def test_nothing_of_a_transaction_before_is_left_on_its_connection(
    end: str, here: Neighbourhood, server: asyncpg.Connection, superuser: asyncpg.Pool
) -> None:
    await server.execute("begin")
    await enter(server, here, "ken")
    assert await server.fetchval("select count(*) from kairan.profiles") == 5
    await server.execute(end)
    # Not NULL, as on a new connection: a policy that only knew NULL would fail here.
    assert await server.fetchval("select current_setting('app.person', true)") == ""
    assert await rows_seen(server, await tables_of(superuser)) == {}


async def test_a_refused_entry_leaves_nothing_either(
    here: Neighbourhood, server: asyncpg.Connection, superuser: asyncpg.Pool
) -> None:
    ken, _ = here.who("ken")
    _, of_hanako = here.who("hanako")
    with pytest.raises(asyncpg.PostgresError):
        await server.fetchval(ENTER, here.city.number, ken, of_hanako, here.city.clock())
    assert await rows_seen(server, await tables_of(superuser)) == {}


@pytest.mark.parametrize("name", ["nobody", "ken", "sayuri", "OPERATIONS", "AUDITOR"])
@pytest.mark.parametrize(
    "statement",
    [
        "insert into kairan.{} default values",
        "update kairan.{} set city = city",
        "delete from kairan.{}",
        "truncate kairan.{} cascade",
        "lock table kairan.{}",
    ],
)
async def test_no_table_can_be_written(
    name: str,
    statement: str,
    here: Neighbourhood,
    server: asyncpg.Connection,
    superuser: asyncpg.Pool,
) -> None:
    for table in await tables_of(superuser):
        if table == "releases" and statement.startswith("insert"):
            continue  # the one table that is written: test_ledger_rows
        async with entered(server, here, name):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
                await server.execute(statement.format(table))


async def test_without_entering_no_release_can_be_written(
    here: Neighbourhood, server: asyncpg.Connection
) -> None:
    ken, session = here.who("ken")
    at = here.city.clock()
    row = (here.city.number, new_id(at), at, ken, session)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security policy"):
        await server.execute(RELEASE, *row)
    async with entered(server, here, "nobody"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security policy"):
            await server.execute(RELEASE, *row)


async def test_the_tables_owner_sees_and_writes_no_row_either(
    here: Neighbourhood, postgres: Addresses, superuser: asyncpg.Pool
) -> None:
    owner = await asyncpg.connect(postgres.owner)
    try:
        tables = await tables_of(superuser)
        partitions = await tables_of(superuser, partitions=True)
        assert len(partitions) >= 15
        # The one thing shown to him, to move elsewhere: ledger rows that no month was made for.
        partitions.remove("releases_stray")
        assert await owner.fetchval("select count(*) from kairan.logins") == 0
        assert await rows_seen(owner, tables + partitions) == {}
        ken, session = here.who("ken")
        at = here.city.clock()
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security policy"):
            await owner.execute(RELEASE, here.city.number, new_id(at), at, ken, session)
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security policy"):
            await owner.execute("insert into kairan.cities values (99999, '市')")
        for table in tables:
            assert await owner.execute(f"update kairan.{table} set city = city") == "UPDATE 0"
            assert await owner.execute(f"delete from kairan.{table}") == "DELETE 0"
    finally:
        await owner.close()


async def test_what_a_policy_compares_with_is_what_entering_sets(superuser: asyncpg.Pool) -> None:
    compared: set[str] = set()
    for row in await superuser.fetch(
        "select concat(qual, with_check) as words from pg_policies where schemaname = 'kairan'"
    ):
        compared.update(re.findall(r"'(app\.\w+)'", row["words"]))
    body = await superuser.fetchval("select prosrc from pg_proc where proname = 'enter'")
    assert compared == set(re.findall(r"set_config\('(app\.\w+)'", body))
    assert "app.person" in compared


async def test_row_security_cannot_be_switched_off_by_the_server(
    here: Neighbourhood, server: asyncpg.Connection
) -> None:
    async with entered(server, here, "ken"):
        await server.execute("set local row_security = off")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await server.fetch("select * from kairan.profiles")


async def test_what_the_planner_remembers_of_values_is_not_shown(
    here: Neighbourhood, server: asyncpg.Connection, superuser: asyncpg.Pool
) -> None:
    await superuser.execute("analyze kairan.profiles, kairan.memberships")
    remembered = """
        select tablename, attname, most_common_vals::text from pg_stats
        where schemaname = 'kairan' and tablename <> 'alembic_version'
    """
    assert await superuser.fetch(remembered)
    assert await server.fetch(remembered) == []
    async with entered(server, here, "ken"):
        assert await server.fetch(remembered) == []
