"""A town for what is only ever refused, and one for each test in which something is done."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.kairan import Kairan, running
from tests.sideways.town import Town, settle


@pytest_asyncio.fixture(scope="package")
async def town(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Town]:
    """Nothing in it may change: it is shared."""
    city = await City(superuser).found()
    async with running(city, postgres.server, key_folder) as kairan:
        yield await settle(kairan, await City(superuser).found())


@pytest_asyncio.fixture
async def own_town(kairan: Kairan, superuser: asyncpg.Pool) -> Town:
    """A town of the test's own."""
    return await settle(kairan, await City(superuser).found())
