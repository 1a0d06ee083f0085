"""Answers that are made in one piece leave in one piece."""

from functools import lru_cache
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

# They say what becomes of the connection, or how the body is sent: uvicorn reads them.
_TELLING = (b"connection", b"transfer-encoding")


class OnePiece:
    """Around the application, for one request: head and body of its answer in one write.

    uvicorn writes the head by itself: one more system call, one more packet, and the client wakes
    for bytes that tell it nothing yet. Whatever is not plain is left to it, with all its checks.
    """

    def __init__(self, app: ASGIApp, cycle: RequestResponseCycle) -> None:
        self._app = app
        self._cycle = cycle
        self._start: Message | None = None

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        """Serve the request."""
        await self._app(scope, receive, self._sending)

    async def _sending(self, message: Any) -> None:
        cycle = self._cycle
        if message["type"] == "http.response.start":
            # If another one comes instead of a body, this one was never sent.
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            whole = self._whole(start, message)
            if whole is not None:
                cycle.response_started = cycle.response_complete = True
                cycle.waiting_for_100_continue = False
                cycle.transport.write(whole)
                cycle.message_event.set()
                cycle.on_response()
                return
            await cycle.send(start)  # type: ignore[arg-type]
        await cycle.send(message)

    def _whole(self, start: Message, message: Message) -> bytes | None:
        """The bytes of an answer; None for one that uvicorn must look at."""
        cycle = self._cycle
        if (
            message.get("more_body", False)
            or cycle.response_started
            or cycle.disconnected
            or cycle.flow.write_paused
            or not cycle.keep_alive
            or cycle.scope["method"] == "HEAD"
        ):
            return None
        body: bytes = message.get("body", b"")
        lines = [_line(*pair) for pair in (*cycle.default_headers, *start["headers"])]
        if b"" in lines or b"content-length: %d\r\n" % len(body) not in lines:
            return None
        return b"".join([STATUS_LINE[start["status"]], *lines, b"\r\n", body])


@lru_cache(512)
def _line(name: bytes, value: bytes) -> bytes:
    """A line of a head, most of which are always the same; empty for one that is not plain."""
    if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value) or name.lower() in _TELLING:
        return b""
    return b"%b: %b\r\n" % (name.lower(), value)
