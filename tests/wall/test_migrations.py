"""Migrations lead to one catalogue, by whatever way; a database that strayed from it is told."""

import asyncio

import asyncpg
import pytest

from db.embedded import Addresses
from migrations import run as migrations
from tests.harness.databases import new_database

# Everything that is ours in a database, a line each. Months of the ledger aside: they come and go.
OURS = """
    with ours as (
        select oid, nspname, nspowner, nspacl from pg_namespace where nspname in ('kairan', 'app')
    ), relations as (
        select c.* from pg_class c join ours on ours.oid = c.relnamespace
        where c.relname !~ '^releases_[0-9]{4}_'
    )
    select format('schema %s %s %s', nspname, nspowner::regrole, nspacl) from ours
    union all
    select format('%s %s %s %s %s %s', relkind, relname, relowner::regrole, relacl,
        relrowsecurity, relforcerowsecurity)
    from relations
    union all
    select format('column %s %s %s %s %s %s %s', c.relname, a.attname,
        format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
        a.attstorage, nullif(a.attacl, '{}'))
    from relations c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    union all
    select format('index %s', pg_get_indexdef(c.oid)) from relations c where relkind in ('i', 'I')
    union all
    select format('constraint %s %s', k.conname, pg_get_constraintdef(k.oid))
    from pg_constraint k join relations c on c.oid = k.conrelid
    union all
    select format('policy %s', p) from pg_policies p
    union all
    select format('function %s %s %s', pg_get_functiondef(p.oid), proowner::regrole, proacl)
    from pg_proc p join ours on ours.oid = p.pronamespace
"""


def lines(url: str, query: str = OURS) -> list[str]:
    async def read() -> list[str]:
        connection = await asyncpg.connect(url)
        try:
            return sorted(row[0] for row in await connection.fetch(query))
        finally:
            await connection.close()

    return asyncio.run(read())


def run(url: str, statements: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statements)
        finally:
            await connection.close()

    asyncio.run(execute())


@pytest.fixture
def database(postgres: Addresses) -> Addresses:
    return asyncio.run(new_database(postgres))


def test_up_down_and_up_again_is_the_same_database(database: Addresses) -> None:
    first = lines(database.superuser)
    assert len([line for line in first if line.startswith("r ")]) == 32
    assert len([line for line in first if line.startswith("policy")]) >= 70
    migrations.downgrade(database.owner, "base")
    left = lines(database.superuser)
    assert [line.split()[1] for line in left if line.startswith(("r ", "p "))] == [
        "alembic_version"
    ]
    assert [line for line in left if line.startswith(("policy", "function", "schema app"))] == []
    migrations.upgrade(database.owner)
    assert lines(database.superuser) == first
    assert migrations.differences(database.owner) == []


def test_back_to_reading_only_is_the_database_as_it_was_before_anybody_wrote(
    database: Addresses,
) -> None:
    head = lines(database.superuser)
    migrations.downgrade(database.owner, "base")
    migrations.upgrade(database.owner, "0001")
    before = lines(database.superuser)
    assert len([line for line in before if line.startswith("r ")]) == 23
    migrations.upgrade(database.owner)
    assert lines(database.superuser) == head
    migrations.downgrade(database.owner, "0001")
    assert lines(database.superuser) == before


LOOKS = """
    insert into kairan.releases (
        city, id, released_at, viewer, session_id, group_id, appointment_id, office_id,
        office_title, viewer_name, rule_version, fields, purposes, subjects, shown
    )
    select 1, id::uuid, '2026-11-23 03:00+00', id::uuid, id::uuid, id::uuid, id::uuid, id::uuid,
        '会長', 'けん', '1', fields::text[], purposes::text[], array(
            select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid
            from generate_series(1, people) n
        ), shown::bytea
    from (values
        ('00000000-0000-7000-8000-00000000000a', 1, '{old1,old2,old3}', '{x,y}', null),
        ('00000000-0000-7000-8000-00000000000b', 2, '{f1,f2,f3}', '{y,y,x}', null),
        ('00000000-0000-7000-8000-00000000000c', 4, '{f1,f2,f3}', '{y,y,x}', '\\x03070305'),
        (
            '00000000-0000-7000-8000-00000000000d', 2, '{f1,f2,f3,f4,f5,f6,f7,f8,f9}',
            '{p,p,p,p,p,p,p,p,q}', '\\x01018000'
        ),
        (
            '00000000-0000-7000-8000-00000000000e', 2, '{f1,f2,f3,f4,f5,f6,f7,f8}',
            '{p,p,p,p,p,p,p,p}', '\\x0180'
        )
    ) look (id, people, fields, purposes, shown)
"""
SPLIT = """
    select format('%s %s %s %s', right(viewer::text, 1), fields, purposes, array(
        select right(id::text, 1) from unnest(subjects) id
    )) from kairan.releases
"""
KEPT = "select right(id::text, 1) from kairan.releases where id = viewer"
MONTHS = "select left(id::text, 18) from kairan.releases"


def test_a_look_is_split_on_the_way_back_by_what_left_of_whom(database: Addresses) -> None:
    run(database.superuser, LOOKS)
    before = lines(database.superuser, SPLIT)
    migrations.downgrade(database.owner, "0008")
    split = [
        "a {old1,old2,old3} {x,y} {1}",
        "b {f1,f2,f3} {x,y} {1,2}",
        "c {f1,f2,f3} {x,y} {2}",
        "c {f1,f2} {y} {1,3}",
        "c {f1,f3} {x,y} {4}",
        "d {f1,f9} {p,q} {1}",
        "d {f8} {p} {2}",
        "e {f1} {p} {1}",
        "e {f8} {p} {2}",
    ]
    assert lines(database.superuser, SPLIT) == split
    # Each keeps its id, of the parts the first one; the others are of the same moment.
    assert lines(database.superuser, KEPT) == ["a", "b", "c", "d", "e"]
    assert lines(database.superuser, MONTHS) == ["00000000-0000-7000"] * len(split)
    migrations.upgrade(database.owner)
    assert lines(database.superuser, SPLIT) == split != before
    assert migrations.differences(database.owner) == []


def test_a_ledger_from_before_is_all_of_the_fields_of_all_of_the_people(
    database: Addresses,
) -> None:
    migrations.downgrade(database.owner, "0008")
    run(database.superuser, LOOKS.replace(", shown\n", "\n").replace(", shown::bytea", ""))
    before = lines(database.superuser, SPLIT)
    migrations.upgrade(database.owner)
    assert lines(database.superuser, SPLIT) == before
    assert lines(database.superuser, "select id from kairan.releases where shown is not null") == []


def test_bits_that_do_not_fit_fields_and_people_are_no_row(database: Addresses) -> None:
    for wrong in ("'\\x030703'", "'\\x0307030501'", "''"):
        with pytest.raises(asyncpg.CheckViolationError, match="releases_shown_check"):
            run(database.superuser, LOOKS.replace("'\\x03070305'", wrong))


def test_a_migrated_database_differs_in_nothing(database: Addresses) -> None:
    assert migrations.differences(database.owner) == []
    migrations.upgrade(database.owner)
    assert migrations.differences(database.owner) == []


def test_more_months_are_no_difference(database: Addresses) -> None:
    run(database.server, "select app.prepare_ledger('2031-01-01', 13)")
    assert migrations.differences(database.owner) == []


STRAYED = [
    ("drop policy members_read on kairan.circulars", "policy members_read on circulars"),
    (
        "alter policy members_read on kairan.circulars using (city = 1)",
        "policy members_read on circulars for SELECT to kairan_server using",
    ),
    (
        "create policy more on kairan.hans for select to public using (true)",
        "policy more on hans for SELECT to public using true",
    ),
    (
        "create policy owner_counts on kairan.profiles for select to public using (true)",
        "policy owner_counts on profiles for SELECT to public using true",
    ),
    (
        "alter policy owner_counts on kairan.releases_stray to public",
        "policy owner_counts on releases_stray for SELECT",
    ),
    ("alter table kairan.profiles no force row level security", "table profiles"),
    ("alter table kairan.profiles disable row level security", "table profiles"),
    ("alter table kairan.releases_stray no force row level security", "releases_stray"),
    (
        "do $$ begin execute format('alter table kairan.releases_%s no force row level security',"
        " to_char(now() at time zone 'Asia/Tokyo', 'YYYY_MM')); end $$",
        "partition",
    ),
    (
        "create or replace function app.age_band(p_born date, p_day date) returns text"
        " language sql immutable set search_path = pg_catalog, pg_temp as 'select null'",
        "function age_band",
    ),
    ("alter function app.enter reset search_path", "function enter"),
    ("alter function app.stray_releases() security invoker", "function stray_releases"),
    ("alter function app.enter owner to kairan_owner", "function enter"),
    ("drop function app.stray_releases()", "function stray_releases"),
    (
        "create function app.more() returns int language sql as 'select 1'",
        "function more",
    ),
    ("grant update on kairan.releases to kairan_server", "grant UPDATE on releases"),
    ("grant select on kairan.releases_stray to kairan_server", "grant SELECT on releases_stray"),
    ("grant select (login) on kairan.logins to kairan_server", "grant SELECT on logins.login"),
    ("revoke select on kairan.hans from kairan_server", "grant SELECT on hans"),
    ("grant select on kairan.hans to public", "grant SELECT on hans to public"),
    (
        "grant execute on function app.age_band to public",
        "grant EXECUTE on function age_band to public",
    ),
    (
        "grant create on schema kairan to kairan_server",
        "grant CREATE on schema kairan to kairan_server",
    ),
    ("alter table kairan.profiles add column nickname text", "nickname"),
    ("alter table kairan.profiles drop column phone", "phone"),
    ("alter table kairan.profiles alter column phone type text", "phone"),
    ("alter table kairan.profiles alter column display_name drop not null", "display_name"),
    ("alter table kairan.profiles alter column display_name set default '匿名'", "display_name"),
    ("create table kairan.more (city integer primary key)", "more"),
    ("drop table kairan.paper_deliveries", "paper_deliveries"),
    ("drop index kairan.receipts_membership_idx", "receipts_membership_idx"),
    ("create index more on kairan.profiles (city, phone)", "more"),
    (
        "alter table kairan.hans drop constraint hans_city_group_id_fkey",
        "hans_city_group_id_fkey",
    ),
    (
        "drop index kairan.memberships_active_key",
        "memberships_active_key",
    ),
    (
        "alter table kairan.staff drop constraint staff_roles_check",
        "check staff_roles_check on staff",
    ),
    (
        "create view kairan.more as select * from kairan.profiles",
        "more",
    ),
    (
        "create function public.more() returns trigger language plpgsql as 'begin return new; end';"
        " create trigger more before insert on kairan.releases"
        " for each row execute function public.more()",
        "trigger more on releases",
    ),
    (
        "create rule more as on update to kairan.hans do instead nothing",
        "rule more on hans",
    ),
]


@pytest.mark.parametrize(("change", "name"), STRAYED, ids=[change for change, _ in STRAYED])
def test_what_strayed_is_named(change: str, name: str, database: Addresses) -> None:
    run(database.superuser, change)
    found = migrations.differences(database.owner)
    assert found
    assert [line for line in found if name not in line] == []
