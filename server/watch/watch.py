"""Everything that watches one application, and the ASGI layer through which it sees requests."""

import asyncio
import importlib
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from time import perf_counter
from typing import Any, Protocol, cast
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.watched import WATCHED, Spans
from server.http.peer import Peers
from server.settings.settings import Settings
from server.watch.logs import REQUESTS, log_of_requests
from server.watch.metrics import Metrics
from server.watch.pseudonym import Pseudonyms
from server.watch.seen import RequestSpan, Seen

# They are asked every few seconds, by programs: what they are told is in the metrics and the log.
QUIET = frozenset({"/healthz", "/readyz"})
_ROUTE = "/graphql"
# Codes that are ours to mend; all others tell a client what is his.
_FAILURES = frozenset({"INTERNAL", "TIMEOUT", "LEDGER_UNAVAILABLE"})


class Tracing(Spans, Protocol):
    """`server.watch.spans.Tracing`, which is imported only where it is used."""

    def request(self, method: str, route: str, headers: dict[str, str]) -> RequestSpan:
        """Begin the span of a request."""

    def close(self) -> None:
        """Send what is left."""


class Watch:
    """Metrics, log and traces of one application.

    :param clock: tells the day, which the pseudonyms of viewers change with.
    :param secret: what they are made with.
    """

    def __init__(
        self, settings: Settings, clock: Callable[[], datetime], secret: bytes, peers: Peers
    ) -> None:
        self.metrics = Metrics(version=version("kairan"), pool_size=settings.pool_size)
        self.tracing = _tracing(settings)
        self._clock = clock
        self._peers = peers
        self._pseudonyms = Pseudonyms(secret)

    def begins(self, scope: Scope) -> Seen:
        """A request came in."""
        request_id = scope["state"]["request_id"]
        if self.tracing is None:
            return Seen(request_id)
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in (b"traceparent", b"tracestate")
        }
        if not self._peers.trust(scope):
            # Whoever names a trace decides whether it is kept, and may tie strangers' to his own.
            headers = {}
        # Methods and paths are the client's words too: only the ones we know are repeated.
        method = scope["method"] if scope["method"] in ("GET", "POST") else "OTHER"
        span = self.tracing.request(method, _ROUTE if scope["path"] == _ROUTE else "other", headers)
        # A trace that nobody keeps costs nothing further down.
        return Seen(request_id, span, self.tracing if span.sampled else None)

    def ended(self, seen: Seen) -> None:
        """Its answer has left, or never will."""
        seconds = perf_counter() - seen.began
        status = 499 if seen.gone else seen.status or 500
        metrics = self.metrics
        metrics.request(seen.kind, status, seconds)
        if seen.statements:
            metrics.statements.inc(seen.statements)
        for code in seen.errors:
            metrics.errors.inc(code)
        if seen.errors and not seen.executed:
            metrics.refusals.inc(seen.errors[0])
        for code in seen.user_errors:
            metrics.user_errors.inc(code)
        for reason in seen.withheld:
            metrics.withheld.inc(reason)
        if seen.releases:
            metrics.releases.inc(seen.releases)
            metrics.people.inc(seen.people)
        log = log_of_requests()
        if log is not None:
            log.tell("info", REQUESTS, "request", self._told(seen, status, seconds))
        if seen.request_span is not None:
            self._traced(seen.request_span, seen, status)

    def _told(self, seen: Seen, status: int, seconds: float) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "request_id": seen.request_id,
            "kind": seen.kind,
            "status": status,
            "duration_ms": round(seconds * 1000, 2),
        }
        if seen.operation is not None:
            fields["operation"] = seen.operation
        caller = seen.caller
        if caller is not None and caller.person is not None:
            fields["viewer"] = self._pseudonyms.of(caller.city, caller.person, self._clock())
        if seen.errors:
            fields["errors"] = seen.errors
        if seen.user_errors:
            fields["user_errors"] = seen.user_errors
        if seen.statements:
            fields["statements"] = seen.statements
        if seen.releases:
            fields["releases"] = seen.releases
            fields["people"] = seen.people
        if seen.withheld:
            fields["withheld"] = len(seen.withheld)
        if seen.spans is not None and seen.request_span is not None:
            fields["trace_id"] = seen.request_span.trace_id
        return fields

    def _traced(self, span: RequestSpan, seen: Seen, status: int) -> None:
        attributes: dict[str, str | int | float] = {
            "http.response.status_code": status,
            "kairan.request_id": seen.request_id,
            "graphql.operation.type": seen.kind,
        }
        if seen.operation is not None:
            attributes["graphql.operation.name"] = seen.operation
        if seen.errors:
            attributes["kairan.errors"] = " ".join(seen.errors)
        failure = next((code for code in seen.errors if code in _FAILURES), None)
        span.end(attributes, failure)

    async def close(self) -> None:
        """Send what is left of the traces."""
        if self.tracing is not None:
            await asyncio.to_thread(self.tracing.close)


def _tracing(settings: Settings) -> Tracing | None:
    if settings.otlp_endpoint is None:
        return None
    # By name: whoever does not trace does not pay for the import.
    spans = importlib.import_module("server.watch.spans")
    made = spans.Tracing(
        settings.otlp_endpoint,
        percent=settings.trace_percent,
        version=version("kairan"),
        instance=uuid4().hex,
        follow_callers=settings.traceparent,
    )
    return cast("Tracing", made)


class Watching:
    """The outermost layer of the application: a request begins and ends here."""

    def __init__(self, app: ASGIApp, watch: Watch) -> None:
        self._app = app
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, watched."""
        if scope["type"] != "http" or scope["path"] in QUIET:
            await self._app(scope, receive, send)
            return
        watch = self._watch
        seen = watch.begins(scope)
        watch.metrics.in_flight.inc()
        token = WATCHED.set(seen)

        def answered() -> None:
            if not seen.answered:
                seen.answered = True
                watch.metrics.in_flight.dec()
                watch.ended(seen)

        async def receiving() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect" and not seen.answered:
                seen.gone = True
            return message

        async def sending(message: Message) -> None:
            kind = message["type"]
            if kind == "http.response.start":
                seen.status = message["status"]
            await send(message)
            if kind == "http.response.body" and not message.get("more_body", False):
                answered()

        try:
            await self._app(scope, receiving, sending)
        except asyncio.CancelledError:
            seen.status = seen.status or 503
            raise
        except Exception:
            seen.errors = seen.errors or ["INTERNAL"]
            raise
        finally:
            # Otherwise nothing was sent to the end: an error above us answers, or nobody does.
            answered()
            WATCHED.reset(token)
            if seen.request_span is not None:
                seen.request_span.leave()
