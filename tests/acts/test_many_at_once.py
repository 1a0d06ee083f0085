"""Many at work at the same time, each at something else: all of them get through."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from db.embedded import Addresses
from tests.acts.requests import REQUESTS
from tests.acts.snapshot import count
from tests.acts.ward import found_ward
from tests.harness.city import ALL_POWERS, City
from tests.harness.kairan import Kairan, running

MANY = 36


@pytest_asyncio.fixture
async def wide(city: City, postgres: Addresses, key_folder: Path) -> AsyncIterator[Kairan]:
    """A server with as many connections as many people keep busy."""
    async with running(city, postgres.server, key_folder, pool_size=12) as serving:
        yield serving


async def test_many_officers_let_many_applicants_in(city: City, wide: Kairan) -> None:
    ward = await found_ward(city)
    members = await count(city, "memberships")
    deciding = []
    for _ in range(MANY):
        person = await city.person()
        await city.officer(await city.member(ward.group, person), "役員", *ALL_POWERS)
        request = await city.request(ward.group, await city.person())
        deciding.append((await wide.client(person), request))

    payloads = await asyncio.gather(
        *(
            client.change("approveMembership", "request { status }", requestId=request.gid)
            for client, request in deciding
        )
    )

    done = {"request": {"status": "APPROVED"}, "errors": []}
    assert payloads == [done] * MANY
    assert await count(city, "memberships") == members + 2 * MANY
    assert await count(city, "changes") == MANY


async def test_many_groups_publish_at_once(city: City, wide: Kairan) -> None:
    wards = [await found_ward(city) for _ in range(MANY)]
    chairs = [await wide.client(ward.chair.person) for ward in wards]

    payloads = await asyncio.gather(
        *(
            chair.change(
                "publishCircular", "circular { status }", **REQUESTS["publishCircular"](ward)
            )
            for chair, ward in zip(chairs, wards, strict=True)
        )
    )

    assert payloads == [{"circular": {"status": "PUBLISHED"}, "errors": []}] * MANY
