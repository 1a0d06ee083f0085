"""The ledger's rows: appended in one's own name, and never touched again."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from db.ids import new_id
from tests.wall.entering import entered, tables_of
from tests.wall.neighbourhood import Neighbourhood

COLUMNS = """
    city, id, released_at, viewer, session_id, group_id, appointment_id, office_id, office_title,
    viewer_name, fields, purposes, subjects, rule_version
"""


def insert(table: str) -> str:
    return f"""
        insert into kairan.{table} ({COLUMNS})
        values (
            $1, $2, $3, $4, $5, $2, $2, $2, '会長', 'けん', '{{Member.phone}}', '{{}}', '{{}}', '0'
        )
    """


def row(here: Neighbourhood, name: str, **other: Any) -> tuple[Any, ...]:
    """A release in somebody's name; ``other`` replaces columns."""
    viewer, session = here.who(name)
    at = here.city.clock()
    columns = {
        "city": here.city.number,
        "id": new_id(at),
        "at": at,
        "viewer": viewer,
        "session": session,
    }
    return tuple((columns | other).values())


async def test_ken_writes_in_his_own_name_and_cannot_read_it_back(
    here: Neighbourhood, server: asyncpg.Connection
) -> None:
    async with entered(server, here, "ken"):
        assert await server.execute(insert("releases"), *row(here, "ken")) == "INSERT 0 1"
        assert await server.fetchval("select count(*) from kairan.releases") == 0


async def test_ken_writes_in_no_other_name_session_or_city(
    here: Neighbourhood, there: Neighbourhood, server: asyncpg.Connection
) -> None:
    hanako, of_hanako = here.who("hanako")
    wrong: list[dict[str, Any]] = [
        {"viewer": hanako},
        {"session": of_hanako},
        {"session": uuid4()},
        {"viewer": hanako, "session": of_hanako},
        {"city": there.city.number},
    ]
    for other in wrong:
        async with entered(server, here, "ken"):
            with pytest.raises(
                asyncpg.InsufficientPrivilegeError, match="row-level security policy"
            ):
                await server.execute(insert("releases"), *row(here, "ken", **other))


async def test_what_is_written_is_neither_changed_nor_taken_away(
    here: Neighbourhood, server: asyncpg.Connection, superuser: asyncpg.Pool
) -> None:
    months = await tables_of(superuser, partitions=True)
    assert "releases_stray" in months
    for name in ("ken", "hanako", "AUDITOR"):
        for table in ("releases", *months):
            for statement in (
                f"update kairan.{table} set office_title = ''",
                f"delete from kairan.{table}",
                f"truncate kairan.{table}",
            ):
                async with entered(server, here, name):
                    with pytest.raises(
                        asyncpg.InsufficientPrivilegeError, match=f"for table {table}"
                    ):
                        await server.execute(statement)


async def test_a_month_is_reached_through_the_ledger_alone(
    here: Neighbourhood, server: asyncpg.Connection, superuser: asyncpg.Pool
) -> None:
    for month in await tables_of(superuser, partitions=True):
        for name in ("ken", "AUDITOR"):
            async with entered(server, here, name):
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match=f"table {month}"):
                    await server.execute(insert(month), *row(here, name))
            async with entered(server, here, name):
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match=f"table {month}"):
                    await server.fetch(f"select * from kairan.{month}")


async def test_the_server_makes_no_table_of_its_own(
    here: Neighbourhood, server: asyncpg.Connection
) -> None:
    for statement in (
        "create table kairan.copy (city integer)",
        "create table app.copy (city integer)",
        "create table public.copy (city integer)",
        "create table kairan.releases_2040_01 partition of kairan.releases default",
        "create function app.mine() returns int language sql as 'select 1'",
        "alter table kairan.profiles no force row level security",
        "create policy all_of_it on kairan.profiles using (true)",
        "set session authorization kairan_owner",
        "set role kairan_enter",
        "set role kairan_door",
        "set role kairan_owner",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await server.execute(statement)
