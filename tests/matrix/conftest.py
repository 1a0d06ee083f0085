"""One town and one server for every cell of the matrix; a small group for what changes."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.kairan import running
from tests.matrix.kagura import Kagura, found_kagura
from tests.matrix.town import Town, arrange


@pytest_asyncio.fixture(scope="package")
async def town(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Town]:
    """The town, served, with everybody signed in."""
    town = await arrange(await City(superuser).found())
    async with running(town.city, postgres.server, key_folder) as kairan:
        for seat in town.seats.values():
            seat.client = await kairan.client(seat.person) if seat.person else kairan.nobody
        yield town


@pytest_asyncio.fixture
async def kagura(city: City) -> Kagura:
    """A group in a city of its own: everything in it may change."""
    return await found_kagura(city)
