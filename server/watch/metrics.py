"""What Prometheus is told: a closed list of metrics, every label of a few known values.

Nothing a client chose is a label: operation names would let anybody fill the memory of the server
that gathers them, and say something about a person besides.
"""

import platform
from collections.abc import Iterable
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from permissions.policy import POLICY_VERSION
from permissions.words import Reason
from resolvers.errors import ErrorCode, UserErrorCode

OTHER = "other"
KINDS = ("query", "mutation", "none")
# 499: the client was gone before its answer was.
# 294: GraphQL's own for an answer of which a part failed (server/http/responses.py).
STATUSES = (
    *(200, 204, 294, 304, 400, 401, 403, 404, 405, 406, 408, 413, 415, 422, 429),
    *(499, 500, 503),
)

_REQUEST_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_ACQUIRE_SECONDS = (0.0001, 0.001, 0.01, 0.05, 0.1, 0.5, 1, 5)


class Coded:
    """A counter by one label of known values, all of them there from the start at 0.

    `labels()` costs more than the counting, and a series that first appears at 1 has no rate.
    """

    def __init__(self, counter: Counter, known: Iterable[str]) -> None:
        self._children = {str(value): counter.labels(value) for value in (*known, OTHER)}

    def inc(self, value: str) -> None:
        """One more of ``value``; of one that is not known, of ``other``."""
        (self._children.get(value) or self._children[OTHER]).inc()


class Metrics:
    """The metrics of one application.

    They have a registry of their own, so that several applications in a process do not meet. Where
    several processes serve, the values lie in files that are added up elsewhere
    (:mod:`server.watch.exposition`), and the modes of the gauges tell how.
    """

    def __init__(self, *, version: str, pool_size: int) -> None:
        self.registry = CollectorRegistry()
        requests = self.counter("requests", "Requests answered.", "kind", "status")
        self._requests = {
            (kind, status): requests.labels(kind, status) for kind in KINDS for status in STATUSES
        }
        self._others = {kind: requests.labels(kind, OTHER) for kind in KINDS}
        seconds = self.histogram(
            "request_seconds", "Time from a request to its answer.", _REQUEST_SECONDS, "kind"
        )
        self._seconds = {kind: seconds.labels(kind) for kind in KINDS}
        self.in_flight = self.gauge("requests_in_flight", "Requests not answered yet.")
        self.errors = Coded(
            self.counter("errors", "Answers with a GraphQL error, by code.", "code"), ErrorCode
        )
        self.user_errors = Coded(
            self.counter("user_errors", "Changes with something to mend, by code.", "code"),
            UserErrorCode,
        )
        self.refusals = Coded(
            self.counter("refusals", "Requests refused before any of it was executed.", "code"),
            ErrorCode,
        )
        self.withheld = Coded(
            self.counter("withheld", "Entries of extensions.withheld, by reason.", "reason"), Reason
        )
        self.statements = self.counter("statements", "SQL statements of requests.")
        self.releases = self.counter("releases", "Rows written to the ledger of releases.")
        self.people = self.counter("released_people", "People whose personal fields left.")
        self.pool = PoolMetrics(self, pool_size)
        self.ledger = LedgerMetrics(self)
        build = self.gauge(
            "build_info", "What runs.", "version", "rules", "python", mode="mostrecent"
        )
        build.labels(version, POLICY_VERSION, platform.python_version()).set(1)

    def request(self, kind: str, status: int, seconds: float) -> None:
        """A request was answered."""
        (self._requests.get((kind, status)) or self._others[kind]).inc()
        self._seconds[kind].observe(seconds)

    def counter(self, name: str, meaning: str, *labels: str) -> Counter:
        """A counter; Prometheus adds ``_total``."""
        return Counter(name, meaning, labels, namespace="kairan", registry=self.registry)

    def gauge(
        self,
        name: str,
        meaning: str,
        *labels: str,
        mode: Literal["livesum", "mostrecent"] = "livesum",
    ) -> Gauge:
        """A gauge; of several processes that live, their sum or the latest."""
        return Gauge(
            name,
            meaning,
            labels,
            namespace="kairan",
            registry=self.registry,
            multiprocess_mode=mode,
        )

    def histogram(
        self, name: str, meaning: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        """A histogram of seconds."""
        return Histogram(
            name, meaning, labels, namespace="kairan", registry=self.registry, buckets=buckets
        )


class PoolMetrics:
    """Told by the pool what it does (:class:`db.watched.PoolWatcher`)."""

    def __init__(self, metrics: Metrics, size: int) -> None:
        metrics.gauge("pool_size", "Database connections at most.").set(size)
        self._open = metrics.gauge("pool_connections", "Database connections open.")
        self._in_use = metrics.gauge("pool_in_use", "Database connections in use.")
        self._waiting = metrics.gauge("pool_waiting", "Who waits for a database connection.")
        self._seconds = metrics.histogram(
            "pool_acquire_seconds", "Time until a database connection was had.", _ACQUIRE_SECONDS
        )

    def waits(self) -> None:
        """Somebody asks for a connection."""
        self._waiting.inc()

    def waited(self, seconds: float, *, got: bool) -> None:
        """He has it, or gave up."""
        self._waiting.dec()
        self._seconds.observe(seconds)
        if got:
            self._in_use.inc()

    def taken(self) -> None:
        """A connection stood ready."""
        self._seconds.observe(0.0)
        self._in_use.inc()

    def released(self) -> None:
        """A connection came back."""
        self._in_use.dec()

    def opened(self) -> None:
        """A connection to the database was made."""
        self._open.inc()

    def closed(self) -> None:
        """A connection to the database is gone."""
        self._open.dec()


class LedgerMetrics:
    """Told by the ledger's upkeep what it found."""

    def __init__(self, metrics: Metrics) -> None:
        self._months = metrics.gauge(
            "ledger_months_ahead",
            "Months from this one on for which the ledger has its partitions.",
            mode="mostrecent",
        )
        self._stray = metrics.gauge(
            "ledger_stray_rows", "Ledger rows outside every month.", mode="mostrecent"
        )
        self._at = metrics.gauge(
            "ledger_upkeep_timestamp_seconds",
            "When the ledger was last looked after.",
            mode="mostrecent",
        )

    def looked_after(self, months: int, stray: int) -> None:
        """The upkeep is done: so many months ready, so many rows outside them."""
        self._months.set(months)
        self._stray.set(stray)
        self._at.set_to_current_time()
