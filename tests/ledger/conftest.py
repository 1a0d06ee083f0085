"""The association of association.py, on the server of the test."""

import pytest_asyncio

from tests.harness.city import City
from tests.harness.kairan import Kairan
from tests.ledger.association import Association, associate


@pytest_asyncio.fixture
async def kagura(city: City, kairan: Kairan) -> Association:
    return await associate(city, kairan)
