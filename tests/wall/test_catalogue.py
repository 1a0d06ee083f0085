"""The wall has no gap, and the scan that says so finds every gap we can think of."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.databases import new_database
from tests.wall.catalogue_scan import faults


async def test_the_wall_stands_without_a_fault(superuser: asyncpg.Pool) -> None:
    async with superuser.acquire() as connection:
        assert await faults(connection) == []


@pytest_asyncio.fixture(scope="module")
async def breakable(postgres: Addresses) -> AsyncIterator[asyncpg.Connection]:
    """The superuser in a database where faults are made and taken back."""
    addresses = await new_database(postgres)
    connection = await asyncpg.connect(addresses.superuser)
    yield connection
    await connection.close()


GAPS = [
    ("create index gap on kairan.profiles (phone)", ["index kairan.gap"]),
    ("create index gap on kairan.profiles (lower(phone))", ["index kairan.gap"]),
    ("create index gap on only kairan.releases (viewer, city)", ["index kairan.gap"]),
    (
        "alter table kairan.hans add constraint gap unique (id)",
        ["gap of hans", "index kairan.gap"],
    ),
    (
        "alter table kairan.hans add constraint gap unique (id);"
        " alter table kairan.households add constraint gap_fkey"
        " foreign key (han_id) references kairan.hans (id)",
        ["gap of hans", "gap_fkey of households", "index kairan.gap"],
    ),
    ("alter table kairan.profiles disable row level security", ["profiles is not forced"]),
    ("alter table kairan.profiles no force row level security", ["profiles is not forced"]),
    (
        "alter table kairan.releases_stray no force row level security",
        ["releases_stray is not forced"],
    ),
    ("create view kairan.gap as select * from kairan.profiles", ["gap is no table"]),
    (
        "create policy gap on kairan.profiles using (false)",
        ["gap on profiles is for everybody", "the policy profiles: gap ALL public"],
    ),
    (
        "create policy gap on kairan.profiles for select to kairan_server using (true)",
        [
            "gap on profiles does not begin with the city",
            "gap on profiles is true for kairan_server",
        ],
    ),
    (
        "create policy gap on kairan.receipts for insert to kairan_server with check (true)",
        [
            "gap on receipts does not begin with the city",
            "gap on receipts is true for kairan_server",
            "gap on receipts writes anything",
            "the policy receipts: gap INSERT kairan_server",
        ],
    ),
    (
        "alter policy manager_changes on kairan.hans with check (true)",
        [
            "manager_changes on hans does not begin with the city",
            "manager_changes on hans is true for kairan_server",
            "manager_changes on hans writes anything",
        ],
    ),
    (
        "alter policy manager_changes on kairan.hans with check (group_id is not null)",
        ["manager_changes on hans does not begin with the city"],
    ),
    (
        "alter policy hand_places on kairan.member_details using (true)",
        [
            "hand_places on member_details does not begin with the city",
            "hand_places on member_details writes anything",
        ],
    ),
    (
        "alter policy staff_takes_back on kairan.delegations to kairan_server, kairan_hand",
        [
            "kairan_hand needs no policies for DELETE delegations",
            "the policy delegations: staff_takes_back DELETE kairan_hand kairan_server",
        ],
    ),
    (
        "create policy gap on kairan.changes for update to kairan_server"
        " using (city = (select nullif(current_setting('app.city', true), '')::int))",
        ["gap on changes lets it be changed", "the policy changes: gap UPDATE kairan_server"],
    ),
    (
        "grant update (after) on kairan.changes to kairan_server",
        [
            "UPDATE on changes.after for kairan_server",
            "kairan_server may UPDATE changes.after",
            "kairan_server may change changes",
        ],
    ),
    (
        "grant delete on kairan.circular_versions to kairan_server",
        [
            "DELETE on circular_versions for kairan_server",
            "kairan_server may DELETE circular_versions",
            "kairan_server may change circular_versions",
        ],
    ),
    (
        "grant update (until) on kairan.past_places to kairan_hand",
        [
            "UPDATE on past_places.until for kairan_hand",
            "kairan_hand may change past_places",
            "kairan_hand needs no rights for UPDATE past_places",
        ],
    ),
    (
        "grant truncate on kairan.idempotency_keys to kairan_door",
        [
            "TRUNCATE on idempotency_keys for kairan_door",
            "kairan_door may change idempotency_keys",
            "kairan_door needs no rights for TRUNCATE idempotency_keys",
        ],
    ),
    (
        "grant update on kairan.hans to kairan_server",
        ["UPDATE on hans for kairan_server", "kairan_server may UPDATE hans"],
    ),
    (
        "grant update (powers, group_id) on kairan.offices to kairan_server",
        [
            "UPDATE on offices.group_id for kairan_server",
            "kairan_server may UPDATE offices.group_id",
        ],
    ),
    (
        "grant insert (id) on kairan.staff to kairan_server",
        ["INSERT on staff.id for kairan_server", "kairan_server may INSERT staff.id"],
    ),
    (
        "create policy gap on kairan.hans for select to kairan_server"
        " using (group_id = (select nullif(current_setting('app.person', true), '')::uuid))",
        ["gap on hans does not begin with the city"],
    ),
    (
        "grant update on kairan.releases to kairan_server",
        [
            "UPDATE on releases for kairan_server",
            "kairan_server may UPDATE releases",
            "kairan_server may change releases",
        ],
    ),
    (
        "grant delete on kairan.releases_stray to kairan_enter",
        [
            "DELETE on releases_stray for kairan_enter",
            "kairan_enter may change releases_stray",
            "kairan_enter needs no rights for DELETE releases_stray",
        ],
    ),
    (
        "grant select on kairan.releases_stray to kairan_server",
        ["SELECT on releases_stray for kairan_server"],
    ),
    (
        "grant select (login) on kairan.logins to kairan_server",
        ["SELECT on logins.login for kairan_server", "kairan_server may read logins"],
    ),
    (
        "grant select (turn) on kairan.refresh_tokens to kairan_server",
        [
            "SELECT on refresh_tokens.turn for kairan_server",
            "kairan_server may read refresh_tokens",
        ],
    ),
    (
        "grant kairan_door to kairan_server",
        [
            "kairan_server inherits kairan_door",
            "kairan_server is a member of kairan_door",
            "kairan_server may INSERT refresh_tokens",
            "kairan_server may INSERT sessions",
            "kairan_server may read logins",
        ],
    ),
    (
        "grant kairan_hand to kairan_server",
        [
            "kairan_server inherits kairan_hand",
            "kairan_server is a member of kairan_hand",
            "kairan_server may INSERT past_places",
            "kairan_server may UPDATE groups.member_directory",
            "kairan_server may UPDATE member_details.han_id",
            "kairan_server may UPDATE member_details.household_id",
        ],
    ),
    ("grant select on kairan.hans to public", ["SELECT on hans for PUBLIC"]),
    ("grant create on schema app to kairan_server", ["CREATE on schema app for kairan_server"]),
    (
        "grant execute on function app.stray_releases() to public",
        ["stray_releases is for everybody"],
    ),
    (
        "create function app.gap() returns int language sql security definer as 'select 1'",
        [
            "gap belongs to postgres",
            "gap has no fixed search_path",
            "gap has the rights of its owner",
            "gap is for everybody",
        ],
    ),
    (
        "alter function app.find_login(text) reset search_path",
        ["find_login has no fixed search_path"],
    ),
    (
        "create function public.gap() returns int language sql as 'select 1'",
        ["gap() is outside app"],
    ),
    (
        "create rule gap as on delete to kairan.hans do instead nothing",
        ["rule gap"],
    ),
    (
        "alter policy registrar_changes on kairan.logins using (true)",
        [
            "registrar_changes on logins does not begin with the city",
            "registrar_changes on logins writes anything",
        ],
    ),
    (
        "grant select on kairan.mailed_codes to kairan_server",
        ["SELECT on mailed_codes for kairan_server", "kairan_server may read mailed_codes"],
    ),
    (
        "revoke delete on kairan.mailed_codes from kairan_registrar",
        ["kairan_registrar lacks rights for DELETE mailed_codes"],
    ),
    (
        "grant kairan_registrar to kairan_server",
        [
            "kairan_server inherits kairan_registrar",
            "kairan_server is a member of kairan_registrar",
            "kairan_server may DELETE mailed_codes",
            "kairan_server may INSERT logins",
            "kairan_server may INSERT mailed_codes",
            "kairan_server may INSERT profiles",
            "kairan_server may INSERT residents",
            "kairan_server may UPDATE logins.password_hash",
            "kairan_server may UPDATE mailed_codes.tries",
            "kairan_server may read logins",
            "kairan_server may read mailed_codes",
        ],
    ),
    ("alter role kairan_server bypassrls", ["kairan_server is more than a role"]),
    ("alter role kairan_enter createdb", ["kairan_enter is more than a role"]),
    ("alter role kairan_door login", ["kairan_door can sign in"]),
    ("alter role kairan_hand bypassrls", ["kairan_hand is more than a role"]),
    (
        "alter function app.place_member owner to kairan_enter",
        [
            "kairan_enter lacks policies for INSERT past_places",
            "kairan_enter lacks policies for UPDATE member_details",
            "kairan_enter lacks rights for INSERT past_places",
            "kairan_enter lacks rights for UPDATE member_details",
            "kairan_hand needs no policies for INSERT past_places",
            "kairan_hand needs no policies for UPDATE member_details",
            "kairan_hand needs no rights for INSERT past_places",
            "kairan_hand needs no rights for UPDATE member_details",
            "place_member belongs to kairan_enter",
        ],
    ),
    ("create schema gap authorization kairan_enter", ["kairan_enter owns schema gap"]),
    (
        "grant select on kairan.profiles to kairan_enter",
        ["kairan_enter needs no rights for SELECT profiles"],
    ),
    (
        "revoke select on kairan.offices from kairan_enter",
        ["kairan_enter lacks rights for SELECT offices"],
    ),
    (
        "drop policy enter_reads on kairan.offices",
        ["kairan_enter lacks policies for SELECT offices"],
    ),
    (
        "create policy gap on kairan.profiles for select to kairan_enter using (true)",
        ["kairan_enter needs no policies for SELECT profiles"],
    ),
]


@pytest.mark.parametrize(("gap", "found"), GAPS, ids=[gap for gap, _ in GAPS])
async def test_a_gap_is_found(gap: str, found: list[str], breakable: asyncpg.Connection) -> None:
    transaction = breakable.transaction()
    await transaction.start()
    try:
        await breakable.execute(gap)
        seen = await faults(breakable)
    finally:
        await transaction.rollback()
    assert seen == found
    assert await faults(breakable) == []
