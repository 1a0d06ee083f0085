"""The public keys, for whoever verifies our access tokens without asking us (RFC 7517)."""

import hashlib
from collections.abc import Callable
from datetime import datetime

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.keys.ring import KeyRing

PATH = "/.well-known/jwks.json"
MEDIA_TYPE = "application/jwk-set+json"
# A new key is at work within seconds, and whoever meets an unknown `kid` asks again.
SECONDS = 300


def route(keys: KeyRing, clock: Callable[[], datetime]) -> Route:
    """The route; what it answers may be kept by anybody."""

    async def jwks(request: Request) -> Response:
        body = orjson.dumps({"keys": [key.jwk for key in keys.published(clock())]})
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"Cache-Control": f"public, max-age={SECONDS}", "ETag": tag}
        if _has(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=MEDIA_TYPE)

    return Route(PATH, jwks, methods=["GET"])


def _has(condition: str, tag: str) -> bool:
    """Whether an If-None-Match names the tag: by weak comparison (RFC 9110, 13.1.2)."""
    named = {each.strip().removeprefix("W/") for each in condition.split(",")}
    return tag in named or "*" in named
