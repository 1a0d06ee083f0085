"""One neighbourhood for all that only reads, and a server on it."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.kairan import Kairan, running
from tests.relay.neighbourhood import Neighbourhood, settle


@pytest_asyncio.fixture(scope="package")
async def here(superuser: asyncpg.Pool) -> Neighbourhood:
    """The neighbourhood. Nothing in it is changed."""
    return await settle(await City(superuser).found())


@pytest_asyncio.fixture(scope="package")
async def served(
    here: Neighbourhood, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    """A server for the neighbourhood."""
    async with running(here.city, postgres.server, key_folder) as kairan:
        yield kairan
