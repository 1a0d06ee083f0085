"""What was measured, and what it means: ratios to the hand-written endpoint, beside the targets."""

from collections.abc import Iterable
from dataclasses import dataclass

BASE = "handwritten"
OURS = "kairan"

# Total processor time relative to the hand-written endpoint: at most, and aimed for.
TARGETS = {
    "roster": (2.2, 1.8),
    "roster-masked": (1.7, 1.3),
    "dashboard": (2.3, 1.8),
    "me": (2.5, 1.8),
    "mark-read": (2.5, 1.8),
    "roster-2000": (2.2, 1.8),
}
# The server's part alone, on the roster.
SERVER_TARGETS = {"roster": (4.0, 3.3)}
# How many times less than ordinary Strawberry takes, on the roster.
LESS_THAN_ORDINARY = {"roster": 12.0}


@dataclass(frozen=True)
class Result:
    """One contender, one request, one number of connections; medians over the rounds.

    :param statements: that reach PostgreSQL for one request, BEGIN and COMMIT included.
    :param bytes: of the answer's body.
    """

    contender: str
    request: str
    connections: int
    rps: float
    p50_ms: float
    p99_ms: float
    server_cpu_ms: float
    pg_cpu_ms: float
    statements: int
    bytes: int

    @property
    def cpu_ms(self) -> float:
        """Of server and PostgreSQL together, per request."""
        return self.server_cpu_ms + self.pg_cpu_ms


class Results:
    """All of a run, to look things up in."""

    def __init__(self, results: Iterable[Result]) -> None:
        self.all = list(results)
        self._by = {(each.contender, each.request, each.connections): each for each in self.all}

    def of(self, contender: str, request: str, connections: int) -> Result | None:
        """One of them, where it was measured."""
        return self._by.get((contender, request, connections))

    def ratio(self, contender: str, request: str, connections: int) -> float | None:
        """Its total processor time relative to the hand-written endpoint's."""
        one, base = self.of(contender, request, connections), self.of(BASE, request, connections)
        return None if one is None or base is None else one.cpu_ms / base.cpu_ms

    def server_ratio(self, contender: str, request: str, connections: int) -> float | None:
        """The same of the servers alone."""
        one, base = self.of(contender, request, connections), self.of(BASE, request, connections)
        return None if one is None or base is None else one.server_cpu_ms / base.server_cpu_ms
