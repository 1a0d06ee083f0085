"""Two servers: one on the city in which Sayuri is suppressed, one on its blank twin."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan, running
from tests.suppression.documents import whole
from tests.suppression.neighbourhood import Neighbourhood, blank, settle


@dataclass
class Twins:
    """Whoever asks, asks both."""

    here: Neighbourhood
    suppressed: Kairan
    empty: Kairan
    signed_in: dict[str, tuple[Client, Client]] = field(default_factory=dict)

    async def clients(self, viewer: str) -> tuple[Client, Client]:
        """Somebody in either city, signed in once."""
        if viewer == "nobody":
            return self.suppressed.nobody, self.empty.nobody
        if viewer not in self.signed_in:
            person = self.here.people[viewer]
            self.signed_in[viewer] = (
                await self.suppressed.client(person),
                await self.empty.client(person),
            )
        return self.signed_in[viewer]

    async def answers(self, viewer: str, document: str, **variables: Any) -> tuple[Any, Any]:
        """Of either city the answer as text, and the statements it took."""
        found = []
        for kairan, client in zip(
            (self.suppressed, self.empty), await self.clients(viewer), strict=True
        ):
            with kairan.counting() as statements:
                response = await client.post({"query": whole(document), "variables": variables})
            found.append((response.text, sorted(ours(statements))))
        return found[0], found[1]

    async def forget_releases(self) -> None:
        """Empty the ledgers of what earlier tests left, but for what Sayuri saw."""
        for kairan in (self.suppressed, self.empty):
            await kairan.city.execute(
                "delete from kairan.releases where city = $1 and viewer <> $2",
                self.here.people["sayuri"].id,
            )


def ours(statements: list[str]) -> list[str]:
    """Without what the driver asks when a connection first meets a type."""
    return [s for s in statements if "typeinfo_tree" not in s and "set_config('jit'" not in s]


@pytest_asyncio.fixture(scope="package")
async def twins(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Twins]:
    """The cities, which tests leave as they are."""
    here = await settle(await City(superuser).found())
    empty_city = await blank(here)
    await here.city.suppress(here.people["sayuri"])
    async with (
        running(here.city, postgres.server, key_folder) as suppressed,
        running(empty_city, postgres.server, key_folder) as empty,
    ):
        yield Twins(here, suppressed, empty)
