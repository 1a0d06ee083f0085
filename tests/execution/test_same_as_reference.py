"""Whatever is asked of the demo city, breadth first the answer is the reference executor's.

Data to the byte and to the order of its keys, errors by path and code, what was withheld, what the
ledger keeps; and statements are not more. The one is asked everything twice and answers with one
statement where it can (`db/one_statement.py`), the other never does. ``KAIRAN_FUZZ=20`` tries
twenty times as many documents.
"""

import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from resolvers.foresight import Foresight
from schema.build import build_schema
from schema.executor import core_of
from tests.execution.city_people import everybody, pools_of
from tests.execution.same_in_city import Asked, check_not_more, check_same, drawn, seen, written
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan, running

MORE = int(os.environ.get("KAIRAN_FUZZ", "1"))


@dataclass
class Pair:
    """Two servers on the demo city that differ in their executor alone, and who asks them."""

    breadth: Kairan
    reference: Kairan
    people: dict[str, Client]
    pools: dict[str, list[Any]]
    superuser: asyncpg.Pool
    met: Counter[str]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pair(demo: Addresses, key_folder: Path) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        superuser = await stack.enter_async_context(
            asyncpg.create_pool(demo.superuser, min_size=1, max_size=2)
        )
        city = City(superuser, number=1204)
        breadth, reference = [
            await stack.enter_async_context(
                running(city, demo.server, key_folder, executor=executor)
            )
            for executor in ("breadth-first", "reference")
        ]
        services = reference.app.state.services
        reference.app.state.services = replace(services, foresight=Foresight(most=0))
        people = await everybody(reference)
        # The first to ask on a connection asks for the types of its columns, too.
        await pools_of(Client(breadth.http, client.token) for client in people.values())
        pools = await pools_of(people.values())
        yield Pair(breadth, reference, people, pools, superuser, Counter())


@pytest.mark.parametrize("dozen", range(6 * MORE))
async def test_whatever_is_asked_breadth_first_the_answer_is_the_same(
    pair: Pair, dozen: int
) -> None:
    core = core_of(build_schema())
    for seed in range(12 * dozen, 12 * dozen + 12):
        await same(pair, drawn(seed, core, pair.pools, list(pair.people)))


async def test_what_chance_would_hardly_find_is_answered_the_same_to_everybody(pair: Pair) -> None:
    for asked in written(core_of(build_schema()), pair.pools, list(pair.people)):
        await same(pair, asked)


async def same(pair: Pair, asked: Asked) -> None:
    """Raises Different."""
    client = pair.people[asked.who] if asked.who else pair.reference.nobody
    for variables in asked.variables:
        request = (pair.superuser, asked.document, variables)
        theirs = await seen(pair.reference, client, *request)
        if theirs.ledger and "releases" in asked.document:
            # It reads the ledger, in which its own release now stands.
            continue
        for _ in range(2):
            mine = await seen(pair.breadth, Client(pair.breadth.http, client.token), *request)
            check_same(mine, theirs, asked)
            check_not_more(mine, theirs, asked)
            pair.met["at once"] += any(each.startswith("with entered") for each in mine.statements)
        if mine.was_executed:
            pair.met["statements"] += len(mine.statements)
            pair.met["their statements"] += len(theirs.statements)
        pair.met["asked"] += 1
        pair.met["executed"] += theirs.was_executed
        pair.met["released"] += bool(theirs.ledger)
        pair.met["withheld"] += bool(theirs.extensions)
        pair.met["failed"] += bool(theirs.told)


def test_what_was_asked_was_worth_it(pair: Pair) -> None:
    """Documents that nobody answers, or that show everything to everybody, would prove nothing."""
    met, asked = pair.met, pair.met["asked"]
    assert met["executed"] > 0.8 * asked, met
    assert met["released"] > 0.05 * asked, met
    assert met["withheld"] > 0.05 * asked, met
    assert met["failed"] > 0.05 * asked, met
    assert met["at once"] > 0.05 * asked, met
    assert met["statements"] <= met["their statements"], met
