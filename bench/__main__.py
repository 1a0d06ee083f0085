"""`make bench`: how much each request costs, beside others that answer the same."""

from pathlib import Path

import click

from bench.city import FOLDER, loaded_city
from bench.contenders import CONTENDERS, DidNotStart
from bench.database import prepared
from bench.measure import Plan, Wrong, results
from bench.requests import REQUESTS
from bench.results import Result, Results
from bench.same import Different
from bench.size import WHOLE, Size
from db.embedded_programs import EmbeddedError


class Names(click.ParamType[tuple[str, ...]]):
    """Some names of several, with commas between them."""

    name = "names"

    def __init__(self, known: dict[str, object]) -> None:
        self._known = known

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        names = tuple(str(value).split(","))
        for name in names:
            if name not in self._known:
                self.fail(f"{name!r} is none of {', '.join(self._known)}", param, ctx)
        return names


def whole_numbers(_ctx: click.Context, _param: click.Parameter, value: str) -> list[int]:
    """Numbers with commas between them."""
    try:
        return [int(each) for each in value.split(",")]
    except ValueError:
        raise click.BadParameter(f"{value!r}: give numbers, such as 1,16,64") from None


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--requests", type=Names(dict(REQUESTS)), default=tuple(REQUESTS), metavar="NAMES")
@click.option(
    "--contenders", type=Names(dict(CONTENDERS)), default=tuple(CONTENDERS), metavar="NAMES"
)
@click.option("--connections", callback=whole_numbers, default="1,16,64", show_default=True)
@click.option("--seconds", default=2.0, show_default=True, help="Of each round.")
@click.option("--rounds", default=5, show_default=True)
@click.option("--groups", default=WHOLE, show_default=True, help="Of the city.")
def main(
    requests: tuple[str, ...],
    contenders: tuple[str, ...],
    connections: list[int],
    seconds: float,
    rounds: int,
    groups: int,
) -> None:
    """Measure requests (roster, me, ...) of contenders (kairan, handwritten, ...)."""
    plan = Plan(
        contenders=[CONTENDERS[name] for name in contenders],
        requests=[REQUESTS[name] for name in requests],
        connections=connections,
        seconds=seconds,
        rounds=rounds,
    )
    folder = Path(FOLDER) / "servers"
    folder.mkdir(parents=True, exist_ok=True)
    taken: list[Result] = []
    try:
        with loaded_city(Size(groups), click.echo) as addresses, prepared(addresses) as database:
            for request in plan.requests:
                taken += results(plan, request, database, folder, click.echo)
                show(Results(taken), request.name)
    except (Different, Wrong, DidNotStart, EmbeddedError) as error:
        raise click.ClickException(str(error)) from error


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
