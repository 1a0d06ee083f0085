"""What is hidden from a viewer changes nothing in any answer to him: not one byte.

Cities that differ in hidden values alone are asked for everything there is, and answer alike.
"""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from permissions.words import Category, Power
from tests.harness.city import City, Person
from tests.harness.kairan import Kairan, running
from tests.relay.neighbourhood import EVERYTHING, Neighbourhood, settle
from tests.relay.twins import (
    empty_places,
    empty_profiles,
    everything_kept_private,
    other_profiles,
    twin_of,
)

CHANGES = (empty_profiles, other_profiles, empty_places, everything_kept_private)
# What the viewers type: parts of what is hidden, and of what is shown.
TYPED = (None, "ハナコ", "鈴木", "別", "花")
VIEWERS = (
    "nobody",
    "a stranger",
    "an applicant",
    "a plain member",
    "a former member",
    "the treasurer",
    "the officer for receipts",
    "the officer for members",
    "a former chair",
    "the next chair",
    "the chair of the next group",
    "staff",
)


@dataclass
class Twins:
    """One city as it is and four in which hidden values are otherwise."""

    here: Neighbourhood
    viewers: dict[str, Person | None]
    servers: list[Kairan]

    async def forget_releases(self) -> None:
        """Empty the ledgers: what earlier viewers were shown differs from city to city."""
        for kairan in self.servers:
            await kairan.city.execute("delete from kairan.releases where city = $1")

    async def answers(self, viewer: Person | None, **variables: Any) -> list[bytes]:
        """The bytes of the answers, one for each city."""
        bodies = []
        for kairan in self.servers:
            client = await kairan.client(viewer) if viewer is not None else kairan.nobody
            answer = await client.post({"query": EVERYTHING, "variables": variables})
            # What was delivered is noted after the answer, and is the next one's to tell.
            await kairan.settled()
            assert answer.status_code == 200
            assert b'"errors"' not in answer.content
            bodies.append(answer.content)
        return bodies


async def _viewers(here: Neighbourhood) -> dict[str, Person | None]:
    city, kagura = here.city, here.kagura

    async def officer(*powers: Power, starts: int = -30, ends: int = 30) -> Person:
        member = await city.member(kagura, await city.person(), display_name="役員")
        office = await city.office(kagura, "役員", *powers)
        await city.appoint(
            member, office, starts_on=city.clock.day(starts), ends_on=city.clock.day(ends)
        )
        return member.person

    plain = await city.member(kagura, await city.person(), display_name="平", han=here.hans[0])
    former = await city.member(kagura, await city.person(), display_name="元", status="LEFT")
    neighbour = await city.member(here.shunko, await city.person(), display_name="隣の会長")
    await city.officer(neighbour, "会長", *Power)
    await city.circular(
        here.ken_in_kagura, "一班だけ", audience="HAN", audience_han_id=here.hans[0].id
    )
    return {
        "nobody": None,
        "a stranger": await city.person(),
        "an applicant": here.jiro,
        "a plain member": plain.person,
        "a former member": former.person,
        "the treasurer": await officer(Power.PUBLISH, Power.MODERATE),
        "the officer for receipts": await officer(Power.VIEW_RECEIPTS),
        "the officer for members": await officer(Power.MANAGE_MEMBERS),
        "a former chair": await officer(*Power, starts=-30, ends=-1),
        "the next chair": await officer(*Power, starts=1, ends=30),
        "the chair of the next group": neighbour.person,
        "staff": await city.staff("OPERATIONS", "SUPPRESSION", "AUDITOR"),
    }


@contextlib.asynccontextmanager
async def _serving(
    here: Neighbourhood,
    viewers: dict[str, Person | None],
    server_url: str,
    key_folder: Path,
) -> AsyncIterator[Twins]:
    """Servers for the neighbourhood and for a twin per change, which leaves the viewers alone."""
    cities = [here.city]
    for change in CHANGES:
        twin = await twin_of(here.city)
        await change(twin, but=[person for person in viewers.values() if person is not None])
        cities.append(twin)
    async with contextlib.AsyncExitStack() as stack:
        servers = [
            await stack.enter_async_context(running(city, server_url, key_folder))
            for city in cities
        ]
        yield Twins(here, viewers, servers)


@pytest_asyncio.fixture(scope="module")
async def twins(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Twins]:
    """Twins for viewers to whom nothing personal is open."""
    here = await settle(await City(superuser).found())
    viewers = await _viewers(here)
    assert tuple(viewers) == VIEWERS
    async with _serving(here, viewers, postgres.server, key_folder) as serving:
        yield serving


@pytest.mark.parametrize("who", VIEWERS)
async def test_hidden_values_change_no_byte(twins: Twins, who: str) -> None:
    here = twins.here
    await twins.forget_releases()
    ids = [thing.gid for thing in here.things.values()]
    ids += [member.gid for member in (here.ken_in_kagura, here.taro_in_kagura)]
    for typed in TYPED:
        bodies = await twins.answers(
            twins.viewers[who], group=here.kagura.gid, ids=ids, search=typed
        )
        assert bodies == [bodies[0]] * len(twins.servers)
    by_han = await twins.answers(
        twins.viewers[who], group=here.kagura.gid, ids=[], han=here.hans[0].gid
    )
    assert by_han == [by_han[0]] * len(twins.servers)


async def test_the_twins_do_differ_for_whom_they_are_open(twins: Twins) -> None:
    chair = twins.here.ken
    bodies = await twins.answers(chair, group=twins.here.kagura.gid, ids=[], search="鈴木")
    assert len(set(bodies)) >= 4


async def test_where_the_city_switched_everything_off_even_the_chair_sees_no_difference(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> None:
    here = await settle(await City(superuser).found())
    for category in Category:
        await here.city.switch_off(category.value)
    ids = [thing.gid for thing in here.things.values()]
    async with _serving(here, {"the chair": here.ken}, postgres.server, key_folder) as twins:
        for typed in TYPED:
            bodies = await twins.answers(here.ken, group=here.kagura.gid, ids=ids, search=typed)
            assert bodies == [bodies[0]] * len(twins.servers)
            assert "花子".encode() in bodies[0]
            assert "神楽3条4丁目".encode() not in bodies[0]
