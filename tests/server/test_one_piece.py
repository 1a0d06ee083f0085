"""What uvicorn is spared, it must not miss: answers in one write, and bodies nobody waits for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from server.http.connection import Connection
from server.http.requests import ARRIVED
from server.settings.settings import Settings

HEAD = b"POST /graphql HTTP/1.1\r\nhost: kairan\r\ncontent-length: 2\r\n"
Answers = Callable[..., Awaitable[list[bytes]]]


class Written(asyncio.Transport):
    """A socket that keeps what is written to it, write by write."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        """Keep it."""
        self.writes.append(bytes(data))

    def close(self) -> None:
        """Nobody closes twice."""
        self.closed = True

    def is_closing(self) -> bool:
        """Whether it was closed."""
        return self.closed

    def get_write_buffer_size(self) -> int:
        """All is gone at once."""
        return 0

    def pause_reading(self) -> None:
        """Nothing is read here."""

    def resume_reading(self) -> None:
        """Nothing is read here."""


async def exchanged(app: ASGIApp, *pieces: bytes) -> Written:
    """What is written while ``app`` answers a request that comes in ``pieces``."""
    config = Config(app, log_config=None, access_log=False, lifespan="off")
    state = ServerState()
    connection = Connection(
        Settings.from_environ({}), config=config, server_state=state, app_state={}
    )
    written = Written()
    connection.connection_made(written)
    for piece in pieces:
        connection.data_received(piece)
    while state.tasks:
        await asyncio.wait(state.tasks)
    closed = written.closed
    connection.connection_lost(None)
    written.closed = closed
    return written


async def test_head_and_body_of_an_answer_are_one_write() -> None:
    app = Response(b"{}", media_type="application/json")
    written = await exchanged(app, HEAD + b"\r\n{}")
    assert written.writes == [
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: application/json\r\n\r\n{}"
    ]
    assert not written.closed


async def test_two_requests_in_one_piece_are_answered_in_turn() -> None:
    written = await exchanged(Response(b"[]"), HEAD + b"\r\n{}" + HEAD + b"\r\n{}")
    assert [write.partition(b"\r\n\r\n")[2] for write in written.writes] == [b"[]", b"[]"]


async def test_a_client_that_wants_no_more_is_told_and_let_go() -> None:
    written = await exchanged(Response(b"[]"), HEAD + b"connection: close\r\n\r\n{}")
    assert b"".join(written.writes) == (
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n[]"
    )
    assert written.closed


async def test_we_may_close_the_connection_too() -> None:
    app = Response(b"[]", headers={"Connection": "close"})
    written = await exchanged(app, HEAD + b"\r\n{}")
    assert b"connection: close\r\n" in b"".join(written.writes)
    assert written.closed


async def test_an_answer_without_a_length_is_sent_in_chunks() -> None:
    written = await exchanged(StreamingResponse(iter([b"ab", b"c"])), HEAD + b"\r\n{}")
    assert b"".join(written.writes) == (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    )


async def test_the_answer_to_head_has_no_body() -> None:
    written = await exchanged(Response(b"[]"), b"HEAD /graphql HTTP/1.1\r\nhost: kairan\r\n\r\n")
    assert b"".join(written.writes) == b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"


@pytest.mark.parametrize(
    "headers", [{"X-Name": "a\r\nset-cookie: b"}, {"X-Na\r\nme": "a"}, {"Content-Length": "1"}]
)
async def test_a_head_that_would_say_something_else_is_not_sent(headers: dict[str, str]) -> None:
    written = await exchanged(Response(b"[]", headers=headers), HEAD + b"\r\n{}")
    sent = b"".join(written.writes)
    assert b"set-cookie" not in sent
    assert b"[]" not in sent
    assert written.closed


async def test_an_application_that_breaks_after_its_head_is_answered_for() -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    written = await exchanged(app, HEAD + b"\r\n{}")
    assert b"".join(written.writes).startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert written.closed


async def test_only_of_a_body_that_is_there_is_it_said_that_it_arrived() -> None:
    found: list[bool] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(ARRIVED in scope["state"])
        await Response(b"[]")(scope, receive, send)

    await exchanged(app, HEAD + b"\r\n{}")
    await exchanged(app, HEAD + b"\r\n", b"{}")
    await exchanged(app, HEAD + b"\r\n{")
    assert found == [True, True, False]
