"""What is no HTTP/1.1, or asks for something else: declined in our form, not half understood."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.kairan import Kairan, running
from tests.server.wire import KIND, Wire, connected, post

ANONYMOUS = {"data": {"viewer": {"kind": "ANONYMOUS"}}}


@pytest_asyncio.fixture(scope="module")
async def served(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    """A server for all connections of this file; it waits a second for a body."""
    city = await City(superuser).found()
    async with running(city, postgres.server, key_folder, body_seconds=1) as kairan:
        yield kairan


@pytest_asyncio.fixture
async def wire(served: Kairan) -> AsyncIterator[Wire]:
    async with connected(served.http) as opened:
        yield opened


NOT_HTTP = (400, "BAD_REQUEST", "This is not HTTP.")
ONE_HOST = (400, "BAD_REQUEST", "Send one Host header.")


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        (b"nonsense\r\n\r\n", NOT_HTTP),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", NOT_HTTP),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", NOT_HTTP),
        (b"GET /\xff HTTP/1.1\r\nHost: k\r\n\r\n", NOT_HTTP),
        (b"GET / HTTP/1.1\r\nHost : k\r\n\r\n", NOT_HTTP),
        (b"GET / HTTP/1.1\r\nHost: k\r\n folded\r\n\r\n", NOT_HTTP),
        (b"GET http://k:x/ HTTP/1.1\r\nHost: k\r\n\r\n", NOT_HTTP),
        (b"GET / HTTP/1.1\r\n\r\n", ONE_HOST),
        (b"GET / HTTP/1.1\r\nHost: k\r\nHost: l\r\n\r\n", ONE_HOST),
        # Two lengths are two requests to two readers.
        (post(KIND, "Content-Length: 5"), NOT_HTTP),
        (post(KIND, "Transfer-Encoding: chunked"), NOT_HTTP),
        (post(KIND).replace(b"Content-Length: ", b"Content-Length: +"), NOT_HTTP),
        (post(KIND).replace(b"Content-Length: ", b"Content-Length: -"), NOT_HTTP),
        (post(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked") + b"x", NOT_HTTP),
    ],
)
async def test_what_is_no_http_is_refused_in_our_form(
    wire: Wire, sent: bytes, refused: tuple[int, str, str]
) -> None:
    await wire.send(sent)
    answer = await wire.answer()
    assert answer.refusal == refused
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert await wire.closed()


async def test_a_websocket_is_declined(wire: Wire) -> None:
    await wire.send(
        b"GET /graphql HTTP/1.1\r\nHost: kairan\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
    )
    answer = await wire.answer()
    declined = "There are no subscriptions, so no WebSocket: use POST."
    assert answer.refusal == (400, "NOT_SUPPORTED", declined)
    assert answer.headers["connection"] == "close"
    assert await wire.closed()


async def test_an_offer_to_speak_http2_is_passed_over(wire: Wire) -> None:
    offer = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    for apart in (False, True):
        whole = post(KIND, *offer)
        await wire.send(whole[: -len(KIND)] if apart else whole)
        if apart:
            await asyncio.sleep(0.05)
            await wire.send(KIND)
        assert (await wire.answer()).json == ANONYMOUS
    await wire.send(post())
    assert (await wire.answer()).json == ANONYMOUS


async def test_no_tunnel_is_made(wire: Wire) -> None:
    await wire.send(b"CONNECT kairan:443 HTTP/1.1\r\nHost: kairan:443\r\n\r\n")
    assert (await wire.answer()).status in (400, 404, 405)
    assert await wire.closed()
