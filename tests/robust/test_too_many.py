"""More is asked than the database has connections for."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from db.embedded import Addresses
from db.pool import open_pool
from tests.robust.conftest import Database, found_town

GROUPS = "{ groups { nodes { name } } }"
OVERLOADED = {
    "errors": [
        {
            "message": "Too much is asked of us just now. Try again later.",
            "extensions": {"code": "OVERLOADED"},
        }
    ]
}
PUBLISH = """
    mutation($input: PublishCircularInput!) {
      publishCircular(input: $input) { circular { title } errors { code } }
    }
"""


async def test_who_finds_no_free_connection_is_told_when_to_come_back_and_nothing_was_done(
    database: Database, key_folder: Path
) -> None:
    async with found_town(
        database, key_folder, pool_size=2, pool_wait=2000, statement_timeout=10_000
    ) as town:
        asked = {
            "groupId": town.group.gid,
            "title": "新年会",
            "body": "一月五日です。",
            "idempotencyKey": "came-too-early",
        }
        circular = {"query": PUBLISH, "variables": {"input": asked}}
        async with town.faults.locked("groups"):
            first = [asyncio.create_task(town.kairan.nobody.ask(GROUPS)) for _ in range(2)]
            await town.faults.until_waiting(2)
            refused = await asyncio.gather(
                *(town.kairan.nobody.post({"query": GROUPS}) for _ in range(5)),
                town.ken.post(circular),
            )
        for answer in refused:
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert answer.json() == OVERLOADED
        # Those who were first were not harmed, and the next ones are served.
        for patient in first:
            assert (await patient)["data"]["groups"]["nodes"] == [{"name": "神楽町内会"}]
        assert await town.rows("circulars") == 0
        assert (await town.ken.post(circular)).status_code == 200
        assert await town.rows("circulars") == 1
        await town.faults.healthy()


async def test_signing_in_meets_the_same_answer(database: Database, key_folder: Path) -> None:
    async with found_town(
        database, key_folder, pool_size=1, pool_wait=2000, statement_timeout=10_000
    ) as town:
        async with town.faults.locked("groups"):
            first = asyncio.create_task(town.kairan.nobody.ask(GROUPS))
            await town.faults.until_waiting()
            sign_in = 'mutation { signIn(input: {login: "a", password: "b"}) { accessToken } }'
            answer = await town.kairan.nobody.post({"query": sign_in})
        assert (answer.status_code, answer.json()) == (503, OVERLOADED)
        await first


async def test_those_who_give_up_waiting_leave_a_pool_that_serves_the_others(
    postgres: Addresses,
) -> None:
    pool = await open_pool(postgres.server, size=2, statement_timeout_ms=1000, patience_ms=10_000)
    try:
        for round_ in range(50):
            async with pool.acquire(), pool.acquire():
                waiting = [asyncio.create_task(pool.fetchval("select 1")) for _ in range(4)]
                for _ in range(round_ % 3):
                    await asyncio.sleep(0)
                for each in waiting[:2]:
                    each.cancel()
            # Two were cancelled while a connection was coming free; two got one.
            ended = await asyncio.gather(*waiting, return_exceptions=True)
            assert [type(end) for end in ended[:2]] == [asyncio.CancelledError] * 2
            assert ended[2:] == [1, 1]
        async with pool.acquire() as one, pool.acquire() as other:
            assert await one.fetchval("select 1") == await other.fetchval("select 1") == 1
        assert pool.get_idle_size() == pool.get_size() == 2
    finally:
        await pool.close()


async def test_a_transaction_that_nobody_goes_on_with_is_ended_and_its_locks_are_freed(
    database: Database,
) -> None:
    addresses, superuser = database
    pool = await open_pool(addresses.server, size=1, statement_timeout_ms=250)
    try:
        async with pool.acquire() as forgotten:
            await forgotten.execute("begin")
            pid = forgotten.get_server_pid()
            async with asyncio.timeout(60):
                while await superuser.fetchval(  # noqa: ASYNC110 - PostgreSQL sends no event
                    "select count(*) from pg_stat_activity where pid = $1", pid
                ):
                    await asyncio.sleep(0.02)
            with pytest.raises((asyncpg.InterfaceError, asyncpg.PostgresError)):
                await forgotten.execute("commit")
        assert await pool.fetchval("select 1") == 1
    finally:
        await pool.close()


async def test_a_pool_opens_without_a_database_and_connects_when_there_is_one(
    postgres: Addresses, superuser: asyncpg.Pool
) -> None:
    late = postgres.in_database("comes_late")
    pool = await open_pool(late.server, size=2, statement_timeout_ms=1000)
    try:
        with pytest.raises(asyncpg.InterfaceError, match="no connection: InvalidCatalogName"):
            await pool.fetchval("select 1")
        await superuser.execute("create database comes_late owner kairan_owner")
        assert await pool.fetchval("select 1") == 1
    finally:
        await pool.close()
