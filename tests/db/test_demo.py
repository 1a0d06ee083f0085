"""The demo city is loaded whole or not at all, the same every time, and behind the wall."""

from datetime import date

import asyncpg
import pytest

from db.demo.city import demo_city
from db.demo.load import NotEmptyError, is_empty, load
from db.embedded import Addresses
from migrations import run as migrations
from tests.db.demo_databases import TODAY, MakeDatabase, execute, query, rows_of

TABLES = """
    select c.relname from pg_class c
    where c.relnamespace = 'kairan'::regnamespace and c.relkind = 'r' and not c.relispartition
        and c.relname <> 'alembic_version'
    order by c.relname
"""


def fingerprints(addresses: Addresses) -> dict[str, tuple[int, str]]:
    """Of each table: how many rows, and what they come to whatever their order."""
    found = {}
    for (table,) in query(addresses.superuser, TABLES):
        sql = f"""
            select count(*), md5(coalesce(string_agg(t::text, '' order by t::text collate "C"), ''))
            from kairan.{table} t
        """
        ((count, digest),) = query(addresses.superuser, sql)
        found[table] = (count, digest)
    return found


def test_two_loads_on_one_day_give_the_same_city(
    demo: Addresses, make_migrated: MakeDatabase
) -> None:
    again = make_migrated("again")
    load(again.owner, today=TODAY)
    assert fingerprints(again) == fingerprints(demo)


def test_people_and_groups_are_the_same_on_any_day() -> None:
    one, other = demo_city(TODAY), demo_city(date(2029, 4, 1))
    for table in ("residents", "profiles", "groups", "hans", "households", "offices", "logins"):
        assert rows_of(one, table) == rows_of(other, table)
        assert rows_of(one, table)


def test_the_city_is_as_large_as_promised(demo: Addresses) -> None:
    counts = {table: count for table, (count, _digest) in fingerprints(demo).items()}
    assert counts["cities"] == 1
    assert counts["areas"] == 20
    assert counts["groups"] == 12
    assert counts["residents"] == counts["profiles"] == 1800
    assert counts["memberships"] == counts["member_details"] == 1707
    assert counts["logins"] == 7
    assert counts["staff"] == 2
    assert counts["sessions"] == counts["city_policies"] == 0
    assert counts["membership_requests"] == 8
    assert query(demo.superuser, "select count(*) from kairan.releases") == [(0,)]


def forced(addresses: Addresses) -> set[bool]:
    sql = """
        select c.relrowsecurity and c.relforcerowsecurity from pg_class c
        where c.relnamespace = 'kairan'::regnamespace and c.relkind in ('r', 'p')
            and c.relname <> 'alembic_version'
    """
    return {stands for (stands,) in query(addresses.superuser, sql)}


def test_after_the_load_the_second_wall_stands_as_migrated(demo: Addresses) -> None:
    assert forced(demo) == {True}
    assert migrations.differences(demo.owner) == []
    assert query(demo.owner, "select count(*) from kairan.profiles") == [(0,)]
    assert query(demo.server, "select count(*) from kairan.profiles") == [(0,)]


def test_a_load_that_fails_near_its_end_leaves_nothing_and_the_wall_standing(
    make_migrated: MakeDatabase,
) -> None:
    addresses = make_migrated("failing")
    execute(addresses.superuser, "alter table kairan.receipts add check (read_at is null)")
    with pytest.raises(asyncpg.CheckViolationError):
        load(addresses.owner, today=TODAY)
    assert {count for count, _digest in fingerprints(addresses).values()} == {0}
    assert forced(addresses) == {True}
    assert is_empty(addresses.owner)


def test_an_operator_is_told_whether_the_database_is_empty(
    demo: Addresses, make_migrated: MakeDatabase
) -> None:
    assert not is_empty(demo.owner)
    empty = make_migrated("empty")
    assert is_empty(empty.owner)
    assert forced(empty) == {True}


def test_a_city_that_is_there_is_never_loaded_over(make_migrated: MakeDatabase) -> None:
    addresses = make_migrated("taken")
    execute(addresses.superuser, "insert into kairan.cities (city, name) values (1211, '網走市')")
    before = fingerprints(addresses)
    with pytest.raises(NotEmptyError) as refusal:
        load(addresses.owner, today=TODAY)
    assert str(refusal.value) == (
        "the database already holds 網走市: the demo city goes into an empty one,"
        " so give another database"
    )
    assert fingerprints(addresses) == before
    assert forced(addresses) == {True}


def test_an_operator_is_told_what_is_being_loaded(make_migrated: MakeDatabase) -> None:
    lines: list[str] = []
    load(make_migrated("told").owner, today=TODAY, progress=lines.append)
    assert lines[0] == "cities: 1"
    assert "residents: 1,800" in lines
