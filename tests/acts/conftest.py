"""One served city for whatever happens inside a group: each test founds groups of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.kairan import Kairan, running


@pytest_asyncio.fixture(scope="package")
async def hall(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    """A server whose clock nobody moves; what is the whole city's needs a ``kairan`` of its own."""
    city = await City(superuser).found()
    async with running(city, postgres.server, key_folder) as serving:
        yield serving
