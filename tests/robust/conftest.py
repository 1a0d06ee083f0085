"""A town whose server speaks to its database over a wire that can be cut."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest_asyncio

from db.embedded import Addresses
from permissions.words import Power
from tests.harness.city import City, Member, Thing
from tests.harness.databases import new_database
from tests.harness.kairan import Client, Kairan, running
from tests.robust.wire import Wire, wire_to
from tests.server.faults import Faults

Database = tuple[Addresses, asyncpg.Pool]


@dataclass
class Town:
    """けん leads 神楽町内会, of which 花子 is a member with a phone number."""

    wire: Wire
    faults: Faults
    group: Thing
    ken: Client
    chair: Member
    hanako: Member

    @property
    def kairan(self) -> Kairan:
        """The server."""
        return self.faults.kairan

    async def rows(self, table: str) -> int:
        """How many rows the city has there."""
        found = await self.faults.city.fetch(
            f"select count(*) as rows from kairan.{table} where city = $1"
        )
        count: int = found[0]["rows"]
        return count


@pytest_asyncio.fixture(scope="package")
async def database(postgres: Addresses) -> AsyncIterator[Database]:
    """A database of this package's own."""
    addresses = await new_database(postgres)
    async with asyncpg.create_pool(addresses.superuser, min_size=1, max_size=3) as superuser:
        yield addresses, superuser


@contextlib.asynccontextmanager
async def found_town(database: Database, key_folder: Path, **settings: Any) -> AsyncIterator[Town]:
    """A new city and a new server: every statement is sent as text the first time."""
    addresses, superuser = database
    city = await City(superuser).found()
    group = await city.group("神楽町内会")
    ken, hanako = await city.person(), await city.person(phone="0166-00-0001")
    chair = await city.member(group, ken, display_name="けん")
    await city.officer(chair, "会長", Power.VIEW_ROSTER, Power.PUBLISH)
    member = await city.member(group, hanako, display_name="花子")
    async with wire_to(addresses.server) as wire:
        async with running(
            city, wire.url, key_folder, **{"pool_size": 2, "statement_timeout": 1000} | settings
        ) as kairan:
            client = await kairan.client(ken)
            yield Town(wire, Faults(superuser, city, kairan), group, client, chair, member)


@pytest_asyncio.fixture
async def town(database: Database, key_folder: Path) -> AsyncIterator[Town]:
    """The town as most tests want it: nobody waits in vain for a connection."""
    async with found_town(database, key_folder, pool_wait=5000) as found:
        yield found
