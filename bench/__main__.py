"""`make bench`: what each request costs, beside others that answer the same."""

from pathlib import Path

import click

from bench import city, files
from bench.contenders import CONTENDERS, DidNotStart
from bench.database import prepared
from bench.machine import facts
from bench.measure import Plan, Wrong, results
from bench.options import Names, Numbers
from bench.report import Extras, Report
from bench.requests import REQUESTS
from bench.results import Result, Results
from bench.same import Different
from bench.scale import ByWorkers, Grows, by_city, by_requests, by_workers
from bench.size import Size
from db.embedded_programs import EmbeddedError

ALL_CONNECTIONS = (1, 16, 64)
EXTRAS = ("workers", "city-sizes", "memory")
# A person can mend these, or has to know.
REFUSALS = (Different, Wrong, Grows, DidNotStart, EmbeddedError)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--requests", "request_names", type=Names(REQUESTS), help=", ".join(REQUESTS))
@click.option("--contenders", type=Names(CONTENDERS), help=", ".join(CONTENDERS))
@click.option("--connections", type=Numbers(), help="By default 1,16,64.")
@click.option("--seconds", default=2.0, show_default=True, help="Of each round.")
@click.option("--rounds", default=5, show_default=True, help="Of which the medians are told.")
@click.option("--workers", is_flag=True, help="Kairan by one process and by two.")
@click.option("--city-sizes", is_flag=True, help="Kairan in a city of 10 groups and of 1,300.")
@click.option("--memory", is_flag=True, help="Kairan's memory over 100,000 requests.")
@click.option("--write", is_flag=True, help="Keep the results of a part, too.")
def main(
    *,
    request_names: tuple[str, ...] | None,
    contenders: tuple[str, ...] | None,
    connections: tuple[int, ...] | None,
    seconds: float,
    rounds: int,
    workers: bool,
    city_sizes: bool,
    memory: bool,
    write: bool,
) -> None:
    """Measure requests of contenders; without options all there is, which takes half an hour.

    Only a whole run is kept in bench/results and shown in docs/performance.md.
    """
    chosen = {name for name, on in zip(EXTRAS, (workers, city_sizes, memory), strict=True) if on}
    parts = request_names or contenders or connections
    extras = chosen or (set() if parts else set(EXTRAS))
    plan = Plan(
        contenders=[CONTENDERS[name] for name in contenders or CONTENDERS],
        # Asked for an extra alone, it is measured alone.
        requests=[
            REQUESTS[name] for name in request_names or (() if chosen and not parts else REQUESTS)
        ],
        connections=connections or ALL_CONNECTIONS,
        seconds=seconds,
        rounds=rounds,
    )
    try:
        report = run(plan, extras)
    except REFUSALS as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"\n{report.summary()}")
    if write or not (parts or chosen):
        files.write(report)
        click.echo(f"\nKept in {files.FOLDER}")


def run(plan: Plan, extras: set[str]) -> Report:
    """Load the city where it is not, and measure. Raises one of REFUSALS."""
    folder = Path(city.FOLDER) / "servers"
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Result] = []
    with city.loaded_city(Size(), click.echo) as addresses, prepared(addresses) as database:
        for request in plan.requests:
            taken += results(plan, request, database, folder, click.echo)
            show(Results(taken), request.name)
        database.tidy()
        by_processes = (
            by_workers(plan, database, folder, click.echo) if "workers" in extras else ByWorkers()
        )
        series = by_requests(database, folder, click.echo) if "memory" in extras else []
        database.tidy()
        machine = facts(database.version)
    cities = by_city(plan, folder, click.echo) if "city-sizes" in extras else []
    return Report(Results(taken), machine, Extras(by_processes, cities, series))


def show(results: Results, request: str) -> None:
    """A request's table."""
    click.echo(f"\n{REQUESTS[request].words}")
    click.echo(
        f"  {'':16} {'conns':>5} {'req/s':>8} {'p50 ms':>8} {'p99 ms':>8}"
        f" {'server':>8} {'+ pg':>8} {'= ms CPU':>9} {'ratio':>6} {'stmts':>5} {'bytes':>8}"
    )
    for one in results.all:
        if one.request == request:
            ratio = results.ratio(one.contender, request, one.connections)
            click.echo(
                f"  {one.contender:16} {one.connections:>5} {one.rps:>8.0f} {one.p50_ms:>8.2f}"
                f" {one.p99_ms:>8.2f} {one.server_cpu_ms:>8.3f} {one.pg_cpu_ms:>8.3f}"
                f" {one.cpu_ms:>9.3f} {'' if ratio is None else f'{ratio:.2f}':>6}"
                f" {one.statements:>5} {one.bytes:>8,}"
            )


if __name__ == "__main__":
    main()
