"""A served city with a mailbox: what the server wrote, a file for each message."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from db.embedded import Addresses
from tests.door.mailbox import Door
from tests.harness.city import City
from tests.harness.kairan import running


@pytest_asyncio.fixture
async def door(city: City, postgres: Addresses, tmp_path: Path) -> AsyncIterator[Door]:
    """A server whose messages go to files of its own."""
    async with running(city, postgres.server, tmp_path) as serving:
        yield Door(serving, tmp_path / "mail")
