"""A real PostgreSQL for the whole run, and in it a city and a server for whoever needs one."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from db.demo.load import load
from db.embedded import Addresses
from db.throwaway import throwaway_postgres
from migrations import run as migrations
from tests.harness.city import City
from tests.harness.clock import Clock
from tests.harness.databases import new_database, set_pristine_aside
from tests.harness.hypotheses import use_our_profile
from tests.harness.kairan import Kairan, running
from tests.harness.suite_log import suite_log

pytest_plugins = ["tests.harness.log_plugin"]

use_our_profile()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Addresses]:
    """A migrated database without a city; ``new_database`` makes more of the kind beside it."""
    with throwaway_postgres(lambda said: suite_log().add("postgres", said)) as addresses:
        migrations.upgrade(addresses.owner)
        asyncio.run(set_pristine_aside(addresses))
        yield addresses


@pytest.fixture(scope="session")
def demo(postgres: Addresses) -> Addresses:
    """The demo city in a database of its own, as it is on the day the test clock tells."""
    addresses = asyncio.run(new_database(postgres, "demo"))
    load(addresses.owner, today=Clock().today)
    return addresses


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the servers of this run keep their signing key."""
    return tmp_path_factory.mktemp("keys")


@pytest_asyncio.fixture(scope="session")
async def superuser(postgres: Addresses) -> AsyncIterator[asyncpg.Pool]:
    """Connections that put the givens of a test in place, past row security."""
    async with asyncpg.create_pool(postgres.superuser, min_size=1, max_size=3) as pool:
        yield pool


@pytest_asyncio.fixture
async def city(superuser: asyncpg.Pool) -> City:
    """An empty city for one test."""
    return await City(superuser).found()


@pytest_asyncio.fixture
async def kairan(city: City, postgres: Addresses, key_folder: Path) -> AsyncIterator[Kairan]:
    """A server for that city."""
    async with running(city, postgres.server, key_folder) as serving:
        yield serving
