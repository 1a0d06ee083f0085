"""The association of association.py, on the server of the test or on one that may be harmed."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.databases import new_database
from tests.harness.kairan import Kairan, running
from tests.ledger.association import Association, associate
from tests.ledger.closed import Ledger
from tests.server.faults import Faults


@pytest_asyncio.fixture
async def kagura(city: City, kairan: Kairan) -> Association:
    return await associate(city, kairan)


@pytest_asyncio.fixture(scope="module")
async def own_superuser(postgres: Addresses) -> AsyncIterator[tuple[Addresses, asyncpg.Pool]]:
    """A database of the module's own."""
    addresses = await new_database(postgres)
    async with asyncpg.create_pool(addresses.superuser, min_size=1, max_size=3) as pool:
        yield addresses, pool


@pytest_asyncio.fixture
async def ledger(
    own_superuser: tuple[Addresses, asyncpg.Pool], key_folder: Path
) -> AsyncIterator[Ledger]:
    """An association in that database; a statement of its server may take three seconds."""
    addresses, superuser = own_superuser
    city = await City(superuser).found()
    async with running(city, addresses.server, key_folder, statement_timeout=3000) as kairan:
        kagura = await associate(city, kairan)
        yield Ledger(superuser, Faults(superuser, city, kairan), kagura)
