"""The headers that every answer has, whoever made it: also a 404, a refusal and a preflight."""

import re
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.peer import by_trusted_proxy

# Answers are about persons: they are nobody's but the client's. Two clients of one cache may
# differ in both headers, and a cache that stores all the same must know it.
KEPT_BY_NOBODY = "private, no-store"
VARY = "Accept, Authorization"

SECURITY = {
    # An answer is data: were a browser to show it as a page, nothing in it may run.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_SECURITY = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]
_ID = b"x-request-id"

_REQUEST_ID = re.compile(r"[0-9A-Za-z._-]{8,128}")


def new_request_id() -> str:
    """A name for a request that nobody else has."""
    return uuid4().hex


def request_id_of(request: HTTPConnection) -> str:
    """The name of a request: our proxy's when it sends a good one, otherwise a new one.

    Anybody else could make two requests look like one in our log, or write into it.
    """
    given = request.headers.getlist("x-request-id")
    if len(given) == 1 and _REQUEST_ID.fullmatch(given[0]) and by_trusted_proxy(request):
        return given[0]
    return new_request_id()


def complete(headers: MutableHeaders, request_id: str, hsts_seconds: int) -> None:
    """Add what is missing; what a route sets itself stands, such as the caching of files.

    :param hsts_seconds: ``max-age`` of Strict-Transport-Security; 0 for none.
    """
    given = {name for name, _value in headers.raw}
    added = [(_ID, request_id.encode("latin-1"))] if _ID not in given else []
    if b"cache-control" not in given:
        added.append((b"cache-control", KEPT_BY_NOBODY.encode()))
        if b"vary" in given:
            headers.add_vary_header(VARY)
        else:
            added.append((b"vary", VARY.encode()))
    added += [pair for pair in _SECURITY if pair[0] not in given]
    if hsts_seconds and b"strict-transport-security" not in given:
        added.append((b"strict-transport-security", f"max-age={hsts_seconds}".encode()))
    headers.raw.extend(added)


class Headers:
    """ASGI middleware: names the request, and completes the headers of its answer."""

    def __init__(self, app: ASGIApp, hsts_seconds: int) -> None:
        self._app = app
        self._hsts_seconds = hsts_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = request_id_of(HTTPConnection(scope))
        scope.setdefault("state", {})["request_id"] = request_id

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                complete(MutableHeaders(scope=message), request_id, self._hsts_seconds)
            await send(message)

        await self._app(scope, receive, completed)
