"""Connections that stand ready for the next transaction, and what may not become of them."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

import db.warm_pool
from db.embedded import Addresses
from db.entering import Caller
from db.failures import DatabaseFailed, DatabaseUnavailable, NotConnected, PoolBusy
from db.pool import Pool, open_pool
from db.transaction import Transaction
from db.warm_pool import is_lost
from tests.harness.city import City
from tests.robust.wire import Fault, wire_to

CHAINED = "commit and chain"
SETTINGS = """
    select pg_backend_pid(), current_setting('transaction_isolation'),
        coalesce(current_setting('app.city', true), ''),
        coalesce(current_setting('app.person', true), '')
"""


@pytest.fixture
async def pool(postgres: Addresses) -> AsyncIterator[Pool]:
    opened = await open_pool(postgres.server, size=2, statement_timeout_ms=5000)
    yield opened
    opened.terminate()


async def begun(pool: Pool, city: City) -> Transaction:
    return await Transaction.begin(pool, Caller(city.number), city.clock())


async def backend(transaction: Transaction) -> int:
    rows = await transaction.fetch("select pg_backend_pid() as pid")
    pid: int = rows[0]["pid"]
    return pid


async def ended(transaction: Transaction) -> None:
    await transaction.commit(operation_name=None, rule_version="")


async def test_the_connection_that_came_back_last_is_the_next_ones(pool: Pool, city: City) -> None:
    first, second = await begun(pool, city), await begun(pool, city)
    pids = await backend(first), await backend(second)
    assert pids[0] != pids[1]
    await ended(second)
    await ended(first)
    assert pool.get_idle_size() == pool.get_size() == 2
    again = await begun(pool, city)
    assert (await backend(again), pool.get_idle_size()) == (pids[0], 1)
    await again.abandon()
    # Whoever comes by asyncpg's own way has it too.
    assert await pool.fetchval("select pg_backend_pid()") == pids[0]


async def test_the_next_transaction_begins_with_the_end_of_the_last_and_knows_nothing_of_it(
    postgres: Addresses, city: City
) -> None:
    ran: list[str] = []
    pool = await open_pool(
        postgres.server,
        size=2,
        statement_timeout_ms=5000,
        on_statement=lambda statement: ran.append(statement.query),
    )
    hanako = await city.person()
    caller = Caller(city.number, hanako.id, await city.session(hanako))
    first = await Transaction.begin(pool, caller, city.clock())
    pid = await backend(first)
    await first.fetch("select 1 as of_the_first")
    await ended(first)
    # Nobody has entered it yet.
    connection = pool.take_begun()
    assert connection is not None
    assert await connection.fetchrow(SETTINGS) == (pid, "repeatable read", "", "")
    # It had a look, so it is nobody else's to begin with.
    await connection.execute("rollback")
    assert pool.keep(connection)

    second = await begun(pool, city)
    await ended(second)
    # asyncpg tells of a statement in a later turn of the loop.
    await asyncio.sleep(0)
    ran.clear()
    third = await begun(pool, city)
    await third.fetch("select 1 as of_the_third")
    await ended(third)
    await asyncio.sleep(0)
    assert ran == ["select app.enter($1, $2, $3, $4)", "select 1 as of_the_third", CHAINED]
    pool.terminate()


async def test_another_kind_of_transaction_begins_for_itself(pool: Pool, city: City) -> None:
    await ended(await begun(pool, city))
    change = await Transaction.begin(
        pool, Caller(city.number), city.clock(), isolation="serializable"
    )
    rows = await change.fetch("select current_setting('transaction_isolation') as kind")
    assert rows[0]["kind"] == "serializable"
    await ended(change)
    reading = await begun(pool, city)
    rows = await reading.fetch("select current_setting('transaction_isolation') as kind")
    assert rows[0]["kind"] == "repeatable read"
    await reading.abandon()


async def test_whoever_comes_by_asyncpgs_own_way_is_in_no_transaction(
    pool: Pool, city: City
) -> None:
    first, second = await begun(pool, city), await begun(pool, city)
    pids = {await backend(first), await backend(second)}
    await ended(first)
    await ended(second)
    async with pool.acquire() as one, pool.acquire() as other:
        assert {await c.fetchval("select pg_backend_pid()") for c in (one, other)} == pids
        assert not one.is_in_transaction()
        assert not other.is_in_transaction()


async def test_nobody_waits_longer_than_he_has_patience_for_a_transaction_to_end(
    postgres: Addresses, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.warm_pool, "BEGUN_SECONDS", 600)
    async with wire_to(postgres.server) as wire:
        pool = await open_pool(wire.url, size=1, statement_timeout_ms=60_000, patience_ms=200)
        await ended(await begun(pool, city))
        trap = wire.at("rollback", Fault.STALL)
        with pytest.raises((NotConnected, PoolBusy)):
            async with asyncio.timeout(30):
                await pool.fetchval("select 1")
        assert trap.sprung.is_set()
        assert await pool.fetchval("select 1") == 1
        pool.terminate()


async def test_a_transaction_that_nobody_comes_for_is_ended(
    pool: Pool, city: City, superuser: asyncpg.Pool
) -> None:
    transaction, beside = await begun(pool, city), await begun(pool, city)
    pid = await backend(transaction)
    state = "select state from pg_stat_activity where pid = $1"
    await ended(transaction)
    async with asyncio.timeout(30):
        # The one above it is always in use: that keeps only itself from being ended.
        while await superuser.fetchval(state, pid) != "idle":
            await ended(beside)
            beside = await begun(pool, city)
    assert await backend(beside) != pid
    connection = pool.take()
    assert connection is not None
    assert not connection.is_in_transaction()
    assert await connection.fetchval("select pg_backend_pid()") == pid
    assert pool.keep(connection)
    await beside.abandon()


async def test_what_failed_is_not_committed_nor_anybody_elses_beginning(
    pool: Pool, city: City
) -> None:
    transaction = await begun(pool, city)
    with pytest.raises(DatabaseFailed):
        await transaction.fetch("select 1 / 0")
    with pytest.raises(DatabaseFailed, match="COMMIT was answered with ROLLBACK"):
        await ended(transaction)
    assert pool.take_begun() is None
    connection = pool.take()
    assert connection is not None
    assert not connection.is_in_transaction()
    assert pool.keep_begun(connection) is False
    assert pool.keep(connection)


async def test_whoever_is_over_cannot_speak_on_the_next_ones_connection(
    pool: Pool, city: City
) -> None:
    first = await begun(pool, city)
    await ended(first)
    second = await begun(pool, city)
    with pytest.raises(DatabaseUnavailable, match="the transaction is over"):
        await backend(first)
    with pytest.raises(DatabaseUnavailable, match="the transaction is over"):
        await ended(first)
    await first.abandon()
    # It is still entered, and still the second one's alone.
    rows = await second.fetch("select current_setting('app.city') as city")
    assert rows[0]["city"] == str(city.number)
    assert pool.get_idle_size() == pool.get_size() - 1
    await second.abandon()


async def test_a_connection_given_back_goes_to_those_who_wait(pool: Pool, city: City) -> None:
    held = [await begun(pool, city), await begun(pool, city)]
    waiting = [asyncio.create_task(begun(pool, city)) for _ in range(3)]
    await asyncio.sleep(0.01)
    for transaction in held:
        await ended(transaction)
    async with asyncio.timeout(30):
        for task in asyncio.as_completed(waiting):
            await ended(await task)
    assert pool.get_idle_size() == pool.get_size() == 2


async def test_a_connection_inside_a_transaction_is_never_kept(pool: Pool) -> None:
    connection = await pool.acquire()
    await connection.execute("begin")
    assert pool.keep(connection) is False
    await connection.execute("rollback")
    assert pool.keep(connection) is True


async def test_a_connection_that_was_lost_while_it_stood_ready_is_not_handed_out(
    pool: Pool, city: City, superuser: asyncpg.Pool
) -> None:
    held = [await begun(pool, city), await begun(pool, city)]
    pids = [await backend(each) for each in held]
    for each in held:
        await ended(each)
    await superuser.execute("select pg_terminate_backend(pid) from unnest($1::int[]) pid", pids)
    async with asyncio.timeout(30):
        while (ready := pool.take_begun() or pool.take()) is not None:
            assert pool.keep_begun(ready) or pool.keep(ready) or is_lost(ready)
            await asyncio.sleep(0.005)
    fresh = [await begun(pool, city), await begun(pool, city)]
    assert not {await backend(each) for each in fresh} & set(pids)
    for each in fresh:
        await ended(each)


async def test_what_stands_ready_comes_back_to_asyncpg_in_time(
    pool: Pool, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.warm_pool, "SWEEP_SECONDS", 0.01)
    transaction = await begun(pool, city)
    await ended(transaction)
    async with asyncio.timeout(30):
        while (kept := pool.take_begun()) is not None:
            assert pool.keep_begun(kept)
            await asyncio.sleep(0.005)
        while (kept := pool.take()) is not None:
            assert pool.keep(kept)
            await asyncio.sleep(0.005)
        # On its way back it is in nobody's hands.
        while (pool.get_idle_size(), pool.get_size()) != (2, 2):  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_a_pool_that_closes_keeps_nothing(pool: Pool, city: City) -> None:
    ready, late = await begun(pool, city), await begun(pool, city)
    await ended(ready)
    closing = asyncio.create_task(pool.close())
    await asyncio.sleep(0.01)
    await ended(late)
    async with asyncio.timeout(30):
        await closing
    assert pool.get_size() == 0
