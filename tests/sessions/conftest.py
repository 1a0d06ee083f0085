"""People with passwords."""

import pytest_asyncio

from tests.harness.city import City
from tests.sessions.signing import Account, account


@pytest_asyncio.fixture
async def ken(city: City) -> Account:
    """A resident."""
    return await account(city, await city.person(display_name="けん"))


@pytest_asyncio.fixture
async def hanako(city: City) -> Account:
    """Another."""
    return await account(city, await city.person(display_name="花子"))


@pytest_asyncio.fixture
async def clerk(city: City) -> Account:
    """A city employee."""
    return await account(city, await city.staff("OPERATIONS"))
