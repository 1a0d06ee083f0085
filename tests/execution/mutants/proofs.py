"""What a process with a planted defect does to find it: ask until an answer is another."""

import asyncio
import logging
import pickle
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import asyncpg

from tests.execution.answers import Different
from tests.execution.same_in_city import Seen, check_same, seen
from tests.execution.same_in_library import Library, swept
from tests.harness.city import City
from tests.harness.kairan import Client, running

LIBRARY_DOCUMENTS = 60


@dataclass(frozen=True)
class Record:
    """What somebody asked the demo city, and what the reference executor answered."""

    token: str | None
    document: str
    variables: dict[str, Any]
    answer: Seen


@dataclass(frozen=True)
class Recorded:
    """All of them, and where the city is."""

    server: str
    superuser: str
    keys: Path
    records: list[Record]


def library(_recorded: Path) -> str | None:
    """How the answers differ; None where they do not."""

    async def ask() -> None:
        unlucky = Library()
        await unlucky.same_written()
        for seed in range(LIBRARY_DOCUMENTS):
            await unlucky.same(Random(seed))

    with swept():
        return _difference(ask())


def city(recorded: Path) -> str | None:
    """How the answers differ from those recorded; None where they do not."""
    found: Recorded = pickle.loads(recorded.read_bytes())  # noqa: S301  # written by our own test

    async def ask() -> None:
        async with asyncpg.create_pool(found.superuser, min_size=1, max_size=1) as superuser:
            town = City(superuser, number=1204)
            async with running(town, found.server, found.keys, executor="breadth-first") as kairan:
                for record in found.records:
                    client = Client(kairan.http, record.token)
                    asked = (record.document, record.variables)
                    check_same(await seen(kairan, client, superuser, *asked), record.answer, asked)

    return _difference(ask())


def _difference(asking: Any) -> str | None:
    # A defect may well be an error that a server logs.
    logging.disable(logging.CRITICAL)
    try:
        asyncio.run(asking)
    except Different as difference:
        return str(difference)
    return None
