"""The results in words: Markdown with the targets beside what was reached."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bench.contenders import CONTENDERS
from bench.landmarks import LARGE_SIZE, ROSTER_SIZE
from bench.requests import REQUESTS
from bench.results import LESS_THAN_ORDINARY, OURS, SERVER_TARGETS, TARGETS, Results
from bench.scale import MEMORY_STEP, ByWorkers, Scaled

# At which the ratios are told: neither idle nor in a queue.
TOLD_AT = 16


@dataclass(frozen=True)
class Extras:
    """What is measured of Kairan alone; empty where it was not."""

    workers: ByWorkers = field(default_factory=ByWorkers)
    cities: Sequence[Scaled] = ()
    memory: Sequence[float] = ()


@dataclass(frozen=True)
class Report:
    """Everything that one run tells."""

    results: Results
    machine: Mapping[str, str]
    extras: Extras = field(default_factory=Extras)

    def markdown(self) -> str:
        """The whole of it."""
        return "\n".join(
            [
                "# Results of `make bench`",
                "",
                *(f"- {name}: {value}" for name, value in self.machine.items()),
                "",
                "Contenders, each one process:",
                "",
                *(f"- `{each.name}`: {each.words}" for each in CONTENDERS.values()),
                "",
                self.summary(),
                "",
                *self._tables(),
            ]
        )

    def summary(self) -> str:
        """The ratios with their targets, and what is told of Kairan alone; for other pages, too."""
        return "\n".join([*self._ratios(), *self._rows(), *self._extras()])

    def _ratios(self) -> Iterator[str]:
        measured = [name for name in REQUESTS if self.results.of(OURS, name, TOLD_AT)]
        if not measured:
            return
        yield (
            f"Processor time of server and PostgreSQL per request at {TOLD_AT} connections, in"
            " milliseconds; what Kairan takes relative to the hand-written endpoint, and the"
            " targets for that:"
        )
        yield ""
        yield from _header("request", *CONTENDERS, "ratio", "at most", "aimed for")
        for name in measured:
            ratio = self.results.ratio(OURS, name, TOLD_AT)
            most, aim = TARGETS[name]
            cells = (self._cell(contender, name) for contender in CONTENDERS)
            yield _row(name, *cells, _times(ratio), _times(most), _times(aim))
        yield ""
        for name, (most, aim) in SERVER_TARGETS.items():
            if (ratio := self.results.server_ratio(OURS, name, TOLD_AT)) is not None:
                yield (
                    f"- The server alone on `{name}`: {_times(ratio)} (at most {_times(most)},"
                    f" aimed for {_times(aim)})."
                )
        for name, least in LESS_THAN_ORDINARY.items():
            if (times := self.less_than_ordinary(name)) is not None:
                yield (
                    f"- Ordinary Strawberry takes {_times(times)} what Kairan takes on `{name}`"
                    f" (to reach: {_times(least)})."
                )

    def less_than_ordinary(self, request: str) -> float | None:
        """How many times Kairan's processor time ordinary Strawberry takes."""
        ours = self.results.of(OURS, request, TOLD_AT)
        ordinary = self.results.of("strawberry", request, TOLD_AT)
        return None if ours is None or ordinary is None else ordinary.cpu_ms / ours.cpu_ms

    def _cell(self, contender: str, request: str) -> str:
        found = self.results.of(contender, request, TOLD_AT)
        return "" if found is None else f"{found.cpu_ms:.2f}"

    def _rows(self) -> Iterator[str]:
        small = self.results.of(OURS, "roster", TOLD_AT)
        large = self.results.of(OURS, "roster-2000", TOLD_AT)
        if small is not None and large is not None:
            yield (
                f"- A member costs Kairan {small.cpu_ms / ROSTER_SIZE * 1000:.1f} µs on a roster of"
                f" {ROSTER_SIZE} and {large.cpu_ms / LARGE_SIZE * 1000:.1f} µs on one of"
                f" {LARGE_SIZE:,}."
            )

    def _extras(self) -> Iterator[str]:
        extras = self.extras
        if extras.workers.roster:
            told = ", ".join(f"{each.value}: {_scaled(each)}" for each in extras.workers.roster)
            yield f"- The roster at 64 connections by processes (`--workers`): {told}."
        if extras.workers.schema:
            told = ", ".join(f"{each.value}: {_scaled(each)}" for each in extras.workers.schema)
            yield f"- The schema itself, without PostgreSQL, likewise: {told}."
        if extras.cities:
            told = ", ".join(f"{each.value:,}: {_scaled(each)}" for each in extras.cities)
            yield f"- The same roster by groups in the city: {told}."
        if extras.memory:
            told = ", ".join(f"{each:.1f}" for each in extras.memory)
            yield f"- Memory of the server after each {MEMORY_STEP:,} requests, in MiB: {told}."

    def _tables(self) -> Iterator[str]:
        for name, request in REQUESTS.items():
            rows = [each for each in self.results.all if each.request == name]
            if not rows:
                continue
            yield f"## {name}"
            yield ""
            yield f"{request.words}."
            yield ""
            yield from _header(
                *("contender", "connections", "requests/s", "p50 ms", "p99 ms", "server CPU ms"),
                *("PostgreSQL CPU ms", "together", "ratio", "statements", "bytes"),
            )
            for each in rows:
                ratio = self.results.ratio(each.contender, name, each.connections)
                yield _row(
                    *(each.contender, str(each.connections), f"{each.rps:.0f}"),
                    *(f"{each.p50_ms:.2f}", f"{each.p99_ms:.2f}", f"{each.server_cpu_ms:.3f}"),
                    *(f"{each.pg_cpu_ms:.3f}", f"{each.cpu_ms:.3f}", _times(ratio)),
                    *(str(each.statements), f"{each.bytes:,}"),
                )
            yield ""


def _header(*names: str) -> Iterator[str]:
    yield _row(*names)
    yield _row("---", *("---:" for _ in names[1:]))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}x"


def _scaled(of: Scaled) -> str:
    return f"{of.rps:.0f}/s at {of.cpu_ms:.2f} ms"
