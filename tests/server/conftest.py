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
    """A city on a database of its own; statements may take half a second."""
    addresses = await new_database(postgres)
    async with asyncpg.create_pool(addresses.superuser, min_size=1, max_size=3) as superuser:
        city = await City(superuser).found()
        async with running(
            city, addresses.server, key_folder, statement_timeout=500, pool_size=3
        ) as kairan:
            yield Faults(superuser, city, kairan)
