"""The headers that every answer has, whoever made it: also a 404, a refusal and a preflight."""

import re
from functools import lru_cache
from os import urandom

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.asked import Asked
from server.http.peer import Peers

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

Pairs = list[tuple[bytes, bytes]]

_ID = b"x-request-id"
_HSTS = b"strict-transport-security"
_OURS = frozenset(
    {_ID, _HSTS, b"cache-control", b"vary", *(name.lower().encode() for name in SECURITY)}
)

_REQUEST_ID = re.compile(r"[0-9A-Za-z._-]{8,128}")


def new_request_id() -> str:
    """A name for a request that nobody else has."""
    return urandom(16).hex()


def complete(headers: Pairs, request_id: str, hsts_seconds: int) -> None:
    """Add what is missing; what a route sets itself stands, such as the caching of files.

    :param hsts_seconds: ``max-age`` of Strict-Transport-Security; 0 for none.
    """
    given = {name for name, _value in headers}
    added = _added(hsts_seconds)
    if not given.isdisjoint(_OURS):
        cached = b"cache-control" in given
        if not cached and b"vary" in given:
            MutableHeaders(raw=headers).add_vary_header(VARY)
        added = [
            pair for pair in added if pair[0] not in given and not (cached and pair[0] == b"vary")
        ]
    if _ID not in given:
        headers.append((_ID, request_id.encode("latin-1")))
    headers.extend(added)


@lru_cache
def _added(hsts_seconds: int) -> Pairs:
    """What is added to an answer that has none of it, but for the name of the request."""
    pairs = [
        (b"cache-control", KEPT_BY_NOBODY.encode()),
        (b"vary", VARY.encode()),
        *((name.lower().encode(), value.encode()) for name, value in SECURITY.items()),
    ]
    if hsts_seconds:
        pairs.append((_HSTS, f"max-age={hsts_seconds}".encode()))
    return pairs


class Headers:
    """ASGI middleware: names the request, and completes the headers of its answer."""

    def __init__(self, app: ASGIApp, hsts_seconds: int, peers: Peers) -> None:
        self._app = app
        self._hsts_seconds = hsts_seconds
        self._peers = peers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._name_of(scope, receive)
        scope.setdefault("state", {})["request_id"] = request_id

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = headers = list(message.get("headers", ()))
                complete(headers, request_id, self._hsts_seconds)
            await send(message)

        await self._app(scope, receive, completed)

    def _name_of(self, scope: Scope, receive: Receive) -> str:
        """The name of a request: our proxy's when it sends a good one, otherwise a new one.

        Anybody else could make two requests look like one in our log, or write into it.
        """
        if self._peers.trust(scope):
            given = Asked(scope, receive).headers(b"x-request-id")
            if len(given) == 1 and _REQUEST_ID.fullmatch(given[0]):
                return given[0]
        return new_request_id()
