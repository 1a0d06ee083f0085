"""Kairan refuses to serve from a database where the second wall would not stand."""

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from db import preflight
from db.embedded import Addresses
from db.preflight import refusals
from db.throwaway import throwaway_postgres
from migrations import run as migrations


@pytest.fixture(scope="module")
def addresses() -> Iterator[Addresses]:
    """A migrated database, and one without anything, on a server of their own."""
    with throwaway_postgres() as made:
        migrations.upgrade(made.owner)
        yield made


async def role(addresses: Addresses, name: str, *rights: str) -> str:
    """The URL of a new login with `rights`, each a complete statement about `{}`."""
    connection = await asyncpg.connect(addresses.superuser)
    try:
        await connection.execute(f"create role {name} login password 'word'")
        for statement in rights:
            await connection.execute(statement.format(name))
    finally:
        await connection.close()
    parts = urlsplit(addresses.server)
    return urlunsplit(parts._replace(netloc=f"{name}:word@127.0.0.1:{parts.port}"))


CONNECT = "grant connect on database kairan to {}"


async def test_the_servers_role_on_a_migrated_database_may_serve(addresses: Addresses) -> None:
    assert await refusals(addresses.server, migrations.head()) == []


async def test_an_operators_own_login_in_that_role_may_serve(addresses: Addresses) -> None:
    url = await role(addresses, "asahikawa", "grant kairan_server to {}")
    assert await refusals(url, migrations.head()) == []


async def test_a_superuser_is_refused(addresses: Addresses) -> None:
    (refusal,) = await refusals(addresses.superuser, migrations.head())
    assert refusal == (
        "role postgres is a superuser, whom row security does not bind: make a login of its own,"
        " `create role NAME login password '...' in role kairan_server`, and put that in"
        " KAIRAN_DATABASE_URL"
    )


async def test_whoever_can_become_a_superuser_is_refused(addresses: Addresses) -> None:
    url = await role(addresses, "becomes", CONNECT, "grant postgres to {} with inherit false")
    (refusal,) = await refusals(url, migrations.head())
    assert refusal.startswith("role becomes is a superuser, whom row security does not bind: make")


async def test_the_owner_of_the_tables_is_refused(addresses: Addresses) -> None:
    (refusal,) = await refusals(addresses.owner, migrations.head())
    assert refusal.startswith("role kairan_owner owns kairan.")
    assert ", ... and could switch row security off: make a login of its own" in refusal


async def test_a_member_of_the_owner_is_refused(addresses: Addresses) -> None:
    url = await role(addresses, "deputy", CONNECT, "grant kairan_owner to {} with inherit false")
    (refusal,) = await refusals(url, migrations.head())
    assert refusal.startswith("role deputy owns kairan.")


async def test_a_role_that_may_open_the_door_itself_is_refused(addresses: Addresses) -> None:
    url = await role(addresses, "porter", "grant kairan_server, kairan_door to {}")
    (refusal,) = await refusals(url, migrations.head())
    assert refusal.startswith("role porter owns app.find_login(), app.open_session()")


async def test_a_role_with_bypassrls_is_refused(addresses: Addresses) -> None:
    url = await role(addresses, "bypasser", "grant kairan_server to {}", "alter role {} bypassrls")
    (refusal,) = await refusals(url, migrations.head())
    assert refusal.startswith("role bypasser has BYPASSRLS, so row security does not bind it: make")


async def test_a_role_that_was_given_nothing_is_told_what_it_lacks(addresses: Addresses) -> None:
    url = await role(addresses, "stranger", CONNECT)
    (refusal,) = await refusals(url, migrations.head())
    assert refusal.startswith("role stranger is not a member of kairan_server: make a login of its")


async def test_a_database_without_tables_is_refused(addresses: Addresses) -> None:
    connection = await asyncpg.connect(addresses.superuser)
    try:
        await connection.execute("create database bare")
    finally:
        await connection.close()
    (refusal,) = await refusals(addresses.in_database("bare").server, migrations.head())
    assert refusal == (
        "the database has no tables of Kairan yet: run `kairan migrate` with"
        " KAIRAN_OWNER_DATABASE_URL set"
    )


async def test_a_database_at_another_migration_is_refused(addresses: Addresses) -> None:
    (refusal,) = await refusals(addresses.server, "9999")
    assert refusal == (
        f"the database is at migration {migrations.head()} and this Kairan needs 9999: run `kairan"
        " migrate` with KAIRAN_OWNER_DATABASE_URL set (where the database is the newer one,"
        " install a newer Kairan)"
    )


async def test_an_old_postgresql_is_refused(
    addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    # There is one real server here: instead of an older server, a more demanding Kairan.
    monkeypatch.setattr(preflight, "OLDEST_SERVER", 19)
    (refusal,) = await refusals(addresses.server, migrations.head())
    assert refusal.startswith("the database is PostgreSQL 18.")
    assert refusal.endswith(": Kairan needs 19 or newer")


async def test_a_wrong_password_is_reported_without_the_password(addresses: Addresses) -> None:
    parts = urlsplit(addresses.server)
    url = urlunsplit(parts._replace(netloc=f"kairan_server:hunter2@127.0.0.1:{parts.port}"))
    (refusal,) = await refusals(url, migrations.head())
    assert refusal == (
        "the database of KAIRAN_DATABASE_URL cannot be reached:"
        ' password authentication failed for user "kairan_server"'
    )
