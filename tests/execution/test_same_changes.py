"""Two demo cities are changed alike, one by each executor, and stay alike.

What is answered, what a person is told to mend, the history, the ledger, and at the end how much
there is in each table.
"""

import os
from asyncio import to_thread
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import asyncpg
import orjson
import pytest
import pytest_asyncio

from db.demo.load import load
from db.embedded import Addresses
from schema.build import build_schema
from schema.executor import core_of
from tests.execution.changes import (
    OFFICERS,
    OTHERS,
    STAFFS,
    Names,
    drawn_change,
    ids_in,
    left_by,
    pools_of,
    sizes,
)
from tests.execution.city_people import everybody
from tests.harness.city import City
from tests.harness.clock import Clock
from tests.harness.databases import new_database
from tests.harness.kairan import Client, Kairan, running

MORE = int(os.environ.get("KAIRAN_FUZZ", "1"))
DOCUMENTS = 80 * MORE
# Who may change something, more often than who may not.
WHO = ("officer@", "officer@", "officer@", "city@", "city@", "both@", "member@", "former@")
USUAL = {"officer@": OFFICERS, "city@": STAFFS, "both@": OFFICERS}

pytestmark = pytest.mark.timeout(60 + 60 * MORE)


@dataclass
class Twin:
    """One of the two cities."""

    kairan: Kairan
    people: dict[str, Client]
    superuser: asyncpg.Pool
    names: Names

    def client(self, who: str) -> Client:
        """Whose login begins so."""
        return next(client for login, client in self.people.items() if login.startswith(who))


@pytest_asyncio.fixture(loop_scope="session")
async def twins(postgres: Addresses, key_folder: Path) -> AsyncIterator[tuple[Twin, Twin]]:
    clock, made = Clock(), []
    async with AsyncExitStack() as stack:
        for executor in ("breadth-first", "reference"):
            addresses = await new_database(postgres)
            await _loaded(addresses, clock)
            superuser = await stack.enter_async_context(
                asyncpg.create_pool(addresses.superuser, min_size=1, max_size=1)
            )
            city = City(superuser, clock, number=1204)
            kairan = await stack.enter_async_context(
                running(city, addresses.server, key_folder, executor=executor)
            )
            known = await ids_in(superuser)
            made.append(Twin(kairan, await everybody(kairan), superuser, Names(known)))
        breadth, reference = made
        yield breadth, reference


async def _loaded(addresses: Addresses, clock: Clock) -> None:
    await to_thread(load, addresses.owner, today=clock.today)


async def test_cities_that_are_changed_alike_stay_alike(twins: tuple[Twin, Twin]) -> None:
    core, clock = core_of(build_schema()), twins[0].kairan.city.clock
    pools = {who: await pools_of(twins[1].client(who)) for who in set(WHO)}
    # Staff change other groups than the officer's, or he would soon have nothing left to change.
    own = pools["officer@"]["groupId"]
    pools["city@"]["groupId"] = [each for each in pools["city@"]["groups"] if each not in own]
    met: Counter[str] = Counter()
    for seed in range(DOCUMENTS):
        random = Random(seed)
        who = random.choice(WHO)
        document, variables = drawn_change(random, core, pools[who], USUAL.get(who, OTHERS))
        clock.advance(seconds=1)
        answers, left = [], []
        for twin in twins:
            response = await twin.client(who).post({"query": document, "variables": variables})
            answer = twin.names.told(orjson.loads(response.content))
            for error in answer.get("errors", ()):
                error["extensions"].pop("requestId", None)
            answers.append(orjson.dumps(answer))
            left.append(await left_by(twin.superuser, twin.names, clock()))
        assert answers[0] == answers[1], (seed, who, document, variables)
        assert left[0] == left[1], (seed, who, document, variables)
        met["done"] += bool(left[0]["history"])
        met["released"] += bool(left[0]["ledger"])
        met["refused"] += b'"NOT_PERMITTED"' in answers[0]
        met["to mend"] += b'"INVALID"' in answers[0]
    breadth, reference = [await sizes(twin.superuser) for twin in twins]
    assert breadth == reference
    assert min(met[each] for each in ("done", "released", "refused", "to mend")) >= 5, met
