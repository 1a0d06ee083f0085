"""An OpenTelemetry collector that keeps what it gets: OTLP over HTTP, protobuf in."""

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def plain(attributes: Any) -> dict[str, object]:
    """Attributes as a dictionary."""
    return {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in attributes}


@dataclass
class Collector:
    """What came."""

    endpoint: str = ""
    spans: list[Span] = field(default_factory=list)
    resource: dict[str, object] = field(default_factory=dict)
    raw: bytes = b""

    async def take(self, http: Request) -> Response:
        """One export."""
        body = await http.body()
        if http.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.raw += body
        sent = ExportTraceServiceRequest.FromString(body)
        for resource_spans in sent.resource_spans:
            self.resource = plain(resource_spans.resource.attributes)
            for scope in resource_spans.scope_spans:
                self.spans += scope.spans
        return Response(
            ExportTraceServiceResponse().SerializeToString(), media_type="application/x-protobuf"
        )

    def below(self, span: Span) -> list[str]:
        """The names of a span's children, as they began."""
        found = [each for each in self.spans if each.parent_span_id == span.span_id]
        return [each.name for each in sorted(found, key=lambda each: each.start_time_unix_nano)]

    def named(self, name: str) -> list[Span]:
        """The spans of this name."""
        return [span for span in self.spans if span.name == name]


@contextlib.asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """A collector on a free port."""
    collector = Collector()
    app = Starlette(routes=[Route("/v1/traces", collector.take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    collector.endpoint = f"http://127.0.0.1:{port}/v1/traces"
    try:
        yield collector
    finally:
        server.should_exit = True
        await serving
