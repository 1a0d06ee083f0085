"""A server on a database of its own, to which things may happen."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.databases import new_database
from tests.harness.kairan import running
from tests.server.faults import Faults


@contextlib.asynccontextmanager
async def at_risk(postgres: Addresses, key_folder: Path, **settings: Any) -> AsyncIterator[Faults]:
    """A city on a database of its own, whose server has three connections."""
    addresses = await new_database(postgres)
    async with asyncpg.create_pool(addresses.superuser, min_size=1, max_size=3) as superuser:
        city = await City(superuser).found()
        async with running(city, addresses.server, key_folder, pool_size=3, **settings) as kairan:
            yield Faults(superuser, city, kairan)


@pytest_asyncio.fixture(scope="module")
async def faults(postgres: Addresses, key_folder: Path) -> AsyncIterator[Faults]:
    """A city whose server waits for the database as long as any."""
    async with at_risk(postgres, key_folder) as found:
        yield found


@pytest_asyncio.fixture
async def hurried(postgres: Addresses, key_folder: Path) -> AsyncIterator[Faults]:
    """A city in whose server a statement may take half a second."""
    async with at_risk(postgres, key_folder, statement_timeout=500) as found:
        yield found
