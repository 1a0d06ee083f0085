"""Nobody entered: no row comes out, and nothing goes in."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from db.embedded import Addresses
from db.ids import new_id
from tests.wall.entering import ENTER, HIDDEN, enter, entered, tables_of
from tests.wall.neighbourhood import Neighbourhood
from tests.wall.write_rights import MAY_WRITE

RELEASE = """
    insert into kairan.releases
    values ($1, $2, $3, $4, $5, $2, $2, $2, '会長', 'けん', '{Member.phone}', '{}', '{}', '0', null)
"""


async def rows_seen(connection: asyncpg.Connection, tables: list[str]) -> dict[str, int]:
    """How many rows come out of each table, where any do."""
    counts = {
        table: await connection.fetchval(f"select count(*) from kairan.{table}")
        for table in tables
        if table not in HIDDEN
    }
    return {table: count for table, count in counts.items() if count}


@asynccontextmanager
async def unentered_or_nobody(
    server: asyncpg.Connection, here: Neighbourhood, entering: bool
) -> AsyncIterator[None]:
    """A transaction entered as nobody, or not entered at all; rolled back."""
    if entering:
        async with entered(server, here, "nobody"):
            yield
        return
    transaction = server.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


async def test_a_new_connection_gets_no_row_of_any_table(
    here: Neighbourhood, server: asyncpg.Connection, superuser: asyncpg.Pool
) -> None:
    tables = await tables_of(superuser)
    assert len(tables) == 31
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


INSERTED = MAY_WRITE["kairan_server", "INSERT"]
TAKEN_OUT = MAY_WRITE["kairan_server", "DELETE"]


@pytest.mark.parametrize("name", ["nobody", "ken", "sayuri", "OPERATIONS", "AUDITOR"])
@pytest.mark.parametrize(
    ("statement", "spared"),
    [
        ("insert into kairan.{} default values", INSERTED),
        ("update kairan.{} set city = city", set()),
        ("delete from kairan.{}", TAKEN_OUT),
        ("truncate kairan.{} cascade", set()),
        # Who may take rows out may also lock them away.
        ("lock table kairan.{}", TAKEN_OUT),
    ],
    ids=["insert", "update", "delete", "truncate", "lock"],
)
async def test_what_nobody_may_do_is_no_right_of_the_server(
    name: str,
    statement: str,
    spared: set[str],
    here: Neighbourhood,
    server: asyncpg.Connection,
    superuser: asyncpg.Pool,
) -> None:
    for table in await tables_of(superuser):
        if table in spared:
            continue  # by whom these are written: test_writes, test_ledger_rows
        async with entered(server, here, name):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
                await server.execute(statement.format(table))


ENTERED_AS_NOBODY_OR_NOT_AT_ALL = pytest.mark.parametrize("entering", [False, True])


@ENTERED_AS_NOBODY_OR_NOT_AT_ALL
async def test_without_a_person_no_row_is_made_even_one_that_is_there_already(
    entering: bool, here: Neighbourhood, server: asyncpg.Connection
) -> None:
    for table in sorted(INSERTED):
        # A whole row of the city as somebody once wrote it: the wall alone is in its way.
        (row,) = await here.city.fetch(
            f"select row_to_json(t)::text as whole from kairan.{table} t where city = $1 limit 1"
        )
        statement = (
            f"insert into kairan.{table}"
            f" select * from json_populate_record(null::kairan.{table}, $1::text::json)"
        )
        async with unentered_or_nobody(server, here, entering):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await server.execute(statement, row["whole"])


@ENTERED_AS_NOBODY_OR_NOT_AT_ALL
async def test_without_a_person_no_row_is_changed(
    entering: bool, here: Neighbourhood, server: asyncpg.Connection
) -> None:
    columns = await server.fetch(
        """
        select c.relname as table, a.attname as column
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
        where c.relnamespace = 'kairan'::regnamespace and c.relkind in ('r', 'p')
            and not a.attisdropped
            and has_column_privilege('kairan_server', c.oid, a.attnum, 'UPDATE')
        """
    )
    assert len(columns) == 46
    for table, column in columns:
        async with unentered_or_nobody(server, here, entering):
            # Neither what is read on the way nor a bare SET, which reads nothing.
            read = await server.execute(f"update kairan.{table} set {column} = {column}")
            assert read == "UPDATE 0", (table, column)
            bare = await server.execute(f"update kairan.{table} set {column} = default")
            assert bare == "UPDATE 0", (table, column)


@ENTERED_AS_NOBODY_OR_NOT_AT_ALL
@pytest.mark.parametrize("table", sorted(TAKEN_OUT))
async def test_without_a_person_no_row_is_taken_out(
    table: str, entering: bool, here: Neighbourhood, server: asyncpg.Connection
) -> None:
    async with unentered_or_nobody(server, here, entering):
        assert await server.execute(f"delete from kairan.{table}") == "DELETE 0"


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
        for table in HIDDEN:
            assert await owner.fetchval(f"select count(*) from kairan.{table}") == 0
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
        # What is swept away is said by the function that sweeps; who is suppressed is asked of
        # functions that stand in a plan as what they say.
        "select concat(qual, with_check) as words from pg_policies"
        " where schemaname = 'kairan' and roles <> '{kairan_keeper}'"
        " union all select pg_get_function_sqlbody(oid) from pg_proc"
        " where pronamespace = 'app'::regnamespace and prosqlbody is not null"
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
