"""The demo city: the same every time, whole or not at all, and behind the wall like any other."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from argon2 import PasswordHasher

from db.demo.city import demo_city
from db.demo.fiscal import TOKYO
from db.demo.load import NotEmptyError, is_empty, load
from db.demo.rows import Rows
from db.demo.sign_ins import PASSWORD, PASSWORD_HASH, SIGN_INS
from db.embedded import Addresses
from db.throwaway import throwaway_postgres
from migrations import run as migrations

TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=TOKYO)

FIRST = "春光台わかば町内会"
SECOND = "神楽岡すずらん町内会"
ALL_POWERS = [
    "MANAGE_MEMBERS",
    "MANAGE_OFFICES",
    "MODERATE",
    "PUBLISH",
    "RUN_SAFETY_CHECKS",
    "RUN_SURVEYS",
    "VIEW_RECEIPTS",
    "VIEW_ROSTER",
]

MakeDatabase = Callable[[str], Addresses]


def query(url: str, sql: str, *arguments: object) -> list[tuple[Any, ...]]:
    async def run() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(sql, *arguments)]
        finally:
            await connection.close()

    return asyncio.run(run())


def execute(url: str, *statements: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


@pytest.fixture(scope="module")
def migrated() -> Iterator[MakeDatabase]:
    """Makes a migrated database of that name, without anything in it."""
    with throwaway_postgres() as addresses:
        migrations.upgrade(addresses.owner)
        elsewhere = addresses.in_database("postgres").superuser

        def make(name: str) -> Addresses:
            execute(elsewhere, f"create database {name} template kairan owner kairan_owner")
            return addresses.in_database(name)

        yield make


@pytest.fixture(scope="module")
def city(migrated: MakeDatabase) -> Addresses:
    """The demo city, as it is on a Monday in November."""
    addresses = migrated("city")
    load(addresses.owner, today=TODAY)
    return addresses


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


def rows_of(rows: Rows, table: str) -> list[dict[str, Any]]:
    return [
        dict(zip(records.columns, row, strict=True))
        for records in rows.records()
        if records.table == table
        for row in records.rows
    ]


def test_two_loads_on_one_day_give_the_same_city(city: Addresses, migrated: MakeDatabase) -> None:
    again = migrated("again")
    load(again.owner, today=TODAY)
    assert fingerprints(again) == fingerprints(city)


def test_people_and_groups_are_the_same_on_any_day() -> None:
    one, other = demo_city(TODAY), demo_city(date(2029, 4, 1))
    for table in ("residents", "profiles", "groups", "hans", "households", "offices", "logins"):
        assert rows_of(one, table) == rows_of(other, table)
        assert rows_of(one, table)


def test_documents_may_quote_the_ids_of_the_first_two_groups(city: Addresses) -> None:
    found = dict(query(city.superuser, "select name, id from kairan.groups"))
    assert found[FIRST] == UUID("018e96f4-a800-7000-9ef1-66ce2a0b151a")
    assert found[SECOND] == UUID("018ebb01-2c00-7000-a2a0-c83471bc2cff")


def test_documents_may_quote_what_a_sign_in_tells_of_himself(city: Addresses) -> None:
    sql = """
        select p.family_name, p.given_name, p.kana, p.postal_code, p.address, p.building,
            p.phone, p.email, p.birth_date, d.joined_on, h.name, d.membership_id
        from kairan.logins l
        join kairan.profiles p on p.resident_id = l.person
        join kairan.member_details d on d.resident_id = l.person
        join kairan.groups g on g.id = d.group_id
        join kairan.hans h on h.id = d.han_id
        where l.login = 'officer@kairan.example' and g.name = $1
    """
    assert query(city.superuser, sql, FIRST) == [
        (
            "佐藤",
            "一郎",
            "サトウ イチロウ",
            "071-9911",
            "北海道旭川市春光台わかば町2丁目1番17号",
            "メゾン大雪106号室",
            "0166-00-2333",
            "sato.ichiro739@mail.example",
            date(1957, 11, 3),
            date(2004, 2, 11),
            "第3班",
            UUID("71aa40de-811c-45ec-9ecc-4d88181a6f3c"),
        )
    ]


def test_every_sign_in_left_no_field_empty(city: Addresses) -> None:
    sql = """
        select count(*), count(distinct l.login) from kairan.logins l
        join kairan.profiles p on p.resident_id = l.person
        join kairan.member_details d on d.resident_id = l.person
        where num_nulls(p.family_name, p.given_name, p.kana, p.postal_code, p.address, p.area_id,
            p.phone, p.email, p.birth_date, d.han_id, d.household_id, d.joined_on) = 0
            and d.kept_private = '{}' and d.status = 'ACTIVE'
    """
    assert query(city.superuser, sql) == [(7, 5)]


def test_the_city_is_as_large_as_promised(city: Addresses) -> None:
    counts = {table: count for table, (count, _digest) in fingerprints(city).items()}
    assert counts["cities"] == 1
    assert counts["areas"] == 20
    assert counts["groups"] == 12
    assert counts["residents"] == counts["profiles"] == 1800
    assert counts["memberships"] == counts["member_details"] == 1707
    assert counts["logins"] == 7
    assert counts["staff"] == 2
    assert counts["sessions"] == counts["city_policies"] == 0
    assert counts["membership_requests"] == 8
    assert query(city.superuser, "select count(*) from kairan.releases") == [(0,)]


def test_the_groups_differ_in_size_and_in_what_they_chose(city: Addresses) -> None:
    sql = """
        select g.name, g.participation, g.member_directory,
            (select count(*) from kairan.memberships m
             where m.group_id = g.id and m.status = 'ACTIVE'),
            (select count(*) from kairan.delegations d where d.group_id = g.id)
        from kairan.groups g order by g.id
    """
    assert query(city.superuser, sql) == [
        ("春光台わかば町内会", "ACTIVE", "OFFICERS", 150, 8),
        ("神楽岡すずらん町内会", "ACTIVE", "MEMBERS", 180, 8),
        ("豊岡ポプラ団地自治会", "ACTIVE", "OFFICERS", 300, 8),
        ("忠和かわぞい町内会", "ACTIVE", "OFFICERS", 220, 8),
        ("永山いちょう通町内会", "ACTIVE", "MEMBERS", 170, 8),
        ("末広ななかまど町内会", "ACTIVE", "OFFICERS", 140, 8),
        ("東光あさひ団地自治会", "ACTIVE", "MEMBERS", 125, 8),
        ("緑が丘しらかば町内会", "ACTIVE", "OFFICERS", 110, 7),
        ("新旭川ひばり町内会", "TRIAL", "OFFICERS", 95, 4),
        ("東鷹栖たんぽぽ町内会", "SUSPENDED", "OFFICERS", 90, 8),
        ("西神楽ほたる町内会", "ENDED", "OFFICERS", 75, 8),
        ("江丹別そばの花町内会", "ACTIVE", "MEMBERS", 5, 8),
    ]


def facts(city: Addresses, login: str, at: datetime) -> dict[str, Any]:
    """What the database says of somebody who signs in: by the server's own way in."""

    async def enter() -> dict[str, Any]:
        connection = await asyncpg.connect(city.server)
        try:
            found = await connection.fetchrow("select * from app.find_login($1)", login)
            assert found is not None
            session = uuid4()
            await connection.execute(
                "select app.open_session($1, $2, $3, $4, $5, $6)",
                found["city"],
                session,
                found["person"],
                found["kind"],
                at,
                at + timedelta(hours=1),
            )
            entered = await connection.fetchval(
                "select app.enter($1, $2, $3, $4)", found["city"], found["person"], session, at
            )
            return dict(json.loads(entered))
        finally:
            await connection.close()

    return asyncio.run(enter())


STANDINGS = [
    ("member@kairan.example", [(FIRST, [], []), (SECOND, [], [])]),
    ("officer@kairan.example", [(FIRST, ["会長"], ALL_POWERS)]),
    ("treasurer@kairan.example", [(FIRST, ["会計"], ["RUN_SURVEYS"])]),
    ("both@kairan.example", [(FIRST, [], []), (SECOND, ["会長"], ALL_POWERS)]),
    ("former@kairan.example", [(FIRST, [], [])]),
]


@pytest.mark.parametrize(("login", "standing"), STANDINGS)
# The last: a demo of this November is still as promised when the next fiscal year has come.
@pytest.mark.parametrize("at", [NOON, datetime(2027, 4, 2, 12, tzinfo=TOKYO)])
def test_a_sign_in_has_the_offices_it_promises(
    city: Addresses, login: str, standing: list[tuple[str, list[str], list[str]]], at: datetime
) -> None:
    names = dict(query(city.superuser, "select id::text, name from kairan.groups"))
    found = facts(city, login, at)
    assert found["kind"] == "RESIDENT"
    assert sorted(
        (
            names[membership["group"]],
            [appointment["title"] for appointment in membership["appointments"]],
            [power for held in membership["appointments"] for power in held["powers"]],
        )
        for membership in found["memberships"]
    ) == sorted(standing)


@pytest.mark.parametrize(
    ("login", "roles"),
    [
        ("city@kairan.example", ["OPERATIONS", "SUPPRESSION"]),
        ("auditor@kairan.example", ["AUDITOR"]),
    ],
)
def test_staff_have_roles_and_no_memberships(city: Addresses, login: str, roles: list[str]) -> None:
    found = facts(city, login, NOON)
    assert (found["kind"], found["staffRoles"], found["memberships"]) == ("STAFF", roles, [])


def test_the_seven_sign_ins_and_nobody_else_open_with_the_password(city: Addresses) -> None:
    found = query(city.superuser, "select login, password_hash from kairan.logins order by login")
    assert [login for login, _hash in found] == [
        "auditor@kairan.example",
        "both@kairan.example",
        "city@kairan.example",
        "former@kairan.example",
        "member@kairan.example",
        "officer@kairan.example",
        "treasurer@kairan.example",
    ]
    assert {entry.login for entry in SIGN_INS} == {login for login, _hash in found}
    assert {password_hash for _login, password_hash in found} == {PASSWORD_HASH}
    assert PASSWORD == "kairan-demo"
    hasher = PasswordHasher()
    assert hasher.verify(PASSWORD_HASH, "kairan-demo")
    # A sign-in would otherwise compute a new hash, and find that it may not write it.
    assert not hasher.check_needs_rehash(PASSWORD_HASH)


def test_the_president_before_held_office_until_the_last_day_of_march(city: Addresses) -> None:
    sql = """
        select o.title, a.starts_on, a.ends_on
        from kairan.logins l
        join kairan.memberships m on m.resident_id = l.person
        join kairan.appointments a on a.membership_id = m.id
        join kairan.offices o on o.id = a.office_id
        where l.login = 'former@kairan.example'
    """
    assert query(city.superuser, sql) == [("会長", date(2024, 4, 1), date(2026, 3, 31))]


def test_terms_are_past_present_and_to_come(city: Addresses) -> None:
    sql = """
        select count(*) filter (where ends_on < $1), count(*) filter (where starts_on > $1),
            count(*) filter (where starts_on <= $1 and ends_on >= $1), count(ended_at)
        from kairan.appointments
        where group_id = (select id from kairan.groups where name = $2)
    """
    # A president, a vice, two secretaries and ten heads of han; a vice and a head of safety; all.
    assert query(city.superuser, sql, TODAY, FIRST) == [(14, 2, 16, 1)]


def test_exactly_one_resident_is_suppressed_and_would_have_much_to_lose(city: Addresses) -> None:
    sql = """
        select p.family_name is not null, p.address is not null, p.phone is not null,
            p.email is not null, p.birth_date is not null, d.han_id is not null,
            d.household_id is not null, d.joined_on is not null, d.display_name <> '会員', g.name
        from kairan.suppressions s
        join kairan.profiles p on p.resident_id = s.resident_id
        join kairan.memberships m on m.resident_id = s.resident_id
        join kairan.member_details d on d.membership_id = m.id
        join kairan.groups g on g.id = m.group_id
        where s.lifted_at is null and not s.provisional and m.status = 'ACTIVE'
    """
    assert query(city.superuser, sql) == [(True,) * 9 + (FIRST,)]
    held = "select count(*) from kairan.appointments a join kairan.memberships m"
    held += " on m.id = a.membership_id join kairan.suppressions s on s.resident_id = m.resident_id"
    assert query(city.superuser, held) == [(0,)]


def test_somebody_in_the_first_group_never_filled_anything_in(city: Addresses) -> None:
    sql = """
        select count(*)
        from kairan.profiles p
        join kairan.member_details d on d.resident_id = p.resident_id
        join kairan.groups g on g.id = d.group_id
        where g.name = $1 and p.display_name = '会員' and d.display_name = '会員'
            and num_nonnulls(p.family_name, p.given_name, p.kana, p.postal_code, p.address,
                p.building, p.area_id, p.phone, p.email, p.birth_date) = 0
            and num_nonnulls(d.han_id, d.household_id, d.joined_on) = 0
    """
    assert query(city.superuser, sql, FIRST) == [(2,)]


def test_some_fields_are_empty_and_some_are_kept_private(city: Addresses) -> None:
    sql = """
        select round(100.0 * count(*) filter (where phone is null) / 1800),
            round(100.0 * count(*) filter (where email is null) / 1800),
            round(100.0 * count(*) filter (where birth_date is null) / 1800)
        from kairan.profiles
    """
    ((no_phone, no_email, no_birth_date),) = query(city.superuser, sql)
    assert 12 <= no_phone <= 18
    assert 27 <= no_email <= 33
    assert 22 <= no_birth_date <= 28
    kept = "select distinct unnest(kept_private) from kairan.member_details order by 1"
    assert [category for (category,) in query(city.superuser, kept)] == [
        "ADDRESS",
        "AGE",
        "EMAIL",
        "PHONE",
        "PLACE",
        "RECEIPT",
    ]


def test_nobody_in_the_city_can_be_reached() -> None:
    profiles = rows_of(demo_city(TODAY), "profiles")
    phones = {profile["phone"] for profile in profiles} - {None}
    assert [phone for phone in phones if not re.fullmatch(r"(0166-00|090-0000)-\d{4}", phone)] == []
    emails = {profile["email"] for profile in profiles} - {None}
    assert [email for email in emails if not email.endswith("@mail.example")] == []
    codes = {profile["postal_code"] for profile in profiles} - {None}
    assert [code for code in codes if not re.fullmatch(r"07\d-99\d\d", code)] == []


def test_the_first_groups_circulars_are_of_every_kind(city: Addresses) -> None:
    sql = """
        select c.audience, count(*), count(c.withdrawn_at),
            count(*) filter (where c.published_at > $2)
        from kairan.circulars c join kairan.groups g on g.id = c.group_id
        where g.name = $1 group by 1 order by 1
    """
    assert query(city.superuser, sql, FIRST, NOON) == [
        ("ALL", 9, 1, 1),
        ("HAN", 2, 0, 0),
        ("OFFICE", 1, 0, 0),
    ]


def test_seven_of_ten_got_a_circular_and_half_read_it(city: Addresses) -> None:
    sql = """
        select round(100.0 * count(r.*) / count(*)), round(100.0 * count(r.read_at) / count(*)),
            count(p.*) filter (where not h.paper_only), count(r.*) filter (where h.paper_only)
        from kairan.circulars c
        join kairan.memberships m on m.group_id = c.group_id and m.status = 'ACTIVE'
        join kairan.member_details d on d.membership_id = m.id
        left join kairan.households h on h.id = d.household_id
        left join kairan.receipts r on r.circular_id = c.id and r.membership_id = m.id
        left join kairan.paper_deliveries p on p.circular_id = c.id and p.membership_id = m.id
        where c.audience = 'ALL' and c.withdrawn_at is null and c.published_at < $1
    """
    ((delivered, read, paper_to_others, digital_to_paper),) = query(city.superuser, sql, NOON)
    assert 67 <= delivered <= 73
    assert 47 <= read <= 53
    assert (paper_to_others, digital_to_paper) == (0, 0)


@pytest.mark.parametrize(
    "today", [date(2027, 3, 31), date(2027, 4, 1), date(2028, 2, 29), date(2029, 1, 1)]
)
def test_on_any_day_offices_are_held_and_only_the_scheduled_lies_ahead(today: date) -> None:
    rows = demo_city(today)
    midnight = datetime(today.year, today.month, today.day, tzinfo=TOKYO)
    for table in ("receipts", "paper_deliveries", "memberships", "membership_requests"):
        moments = [
            v for row in rows_of(rows, table) for v in row.values() if isinstance(v, datetime)
        ]
        assert moments
        assert max(moments) < midnight
    ahead = [row["title"] for row in rows_of(rows, "circulars") if row["published_at"] >= midnight]
    assert ahead == ["新年度の役員のご紹介"] * 3
    groups_with_an_officer = {
        row["group_id"]
        for row in rows_of(rows, "appointments")
        if row["starts_on"] <= today <= row["ends_on"]
    }
    assert len(groups_with_an_officer) == 12


def forced(addresses: Addresses) -> set[bool]:
    sql = """
        select c.relrowsecurity and c.relforcerowsecurity from pg_class c
        where c.relnamespace = 'kairan'::regnamespace and c.relkind in ('r', 'p')
            and c.relname <> 'alembic_version'
    """
    return {stands for (stands,) in query(addresses.superuser, sql)}


def test_after_the_load_the_second_wall_stands_as_migrated(city: Addresses) -> None:
    assert forced(city) == {True}
    assert migrations.differences(city.owner) == []
    assert query(city.owner, "select count(*) from kairan.profiles") == [(0,)]
    assert query(city.server, "select count(*) from kairan.profiles") == [(0,)]


def test_a_load_that_fails_near_its_end_leaves_nothing_and_the_wall_standing(
    migrated: MakeDatabase,
) -> None:
    addresses = migrated("failing")
    execute(addresses.superuser, "alter table kairan.receipts add check (read_at is null)")
    with pytest.raises(asyncpg.CheckViolationError):
        load(addresses.owner, today=TODAY)
    assert {count for count, _digest in fingerprints(addresses).values()} == {0}
    assert forced(addresses) == {True}
    assert is_empty(addresses.owner)


def test_an_operator_is_told_whether_the_database_is_empty(
    city: Addresses, migrated: MakeDatabase
) -> None:
    assert not is_empty(city.owner)
    empty = migrated("empty")
    assert is_empty(empty.owner)
    assert forced(empty) == {True}


def test_a_city_that_is_there_is_never_loaded_over(migrated: MakeDatabase) -> None:
    addresses = migrated("taken")
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


def test_an_operator_is_told_what_is_being_loaded(migrated: MakeDatabase) -> None:
    lines: list[str] = []
    load(migrated("told").owner, today=TODAY, progress=lines.append)
    assert lines[0] == "cities: 1"
    assert "residents: 1,800" in lines
