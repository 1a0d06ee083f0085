"""What one connection may do: how long to send, how much, and beside how many others.

uvicorn bounds nothing before the application is asked: a client that sends half a header, or half a
body that nobody reads, would stay for ever, and headers grow without end. What it lacks is added
here, on its own protocol.
"""

import asyncio
import contextlib
from http import HTTPStatus
from itertools import chain
from typing import Any

import httptools
import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from resolvers.errors import ErrorCode
from server.http.headers import complete, new_request_id
from server.http.negotiation import JSON
from server.http.piece import OnePiece
from server.http.requests import ARRIVED
from server.settings.settings import Settings

# The application says 408 when it waits for a body; a body that it does not read ends later.
_GRACE_SECONDS = 2
# How long a client may go on sending after it was refused, until it has read that it was.
_LINGER_SECONDS = 2
# How long a client may take to fetch an answer that is made.
_FETCH_SECONDS = 60
# Bytes of a body that is too large are still read, so that the client gets to read that it was:
# as many again, and this.
_OVERSHOOT = 1_048_576
# Connections beyond the limit that are told so; those beyond them are cut off.
_TOLD = 100


class _Refused(Exception):
    """Ends the parsing of a request; uvicorn then asks for the answer."""


class Connection(HttpToolsProtocol):
    """uvicorn's connection with limits; the settings are named where they are used."""

    def __init__(self, settings: Settings, **given: Any) -> None:
        super().__init__(**given)
        self._settings = settings
        self._in_head = False
        self._in_body = False
        self._begun = 0
        self._head_size = 0
        self._body_size = 0
        self._head_due: asyncio.TimerHandle | None = None
        self._body_due: asyncio.TimerHandle | None = None
        self._fetch_due: asyncio.TimerHandle | None = None
        self._refusal = (400, "This is not HTTP.")
        self._broken = False
        self._declined = b""
        self._lingers = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody connected; nothing was sent yet."""
        super().connection_made(transport)
        excess = len(self.connections) - self._settings.connections_max
        if excess > _TOLD:
            transport.abort()
        elif excess > 0:
            self.app = overloaded
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over, by whomever."""
        self._cancel_head()
        self._cancel_body()
        self._cancel_fetch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A piece of a request, of several, or of none."""
        if self._lingers or self._broken:
            return
        between = not self._in_head and not self._in_body
        self._begun = 0
        self._unset_keepalive_if_required()
        self._feed(data)
        if self.transport.is_closing() or self._lingers:
            return
        if self._in_head and self._begun == int(between):
            # Counted in raw bytes: the parser keeps a header to itself until its end. Where another
            # request ends in the same piece, the head counts from the next piece on.
            self._head_size += len(data)
            if self._head_size > self._settings.url_max + self._settings.header_max:
                self._refusal = self._too_large()
                self.send_400_response("")
                return
        if self._in_body:
            self._body_size += len(data)
            if self._body_size > 2 * self._settings.body_max + _OVERSHOOT:
                self._overflow()
                return
            self._await_body()
        elif self._in_head or (self._unanswered is None and self.timeout_keep_alive_task is None):
            # Also after blank lines, which are no request and would keep the connection for ever.
            self._await_head()

    def _feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            head, self._declined = self._declined, b""
            if head:
                self._feed(head + data[offer.args[0] :])
            elif self._unanswered:
                # What follows is in another protocol, which nobody here speaks.
                self._unanswered.keep_alive = False
        except httptools.HttpParserError:
            self.send_400_response("")

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._in_head = True
        self._begun += 1
        self._head_size = 0

    def on_url(self, url: bytes) -> None:
        """A piece of the target."""
        super().on_url(url)
        if len(self.url) > self._settings.url_max:
            self._refuse(414, f"The URL is longer than {self._settings.url_max} bytes: use POST.")

    def on_headers_complete(self) -> None:
        """The head is whole."""
        # As they were sent: name, colon, blank, value, line end.
        size = sum(map(len, chain.from_iterable(self.headers))) + 4 * len(self.headers)
        if size > self._settings.header_max:
            self._refuse(*self._too_large())
        hosts = [name for name, _ in self.headers].count(b"host")
        if hosts != 1 and (hosts or self.parser.get_http_version() == "1.1"):
            self._refuse(400, "Send one Host header.")  # RFC 9112, 3.2
        if self.parser.should_upgrade() and (head := self._without_offer()):
            self._declined = head
            return
        # It may refuse too, and then this is still the head of a request that nobody answers.
        super().on_headers_complete()
        self._in_head, self._in_body, self._body_size = False, True, 0
        self._cancel_head()
        self._cancel_body()

    def on_message_complete(self) -> None:
        """The request is whole, or was to go on in another protocol."""
        if self._declined:
            return
        self._in_body = False
        self._cancel_body()
        self.scope["state"][ARRIVED] = True
        super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        super()._start_asgi_task(cycle, OnePiece(app, cycle))  # type: ignore[arg-type]

    def on_response_complete(self) -> None:
        """An answer is made; it may still lie here."""
        super().on_response_complete()
        if not self.transport.get_write_buffer_size():
            self._cancel_fetch()
        elif self._fetch_due is None:
            self._fetch_due = self.loop.call_later(_FETCH_SECONDS, self._fetch_late)
        if self._broken and not self.pipeline:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read any further, in our form, by what was noted before."""
        cycle = self._unanswered
        if cycle and (self._in_head or self.pipeline):
            # The answer to an earlier request comes first, and is the last one.
            self._broken = True
        elif cycle and cycle.response_started:
            self.transport.close()
        else:
            self._answer(*self._refusal)

    def _overflow(self) -> None:
        """Mostly an answered client that sends on; else trailers without end, read by nobody."""
        if self._unanswered:
            self._refusal = (413, f"The body is larger than {self._settings.body_max} bytes.")
            self.send_400_response("")
        else:
            self._linger()

    @property
    def _unanswered(self) -> RequestResponseCycle | None:
        """The latest request, while its answer is not made."""
        cycle: RequestResponseCycle | None = self.cycle
        return None if cycle is None or cycle.response_complete else cycle

    def _without_offer(self) -> bytes:
        """The head without its offer to upgrade, which may be passed over (RFC 9110, 7.8).

        The parser passes over the body instead, and takes it for another request: Java's client
        makes this offer (h2c) with the first POST of each connection. Nothing for a WebSocket,
        which cannot go on without, and for CONNECT.
        """
        method = self.parser.get_method()
        upgrades = [value for name, value in self.headers if name == b"upgrade"]
        if method == b"CONNECT" or not upgrades or b"websocket" in b",".join(upgrades).lower():
            return b""
        version = self.parser.get_http_version().encode()
        kept = [pair for pair in self.headers if pair[0] not in (b"upgrade", b"connection")]
        lines = [name + b": " + value for name, value in kept]
        return b"\r\n".join([b"%s %s HTTP/%s" % (method, self.url, version), *lines, b"", b""])

    def _refuse(self, status: int, message: str) -> None:
        self._refusal = (status, message)
        raise _Refused

    def _too_large(self) -> tuple[int, str]:
        return 431, f"The headers are larger than {self._settings.header_max} bytes."

    def _answer(self, status: int, message: str) -> None:
        error = {"message": message, "extensions": {"code": ErrorCode.BAD_REQUEST.value}}
        response = Response(orjson.dumps({"errors": [error]}), status, media_type=JSON)
        response.headers["Connection"] = "close"
        complete(response.raw_headers, new_request_id(), self._settings.hsts_seconds)
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode()]
        lines += [
            name + b": " + value
            for name, value in (*self.server_state.default_headers, *response.raw_headers)
        ]
        self.transport.write(b"\r\n".join([*lines, b"", bytes(response.body)]))
        self._linger()

    def _linger(self) -> None:
        """Send no more, and read without looking, for a moment.

        Closed at once, with bytes of the client unread, the kernel would discard the answer.
        """
        self._lingers = True
        if self._unanswered:
            self._unanswered.disconnected = True
            self._unanswered.message_event.set()
        self._cancel_head()
        self._cancel_body()
        self.flow.resume_reading()
        with contextlib.suppress(NotImplementedError, OSError):
            self.transport.write_eof()
        self.loop.call_later(_LINGER_SECONDS, self.transport.abort)

    def _await_head(self) -> None:
        if self._head_due is None:
            self._head_due = self.loop.call_later(self._settings.header_seconds, self._head_late)

    def _await_body(self) -> None:
        if self._body_due is None:
            seconds = self._settings.body_seconds + _GRACE_SECONDS
            self._body_due = self.loop.call_later(seconds, self._body_late)

    def _cancel_head(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

    def _cancel_body(self) -> None:
        if self._body_due is not None:
            self._body_due.cancel()
            self._body_due = None

    def _cancel_fetch(self) -> None:
        if self._fetch_due is not None:
            self._fetch_due.cancel()
            self._fetch_due = None

    def _head_late(self) -> None:
        self._head_due = None
        if self._unanswered:
            # It is we who are late: with the answer to the request before.
            self._await_head()
        elif self._in_head:
            seconds = self._settings.header_seconds
            self._answer(408, f"The headers did not arrive within {seconds} seconds.")
        else:
            self.transport.close()

    def _body_late(self) -> None:
        self._body_due = None
        if self.flow.read_paused:
            # It is we who do not read.
            self._body_due = self.loop.call_later(_GRACE_SECONDS, self._body_late)
        else:
            self.transport.close()

    def _fetch_late(self) -> None:
        self._fetch_due = None
        if self.transport.get_write_buffer_size():
            self.transport.abort()


async def overloaded(scope: Scope, _receive: Receive, send: Send) -> None:
    """The application of a connection too many."""
    error = {
        "message": "Too many are connected. Try again in a moment.",
        "extensions": {"code": ErrorCode.OVERLOADED.value},
    }
    response = Response(orjson.dumps({"errors": [error]}), 503, media_type=JSON)
    response.headers.update({"Connection": "close", "Retry-After": "1"})
    complete(response.raw_headers, new_request_id(), 0)
    await response(scope, _receive, send)
