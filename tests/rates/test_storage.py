"""The counters count as the memory storage of `limits` does, and for all servers at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter
from limits.storage import storage_from_string

from db.embedded import Addresses
from db.failures import DatabaseFailed
from db.pool import Pool, open_pool
from db.rates import PostgresStorage
from tests.harness.city import City
from tests.harness.clock import Clock
from tests.harness.hypotheses import SLOW_AND_SHARED
from tests.harness.kairan import running

CITY = 9001
SECRET = b"s" * 32


@pytest_asyncio.fixture(scope="module")
async def pool(postgres: Addresses) -> AsyncIterator[Pool]:
    """Connections as the server's role, as one server has them."""
    opened = await open_pool(postgres.server, size=4, statement_timeout_ms=5000)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(scope="module")
async def other_pool(postgres: Addresses) -> AsyncIterator[Pool]:
    """Those of another server."""
    opened = await open_pool(postgres.server, size=4, statement_timeout_ms=5000)
    yield opened
    await opened.close()


def storage(pool: Pool, clock: Clock, secret: bytes = SECRET) -> PostgresStorage:
    return PostgresStorage(pool=pool, city=CITY, secret=secret, clock=clock)


async def test_it_is_made_by_its_name_like_every_storage_of_limits(pool: Pool) -> None:
    made_of: dict[str, Any] = {"pool": pool, "city": CITY, "secret": SECRET, "clock": Clock()}
    made: Any = storage_from_string("async+kairan://", **made_of)
    assert isinstance(made, PostgresStorage)
    assert await made.check()


KEYS = st.sampled_from(["a", "b"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 40)),
        st.tuples(st.just("fixed"), KEYS, st.integers(1, 3)),
        st.tuples(st.just("moving"), KEYS, st.integers(1, 6)),
        st.tuples(st.just("clear"), KEYS),
        st.tuples(st.just("look"), KEYS),
    ),
    max_size=40,
)


@given(steps=STEPS)
@settings(max_examples=60, suppress_health_check=SLOW_AND_SHARED)
async def test_whatever_is_tried_it_counts_like_the_memory_of_limits(
    steps: list[tuple[Any, ...]], pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    ours, theirs = storage(pool, clock), MemoryStorage()

    def now() -> float:
        return clock.now.timestamp()

    monkeypatch.setattr("limits.aio.storage.memory.time", SimpleNamespace(time=now))
    run, fixed, moving = uuid4().hex, parse("4/minute"), parse("5/minute")
    for kind, *given_ in steps:
        if kind == "wait":
            # Never the very end of a window, where a float decides.
            clock.advance(seconds=given_[0] + 0.25)
            continue
        key = f"{run}{given_[0]}"
        outcomes: list[Any] = []
        for each in (ours, theirs):
            windows = MovingWindowRateLimiter(each)
            if kind == "fixed":
                counted = await each.incr(fixed.key_for(key), 60, given_[1])
                outcomes.append((counted, await each.get_expiry(fixed.key_for(key))))
            elif kind == "moving":
                outcomes.append(await windows.hit(moving, key, cost=given_[1]))
            elif kind == "clear":
                await each.clear(fixed.key_for(key))
                await each.clear(moving.key_for(key))
                outcomes.append(None)
            else:
                since, entered = await each.get_moving_window(moving.key_for(key), 5, 60)
                outcomes.append(
                    (
                        await each.get(fixed.key_for(key)),
                        await FixedWindowRateLimiter(each).test(fixed, key),
                        entered,
                        since if entered else None,
                        await windows.test(moving, key),
                    )
                )
        assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("limiter", [FixedWindowRateLimiter, MovingWindowRateLimiter])
async def test_of_sixty_at_once_on_two_servers_exactly_as_many_pass_as_may(
    limiter: Any, pool: Pool, other_pool: Pool
) -> None:
    clock, key = Clock(), uuid4().hex
    servers = [limiter(storage(each, clock)) for each in (pool, other_pool)]
    limit = parse("7/minute")

    passed = await asyncio.gather(*(servers[n % 2].hit(limit, key) for n in range(60)))

    assert passed.count(True) == 7


async def test_what_is_refused_in_a_moving_window_does_not_make_the_wait_longer(
    pool: Pool,
) -> None:
    clock, key, limit = Clock(), uuid4().hex, parse("2/minute")
    windows = MovingWindowRateLimiter(storage(pool, clock))
    assert [await windows.hit(limit, key) for _ in range(2)] == [True, True]
    began = clock.now
    for _ in range(5):
        clock.advance(seconds=10)
        assert not await windows.hit(limit, key)
    assert (await windows.get_window_stats(limit, key)).reset_time == began.timestamp() + 60
    clock.advance(seconds=10.001)
    assert await windows.hit(limit, key)


async def test_whoever_reads_the_table_finds_neither_login_nor_address(
    pool: Pool, superuser: asyncpg.Pool
) -> None:
    name = f"{uuid4().hex}@kairan.example"
    windows = MovingWindowRateLimiter(storage(pool, Clock()))
    await windows.hit(parse("3/minute"), "sign_in", name, "203.0.113.7")
    rows = await superuser.fetch(
        "select r::text as told, r.key from kairan.rates r where r.city = $1", CITY
    )
    assert rows
    for row in rows:
        assert name not in row["told"]
        assert name.encode().hex() not in row["told"]
        assert "203.0.113.7" not in row["told"]
        assert len(row["key"]) == 32
    # Nor can he find it out by hashing what he guesses: another secret is another key.
    elsewhere = MovingWindowRateLimiter(storage(pool, Clock(), b"t" * 32))
    stats = await elsewhere.get_window_stats(parse("3/minute"), "sign_in", name, "203.0.113.7")
    assert stats.remaining == 3


async def test_cities_count_apart(pool: Pool) -> None:
    clock, key, limit = Clock(), uuid4().hex, parse("1/minute")
    here = MovingWindowRateLimiter(storage(pool, clock))
    there = MovingWindowRateLimiter(
        PostgresStorage(pool=pool, city=CITY + 1, secret=SECRET, clock=clock)
    )
    assert [await here.hit(limit, key), await here.hit(limit, key)] == [True, False]
    assert await there.hit(limit, key)


async def test_what_is_over_is_forgotten_and_what_is_not_stays(
    pool: Pool, superuser: asyncpg.Pool
) -> None:
    clock = Clock()
    mine = PostgresStorage(pool=pool, city=CITY + 2, secret=SECRET, clock=clock)
    await mine.incr("short", 60)
    await mine.acquire_entry("short", 3, 60)
    await mine.incr("long", 3600)
    clock.advance(seconds=60)
    assert await mine.forget_ended() == 2
    assert await mine.get("long") == 1
    count = "select count(*) from kairan.rates r where r.city = $1"
    assert await superuser.fetchval(count, CITY + 2) == 1
    assert await mine.reset() == 1
    assert await superuser.fetchval(count, CITY + 2) == 0


async def test_the_table_is_not_logged(superuser: asyncpg.Pool) -> None:
    persistence = "select relpersistence from pg_class where oid = 'kairan.rates'::regclass"
    assert await superuser.fetchval(persistence) == b"u"


async def test_a_storage_that_is_gone_says_so(postgres: Addresses) -> None:
    lost = await open_pool(postgres.server, size=1, statement_timeout_ms=5000)
    await lost.close()
    gone = storage(lost, Clock())
    assert not await gone.check()
    with pytest.raises(DatabaseFailed):
        await gone.incr("a", 60)


async def test_more_than_the_limit_at_once_never_fits(pool: Pool) -> None:
    mine = storage(pool, Clock())
    assert not await mine.acquire_entry(uuid4().hex, 3, 60, amount=4)
    since, entered = await mine.get_moving_window(uuid4().hex, 3, 60)
    assert (datetime.fromtimestamp(since, UTC), entered) == (Clock().now, 0)
    assert timedelta(seconds=since) > timedelta(0)


async def test_a_server_that_starts_forgets_what_is_over(
    city: City, postgres: Addresses, key_folder: Path, pool: Pool
) -> None:
    own = PostgresStorage(pool=pool, city=city.number, secret=SECRET, clock=city.clock)
    await own.incr("over", 60)
    await own.incr("not yet", 3600)
    city.clock.advance(minutes=2)
    count = "select count(*) as number from kairan.rates where city = $1"
    async with running(city, postgres.server, key_folder):
        # What is not over would never make it less than one.
        while (await city.fetch(count)) != [{"number": 1}]:
            pass
    assert await own.get("not yet") == 1
