"""Two settled cities side by side, and connections as the server's role."""

from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.wall.neighbourhood import Neighbourhood, settle
from tests.wall.past import settle_past


@pytest_asyncio.fixture(scope="package")
async def here(superuser: asyncpg.Pool) -> Neighbourhood:
    """The city that the tests look at; they leave it as it is."""
    return await settle_past(await settle(await City(superuser).found()))


@pytest_asyncio.fixture(scope="package")
async def there(superuser: asyncpg.Pool) -> Neighbourhood:
    """Another city, with people like those here."""
    return await settle_past(await settle(await City(superuser).found()))


@pytest_asyncio.fixture
async def server(postgres: Addresses) -> AsyncIterator[asyncpg.Connection]:
    """A new connection with the server's rights and nothing else."""
    connection = await asyncpg.connect(postgres.server)
    yield connection
    await connection.close()
