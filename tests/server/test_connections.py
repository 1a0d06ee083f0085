"""One connection may not last for ever, grow for ever, or keep all others out."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from server.http import connection
from tests.harness.city import City
from tests.harness.kairan import Kairan, running
from tests.server.wire import KIND, Wire, connected, post

ANONYMOUS = {"data": {"viewer": {"kind": "ANONYMOUS"}}}


LITTLE: dict[str, Any] = {"body_max": 2048, "header_max": 4096, "url_max": 1024}


@pytest_asyncio.fixture(scope="module")
async def served(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    """A server that takes short headers and bodies, and waits long for them."""
    city = await City(superuser).found()
    async with running(
        city, postgres.server, key_folder, header_seconds=60, body_seconds=60, **LITTLE
    ) as kairan:
        yield kairan


@pytest_asyncio.fixture(scope="module")
async def impatient(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    """A server that waits a second for headers and for a body."""
    city = await City(superuser).found()
    async with running(
        city, postgres.server, key_folder, header_seconds=1, body_seconds=1, **LITTLE
    ) as kairan:
        yield kairan


@pytest_asyncio.fixture
async def wire(served: Kairan) -> AsyncIterator[Wire]:
    async with connected(served.http) as opened:
        yield opened


@pytest_asyncio.fixture
async def short_wire(impatient: Kairan) -> AsyncIterator[Wire]:
    async with connected(impatient.http) as opened:
        yield opened


async def gone(kairan: Kairan) -> None:
    """Wait until nobody is connected any more."""
    connections = kairan.server.server_state.connections
    while connections:  # noqa: ASYNC110  (uvicorn tells nobody)
        await asyncio.sleep(0.01)


async def test_half_a_header_is_waited_for_no_longer_than_set(short_wire: Wire) -> None:
    await short_wire.send(b"POST /graphql HTTP/1.1\r\nHost: kairan\r\nContent-Ty")
    answer = await short_wire.answer()
    late = "The headers did not arrive within 1 seconds."
    assert answer.refusal == (408, "BAD_REQUEST", late)
    assert answer.headers["connection"] == "close"
    assert await short_wire.closed()


async def test_a_header_that_drips_gains_no_time(short_wire: Wire) -> None:
    async def dripping() -> None:
        for byte in b"POST /graphql HTTP/1.1\r\nHost: " + b"k" * 1000:
            await short_wire.send(bytes([byte]))
            await asyncio.sleep(0.05)

    drip = asyncio.create_task(dripping())
    assert (await short_wire.answer()).status == 408
    drip.cancel()


async def test_a_connection_that_says_nothing_is_closed_without_a_word(short_wire: Wire) -> None:
    assert await short_wire.closed()


async def test_blank_lines_do_not_keep_a_connection(short_wire: Wire) -> None:
    async def dripping() -> None:
        while True:
            await short_wire.send(b"\r\n")
            await asyncio.sleep(0.1)

    await short_wire.send(post())
    assert (await short_wire.answer()).json == ANONYMOUS
    drip = asyncio.create_task(dripping())
    assert await short_wire.closed()
    drip.cancel()
    await asyncio.gather(drip, return_exceptions=True)


@pytest.mark.parametrize("path", ["/graphql", "/nowhere", "/healthz"])
async def test_half_a_body_is_waited_for_no_longer_than_set(short_wire: Wire, path: str) -> None:
    await short_wire.send(post(KIND[:-1], length=len(KIND)).replace(b"/graphql", path.encode()))
    answer = await short_wire.answer()
    if path == "/graphql":
        late = "The body did not arrive within 1 seconds."
        assert answer.refusal == (408, "BAD_REQUEST", late)
        assert answer.headers["connection"] == "close"
    assert await short_wire.closed()


@pytest.mark.parametrize(("path", "status"), [("/graphql", 408), ("/nowhere", 404)])
async def test_a_body_that_drips_gains_no_time(short_wire: Wire, path: str, status: int) -> None:
    async def dripping() -> None:
        await short_wire.send(post(b"", length=2000).replace(b"/graphql", path.encode()))
        while True:
            await short_wire.send(b" ")
            await asyncio.sleep(0.05)

    drip = asyncio.create_task(dripping())
    assert (await short_wire.answer()).status == status
    # Also the body of a request that is answered, which nobody waits for.
    assert await short_wire.closed()
    drip.cancel()
    await asyncio.gather(drip, return_exceptions=True)


async def test_a_request_in_time_leaves_the_connection_for_the_next(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    async with (
        running(city, postgres.server, key_folder, header_seconds=4, body_seconds=4) as patient,
        connected(patient.http) as wire,
    ):
        # More than four seconds in all, and far less for each request.
        for _ in range(3):
            whole = post()
            for piece in (whole[:30], whole[30:-5], whole[-5:]):
                await wire.send(piece)
                await asyncio.sleep(0.1)
            assert (await wire.answer()).json == ANONYMOUS
            await asyncio.sleep(1.2)


async def test_requests_sent_all_at_once_are_answered_one_by_one(wire: Wire) -> None:
    await wire.send(post() + post(b"{") + post())
    assert [(await wire.answer()).status for _ in range(3)] == [200, 400, 200]


@pytest.mark.parametrize(
    "rest",
    [
        b"nonsense\r\n\r\n",
        b"GET http://k:x/ HTTP/1.1\r\nHost: kairan\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: kairan\r\nX: " + b"x" * 5000 + b"\r\n\r\n",
        b"GET /" + b"x" * 5000,
    ],
)
async def test_what_is_refused_after_a_request_takes_nothing_from_its_answer(
    wire: Wire, rest: bytes
) -> None:
    await wire.send(post() + rest)
    assert (await wire.answer()).json == ANONYMOUS
    assert await wire.closed()


HOST = b"GET /graphql HTTP/1.1\r\nHost: kairan\r\n"
TOO_LARGE = [
    (HOST + b"X: " + b"x" * 5000 + b"\r\n\r\n", 431, "The headers are larger than 4096 bytes."),
    (HOST + b"X: " + b"x" * 6000, 431, "The headers are larger than 4096 bytes."),
    (HOST + b"X: y\r\n" * 700 + b"\r\n", 431, "The headers are larger than 4096 bytes."),
    (
        b"GET /graphql?query=" + b"x" * 1100 + b" HTTP/1.1\r\nHost: kairan\r\n\r\n",
        414,
        "The URL is longer than 1024 bytes: use POST.",
    ),
    (b"GET /" + b"x" * 200_000, 414, "The URL is longer than 1024 bytes: use POST."),
]


@pytest.mark.parametrize(("sent", "status", "message"), TOO_LARGE)
async def test_a_head_may_be_as_large_as_set_and_no_larger(
    wire: Wire, sent: bytes, status: int, message: str
) -> None:
    # In two pieces: what is not whole yet is counted too.
    await wire.send(sent[:100])
    await asyncio.sleep(0.02)
    await wire.send(sent[100:])
    answer = await wire.answer()
    assert answer.refusal == (status, "BAD_REQUEST", message)
    assert answer.headers["connection"] == "close"
    assert await wire.closed()


async def test_a_long_query_by_get_fits_just_so(wire: Wire) -> None:
    query = b"query=%7Bviewer%7Bkind%7D%7D" + b"+" * 900
    await wire.send(b"GET /graphql?" + query + b" HTTP/1.1\r\nHost: kairan\r\n\r\n")
    assert (await wire.answer()).json == ANONYMOUS


@pytest.mark.parametrize("told", [True, False])
async def test_twenty_megabytes_are_refused_and_not_taken_in(wire: Wire, told: bool) -> None:
    head = post(b"", length=20_000_000).split(b"Content-Length")[0]
    framing = b"Content-Length: 20000000" if told else b"Transfer-Encoding: chunked"
    piece = b" " * 65536 if told else b"10000\r\n" + b" " * 65536 + b"\r\n"
    sent = 0

    async def sending() -> None:
        nonlocal sent
        await wire.send(head + framing + b"\r\n\r\n")
        for _ in range(20_000_000 // 65536):
            await wire.send(piece)
            sent += 65536

    upload = asyncio.create_task(sending())
    answer = await wire.answer()
    assert answer.refusal == (413, "BAD_REQUEST", "The body is larger than 2048 bytes.")
    assert await wire.closed()
    upload.cancel()
    await asyncio.gather(upload, return_exceptions=True)


async def test_trailers_without_end_are_cut_off(served: Kairan, wire: Wire) -> None:
    head = post().split(b"Content-Length")[0] + b"Transfer-Encoding: chunked\r\n\r\n"
    await wire.send(head + b"%x\r\n" % len(KIND) + KIND + b"\r\n0\r\n")

    async def sending() -> None:
        while True:
            await wire.send(b"X: " + b"x" * 65536 + b"\r\n")

    upload = asyncio.create_task(sending())
    answer = await wire.answer()
    assert answer.refusal == (413, "BAD_REQUEST", "The body is larger than 2048 bytes.")
    upload.cancel()
    await asyncio.gather(upload, return_exceptions=True)


async def test_answers_that_nobody_fetches_do_not_stay(
    served: Kairan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_FETCH_SECONDS", 0.2)
    page = await served.http.get("/graphql", headers={"accept": "text/html"})
    (script,) = re.findall(r'src="([^"]+graphiql\.min\.js)"', page.text)
    # More than the kernel holds for a client that does not read.
    ask = f"GET {script} HTTP/1.1\r\nHost: kairan\r\n\r\n".encode() * 20
    url, connections = served.http.base_url, served.server.server_state.connections
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        silent.connect((url.host, url.port))
        silent.sendall(ask)

        def there() -> bool:
            return silent.getsockname() in {getattr(each, "client", None) for each in connections}

        while not there():  # noqa: ASYNC110  (uvicorn tells nobody)
            await asyncio.sleep(0.01)
        while there():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_connection_too_many_is_told_so_and_others_go_on(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    async with running(city, postgres.server, key_folder, connections_max=3) as kairan:
        async with AsyncExitStack() as stack:
            wires = [await stack.enter_async_context(connected(kairan.http)) for _ in range(4)]
            for wire in wires:
                await wire.send(post())
            answers = [await wire.answer() for wire in wires]
            assert [answer.status for answer in answers] == [200, 200, 200, 503]
            full = (503, "OVERLOADED", "Too many are connected. Try again in a moment.")
            assert answers[3].refusal == full
            assert answers[3].headers["retry-after"] == "1"
            assert answers[3].headers["cache-control"] == "private, no-store"
            assert await wires[3].closed()
            await wires[0].send(post())
            assert (await wires[0].answer()).json == ANONYMOUS
        await gone(kairan)
        async with connected(kairan.http) as wire:
            await wire.send(post())
            assert (await wire.answer()).json == ANONYMOUS
