"""Tracing by OpenTelemetry. Imported only where it is switched on: the import alone takes 0.1 s.

Neither an exception's words nor a statement's parameters, a document, a variable or a viewer's
pseudonym becomes part of a span: traces are kept elsewhere, by others, and for longer than logs.
"""

import contextlib
from collections.abc import Iterator, Mapping

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from db.watched import Attributes
from server.processes.interruption import deaf

_EXPORT_SECONDS = 5.0
_CALLERS = TraceContextTextMapPropagator()


class RequestSpan:
    """The span of one request, open in the task that serves it."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        self._token = context.attach(trace.set_span_in_context(span))

    @property
    def sampled(self) -> bool:
        """Whether anybody will see it."""
        return self._span.is_recording()

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits."""
        return trace.format_trace_id(self._span.get_span_context().trace_id)

    def end(self, attributes: Attributes, failure: str | None) -> None:
        """The answer has left. ``failure`` is the code of what went wrong on our side."""
        self._span.set_attributes(attributes)
        if failure is not None:
            self._span.set_status(trace.StatusCode.ERROR, failure)
        self._span.end()

    def leave(self) -> None:
        """The task is done with it."""
        context.detach(self._token)


class Tracing:
    """Sends the spans of one application to a collector (OTLP over HTTP, protobuf).

    :param endpoint: the full address, such as ``http://127.0.0.1:4318/v1/traces``.
    :param percent: of the traces begun here, how many are kept.
    :param follow_callers: continue the trace that a request names (W3C Trace Context).
    """

    def __init__(
        self, endpoint: str, *, percent: int, version: str, instance: str, follow_callers: bool
    ) -> None:
        self._follow = follow_callers
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(percent / 100)),
            # OTEL_RESOURCE_ATTRIBUTES adds what an operator wants to tell his servers apart by.
            resource=Resource.create(
                {
                    "service.name": "kairan",
                    "service.version": version,
                    "service.instance.id": instance,
                }
            ),
            shutdown_on_exit=False,
        )
        exporter = OTLPSpanExporter(endpoint=endpoint, timeout=_EXPORT_SECONDS)
        with deaf():
            self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("kairan", version)

    def request(self, method: str, route: str, headers: Mapping[str, str]) -> RequestSpan:
        """Begin the span of a request; of its ``headers`` only those of Trace Context count."""
        parent = _CALLERS.extract(headers) if self._follow else context.Context()
        span = self._tracer.start_span(
            f"{method} {route}",
            context=parent,
            kind=trace.SpanKind.SERVER,
            attributes={"http.request.method": method, "http.route": route},
        )
        return RequestSpan(span)

    @contextlib.contextmanager
    def span(self, name: str, attributes: Attributes) -> Iterator[None]:
        """A span around the block, a child of the open one. Of a failure it tells the type."""
        kind = trace.SpanKind.CLIENT if attributes else trace.SpanKind.INTERNAL
        with self._tracer.start_as_current_span(
            name,
            kind=kind,
            attributes=dict(attributes),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_attribute("error.type", type(error).__qualname__)
                span.set_status(trace.StatusCode.ERROR)
                raise

    def close(self) -> None:
        """Send what is left, or give up after some seconds. Blocks: not for the loop's thread."""
        self._provider.shutdown()
