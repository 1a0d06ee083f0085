"""One process that serves: uvicorn, told when to say no and when to end."""

import contextlib
import signal
import socket
import time
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType

import uvicorn
from starlette.applications import Starlette

from server.http.connection import Connection
from server.processes.memory import settle
from server.settings.settings import Settings

_CLOSE = (b"connection", b"close")


class Server(uvicorn.Server):
    """uvicorn that says when it is ready, leaves the signals to us, and ends in three steps.

    Asked to end, it first serves on for KAIRAN_STOP_DELAY seconds while /readyz says no, so that
    balancers send nobody new; then it takes no more connections and lets what is in flight finish,
    with what that has to do after its answer; then its connections to the database close.
    """

    def __init__(
        self,
        app: Starlette,
        settings: Settings,
        when_ready: Callable[[], None],
        each_second: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(configuration(app, settings))
        self._app = app
        self._delay = settings.stop_delay
        self._when_ready = when_ready
        self._each_second = each_second
        self._asked_at: float | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell."""
        await super().startup(sockets)
        if self.started:
            settle()
            self._when_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn raises the signal again when it is done; our database has yet to stop."""
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end. A second Ctrl-C waits for nobody; a second SIGTERM changes nothing."""
        if self._asked_at is None:
            self._asked_at = time.monotonic()
            self._app.state.stopping = True
            # Who keeps a connection open moves to another server with the next request.
            if self.config.loaded:
                self.config.encoded_headers.append(_CLOSE)
            self.should_exit = self._delay == 0
        elif sig == signal.SIGINT:
            self.should_exit = self.force_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second; whether to end."""
        if counter % 10 == 0:
            self._each_second()
        if self._asked_at is not None and time.monotonic() >= self._asked_at + self._delay:
            self.should_exit = True
        return await super().on_tick(counter)


def configuration(app: Starlette, settings: Settings) -> uvicorn.Config:
    """How uvicorn runs the app."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=partial(Connection, settings),  # type: ignore[arg-type]  # called like the class
        # Nothing is subscribed to; a library that happens to be installed must not change that.
        ws="none",
        lifespan="on",
        # The application writes the log: an access log would repeat what people looked at.
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        # uvicorn would believe any proxy on this machine; server/http/peer.py those that are named.
        proxy_headers=False,
        timeout_graceful_shutdown=settings.drain_seconds,
    )
