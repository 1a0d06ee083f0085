"""Rounds over the contenders in turn, and the medians of what they cost."""

import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import traffic
from bench.contenders import Contender, Place, Server, running
from bench.cpu import Meter
from bench.database import Database
from bench.requests import Request
from bench.results import Result
from bench.same import Answered, answered, compare
from bench.tokens import token_of, tokens

# Plans, caches and all connections of the pools are there after this.
WARM_CONNECTIONS, WARM_SECONDS = 16, 1.0


class Wrong(Exception):
    """An answer under load was not the one that was checked."""


@dataclass(frozen=True)
class Plan:
    """What is measured, and how long.

    :param seconds: of each round of one contender at one number of connections. One that needs
        much longer to answer all connections once gets fewer rounds.
    """

    contenders: Sequence[Contender]
    requests: Sequence[Request]
    connections: Sequence[int]
    seconds: float
    rounds: int


@dataclass(frozen=True)
class Round:
    """What one round of one contender took; processor time is per request."""

    seconds: float
    rps: float
    p50_ms: float
    p99_ms: float
    server_cpu_ms: float
    pg_cpu_ms: float


def results(
    plan: Plan, request: Request, database: Database, folder: Path, say: Callable[[str], None]
) -> Iterator[Result]:
    """Check that all answer one request the same, then measure it.

    Raises Different, Wrong or DidNotStart.
    """
    database.tidy()
    found = {
        contender.name: answered(contender, request, database, folder)
        for contender in plan.contenders
    }
    compare(request, found)
    say(f"{request.name}: {', '.join(found)} answer the same")
    yield from _measured(plan, request, found, database, folder, say)
    database.tidy()


def _measured(
    plan: Plan,
    request: Request,
    found: dict[str, Answered],
    database: Database,
    folder: Path,
    say: Callable[[str], None],
) -> Iterator[Result]:
    with ExitStack() as stack:
        servers = [
            stack.enter_context(running(contender, place(contender, request, database, folder)))
            for contender in plan.contenders
        ]
        for server in servers:
            one_round(server, request, database, folder, WARM_CONNECTIONS, WARM_SECONDS)
        for connections in plan.connections:
            rounds: dict[str, list[Round]] = {server.contender.name: [] for server in servers}
            spent = dict.fromkeys(rounds, 0.0)
            for number in range(plan.rounds):
                say(f"{request.name}, {connections} connections: round {number + 1}")
                for server in servers:
                    name = server.contender.name
                    if number and spent[name] > plan.seconds * plan.rounds:
                        continue
                    length = None if request.changes else found[name].size
                    taken = one_round(
                        server, request, database, folder, connections, plan.seconds, length=length
                    )
                    rounds[name].append(taken)
                    spent[name] += taken.seconds
            for name, its_rounds in rounds.items():
                yield _result(request, name, connections, its_rounds, found[name])


def place(contender: Contender, request: Request, database: Database, folder: Path) -> Place:
    """Where a contender runs for a request."""
    return Place(database.url_for(contender.has_walls), folder, request.settings)


def one_round(
    server: Server,
    request: Request,
    database: Database,
    folder: Path,
    connections: int,
    seconds: float,
    *,
    length: int | None = None,
) -> Round:
    """Ask one server for some seconds. Raises Wrong."""
    job = traffic.Job(
        port=server.port,
        requests=encoded(server.contender, [request], folder),
        connections=connections,
        seconds=seconds,
        again=not request.changes,
        length=length,
    )
    server_meter, pg_meter = Meter(server.pid), Meter(database.root)
    outcome = traffic.run(job)
    server_seconds, pg_seconds = server_meter.seconds(), pg_meter.seconds()
    if outcome.bad:
        raise Wrong(
            f"{server.contender.name}: {outcome.bad} of {outcome.count} answers to {request.name}"
            " were not the one that was checked"
        )
    if request.changes and (changed := database.unread()) != outcome.count:
        raise Wrong(
            f"{server.contender.name}: {outcome.count} answers to {request.name} changed"
            f" {changed} rows"
        )
    return Round(
        seconds=outcome.seconds,
        rps=outcome.rps,
        p50_ms=outcome.p50_ms,
        p99_ms=outcome.p99_ms,
        server_cpu_ms=server_seconds / outcome.count * 1000,
        pg_cpu_ms=pg_seconds / outcome.count * 1000,
    )


def encoded(contender: Contender, requests: Sequence[Request], folder: Path) -> list[bytes]:
    """All that there is to ask, with tokens that begin now."""
    issuer = tokens(folder / "signing-key.pem")
    visitors = {ask.visitor for request in requests for ask in request.asks()}
    shown = {visitor: token_of(visitor, issuer) for visitor in visitors}
    return [
        contender.encoded(request, ask, shown[ask.visitor])
        for request in requests
        for ask in request.asks()
    ]


def _result(
    request: Request, name: str, connections: int, rounds: list[Round], found: Answered
) -> Result:
    def median(of: Callable[[Round], float], digits: int) -> float:
        return round(statistics.median(map(of, rounds)), digits)

    return Result(
        contender=name,
        request=request.name,
        connections=connections,
        rps=median(lambda each: each.rps, 1),
        p50_ms=median(lambda each: each.p50_ms, 3),
        p99_ms=median(lambda each: each.p99_ms, 3),
        server_cpu_ms=median(lambda each: each.server_cpu_ms, 4),
        pg_cpu_ms=median(lambda each: each.pg_cpu_ms, 4),
        statements=found.statements,
        bytes=found.size,
    )
