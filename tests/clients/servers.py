"""The servers that the checks of docs/clients.md talk to, all on one demo city."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from limits import parse

from db.demo.sign_ins import PASSWORD
from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.clock import Clock
from tests.harness.kairan import Client, running

CITY = 1204


class Ticking(Clock):
    """Goes on from the moment of the demo city at the pace of the machine's own clock."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        super().__init__()

    @property
    def now(self) -> datetime:
        """The moment."""
        return self._start + timedelta(seconds=time.monotonic() - self._began)

    @now.setter
    def now(self, start: datetime) -> None:
        self._start = start


@contextlib.asynccontextmanager
async def serving(demo: Addresses, folder: Path) -> AsyncIterator[dict[str, str]]:
    """The address of each server by the variable that `checks/city.ts` reads it from."""
    async with contextlib.AsyncExitStack() as stack:
        pool = await stack.enter_async_context(
            asyncpg.create_pool(demo.superuser, min_size=1, max_size=1)
        )
        city = City(pool, Ticking(), CITY)
        unhurried: dict[str, Any] = {"rate_sign_in": None, "rate_login": None}
        settings: dict[str, dict[str, Any]] = {
            "CITY_URL": unhurried,
            "HASTY_URL": unhurried | {"token_ttl": 1},
            "STRICT_URL": unhurried | {"documents": "registered"},
            "BUSY_URL": {
                "rate_sign_in": parse("2/5 minutes"),
                "rate_requests": parse("5/2 seconds"),
            },
        }
        started = [
            await stack.enter_async_context(running(city, demo.server, folder, **chosen))
            for chosen in settings.values()
        ]
        await open_directory(started[0].nobody)
        yield {
            variable: f"{server.http.base_url}/graphql"
            for variable, server in zip(settings, started, strict=True)
        }
        await asyncio.gather(*(server.settled() for server in started))


async def open_directory(nobody: Client) -> None:
    """The president of the first group lets its members list one another by display name."""
    president = {"login": "officer@kairan.example", "password": PASSWORD}
    signed_in = await nobody.change("signIn", "accessToken", **president)
    officer = Client(nobody.http, signed_in["accessToken"])
    viewer = (await officer.data("{ viewer { memberships { group { id } powers } } }"))["viewer"]
    (group,) = [each["group"]["id"] for each in viewer["memberships"] if each["powers"]]
    asked = {"groupId": group, "memberDirectory": "MEMBERS"}
    assert (await officer.change("setMemberDirectory", **asked))["errors"] == []
