"""The headers that every answer has, whoever made it: also a 404, a refusal and a preflight."""

import re
from collections.abc import Mapping
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.peer import by_trusted_proxy

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

_REQUEST_ID = re.compile(r"[0-9A-Za-z._-]{8,128}")


def request_id_of(request: HTTPConnection) -> str:
    """The name of a request: our proxy's when it sends a good one, otherwise a new one.

    Anybody else could make two requests look like one in our log, or write into it.
    """
    given = request.headers.getlist("x-request-id")
    if len(given) == 1 and _REQUEST_ID.fullmatch(given[0]) and by_trusted_proxy(request):
        return given[0]
    return uuid4().hex


class Headers:
    """ASGI middleware: names the request, and completes the headers of its answer.

    What a route sets itself stands: GraphiQL's policy, the caching of its files.

    :param hsts_seconds: ``max-age`` of Strict-Transport-Security; 0 for none.
    """

    def __init__(self, app: ASGIApp, hsts_seconds: int) -> None:
        self._app = app
        self._added: Mapping[str, str] = SECURITY | (
            {"Strict-Transport-Security": f"max-age={hsts_seconds}"} if hsts_seconds else {}
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = request_id_of(HTTPConnection(scope))
        scope.setdefault("state", {})["request_id"] = request_id

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Request-Id", request_id)
                if "Cache-Control" not in headers:
                    headers["Cache-Control"] = KEPT_BY_NOBODY
                    headers.add_vary_header(VARY)
                for name, value in self._added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, completed)
