"""A server on a database of its own, to which things may happen."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.databases import new_database
from tests.harness.kairan import running
from tests.server.faults import Faults


@pytest_asyncio.fixture(scope="module")
async def faults(postgres: Addresses, key_folder: Path) -> AsyncIterator[Faults]:
    """A city on a database of its own, whose server waits long and has three connections."""
    addresses = await new_database(postgres)
    async with asyncpg.create_pool(addresses.superuser, min_size=1, max_size=3) as superuser:
        city = await City(superuser).found()
        async with running(
            city,
            addresses.server,
            key_folder,
            pool_size=3,
            statement_timeout=30_000,
            pool_wait=30_000,
            operation_timeout=60_000,
        ) as kairan:
            yield Faults(superuser, city, kairan)
