"""How Kairan grows: with its processes, with the city, and with the requests it has answered."""

import statistics
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import traffic
from bench.city import loaded_city
from bench.contenders import CONTENDERS, Contender, Kairan, Server, running
from bench.cpu import resident_bytes
from bench.database import Database, prepared
from bench.measure import (
    WARM_CONNECTIONS,
    WARM_SECONDS,
    Plan,
    Round,
    Wrong,
    encoded,
    one_round,
    place,
)
from bench.requests import REQUESTS, SCHEMA, Request
from bench.size import Size

WORKERS = (1, 2)
CITIES = (10, 1300)
# Beyond the first part, in which caches fill, memory may not grow by more.
MEMORY_STEPS, MEMORY_STEP, MEMORY_WARM, MEMORY_GROWTH = 10, 10_000, 2, 5.0
_MEMORY_REQUESTS = ("roster", "me")
_MIB = 2**20


@dataclass(frozen=True)
class Scaled:
    """One request of Kairan's under one circumstance; medians over the rounds.

    :param value: how many processes, or groups in the city.
    """

    value: int
    rps: float
    server_cpu_ms: float
    pg_cpu_ms: float

    @property
    def cpu_ms(self) -> float:
        """Of server and PostgreSQL together, per request."""
        return self.server_cpu_ms + self.pg_cpu_ms


@dataclass(frozen=True)
class ByWorkers:
    """The same by one process and by several.

    :param roster: PostgreSQL and the load generator need the processors, too.
    :param schema: the server alone has work.
    """

    roster: Sequence[Scaled] = ()
    schema: Sequence[Scaled] = ()


class Grows(Exception):
    """Memory grows with the requests answered."""


def by_workers(
    plan: Plan, database: Database, folder: Path, say: Callable[[str], None]
) -> ByWorkers:
    """The roster and the schema at 64 connections, by one process and by two."""
    with ExitStack() as stack:
        servers = [
            (workers, database, _started(stack, Kairan(workers), database, folder))
            for workers in WORKERS
        ]
        return ByWorkers(
            *(
                _scaled(plan, servers, request, folder, 64, "workers", say)
                for request in (REQUESTS["roster"], SCHEMA)
            )
        )


def by_city(plan: Plan, folder: Path, say: Callable[[str], None]) -> list[Scaled]:
    """The same roster in a city of ten groups and in the whole one, both of them running."""
    with ExitStack() as stack:
        servers = []
        for groups in CITIES:
            addresses = stack.enter_context(loaded_city(Size(groups), say))
            database = stack.enter_context(prepared(addresses))
            server = _started(stack, CONTENDERS["kairan"], database, folder)
            servers.append((groups, database, server))
        return _scaled(plan, servers, REQUESTS["roster"], folder, 16, "groups", say)


def by_requests(database: Database, folder: Path, say: Callable[[str], None]) -> list[float]:
    """Memory of the server in MiB after each 10,000 of 100,000 requests. Raises Grows."""
    contender = CONTENDERS["kairan"]
    requests = [REQUESTS[name] for name in _MEMORY_REQUESTS]
    series: list[float] = []
    with running(contender, place(contender, requests[0], database, folder)) as server:
        for step in range(MEMORY_STEPS):
            sent = encoded(contender, requests, folder)
            outcome = traffic.run(traffic.Job(server.port, sent, 16, 3600.0, most=MEMORY_STEP))
            if outcome.bad:
                raise Wrong(f"{outcome.bad} of {outcome.count} answers were not 200")
            series.append(round(resident_bytes(server.pid) / _MIB, 1))
            say(f"{(step + 1) * MEMORY_STEP:,} requests answered: {series[-1]:.1f} MiB")
    refuse_growth(series)
    return series


def refuse_growth(series: Sequence[float]) -> None:
    """Raise Grows where the end of a series is above what it was when caches were full."""
    grown = series[-1] - series[MEMORY_WARM - 1]
    if grown > MEMORY_GROWTH:
        raise Grows(
            f"memory grew by {grown:.1f} MiB, where {MEMORY_GROWTH:.0f} are put up with: {series}"
        )


def _started(stack: ExitStack, contender: Contender, database: Database, folder: Path) -> Server:
    return stack.enter_context(
        running(contender, place(contender, REQUESTS["roster"], database, folder))
    )


def _scaled(
    plan: Plan,
    servers: Sequence[tuple[int, Database, Server]],
    request: Request,
    folder: Path,
    connections: int,
    counted: str,
    say: Callable[[str], None],
) -> list[Scaled]:
    taken: dict[int, list[Round]] = {value: [] for value, _database, _server in servers}
    for _value, database, server in servers:
        one_round(server, request, database, folder, WARM_CONNECTIONS, WARM_SECONDS)
    for number in range(plan.rounds):
        say(f"{request.name} by {counted}: round {number + 1}")
        for value, database, server in servers:
            taken[value].append(
                one_round(server, request, database, folder, connections, plan.seconds)
            )
    for _value, database, _server in servers:
        database.tidy()
    return [
        Scaled(
            value=value,
            rps=round(statistics.median(each.rps for each in its), 1),
            server_cpu_ms=round(statistics.median(each.server_cpu_ms for each in its), 4),
            pg_cpu_ms=round(statistics.median(each.pg_cpu_ms for each in its), 4),
        )
        for value, its in taken.items()
    ]
