"""`kairan serve`: from nothing to a running server, and back to nothing."""

import contextlib
import logging
import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial

import uvicorn
from starlette.applications import Starlette

from db.demo.sign_ins import PASSWORD, SIGN_INS
from server.app import create_app
from server.connection import Connection
from server.database import served_database
from server.interruption import Interrupted, interruptions
from server.listening import make_room, origin_of, reserved_socket
from server.settings import Settings


class Server(uvicorn.Server):
    """uvicorn with two changes: it says when it is ready, and leaves the signals to us."""

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell."""
        await super().startup(sockets)
        if self.started:
            self._when_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn raises the signal again when it is done; our database has yet to stop."""
        yield


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM, then end requests, server and database, in this order.

    `say` gets lines of progress. Raises `CannotListen`, `DatabaseRefused` or `EmbeddedError`.
    """
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # Asked to end before it was ready, it ended as asked: no failure.
    with contextlib.suppress(Interrupted), interruptions() as signals:
        with contextlib.closing(reserved_socket(settings.host, settings.port)) as listener:
            make_room(settings.connections_max)
            with served_database(settings, say) as database_url:
                app = create_app(settings, database_url)
                server = Server(
                    configuration(app, settings),
                    when_ready=lambda: say(welcome(settings, origin_of(listener))),
                )
                with signals.handled_by(server.handle_exit):
                    server.run(sockets=[listener])
                say("Stopping")
    say("Stopped")


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
        # uvicorn would believe any proxy on this machine; server/peer.py those that are named.
        proxy_headers=False,
        timeout_graceful_shutdown=settings.drain_seconds,
    )


def welcome(settings: Settings, origin: str) -> str:
    """What to tell whoever started us."""
    lines = [f"Kairan is ready at {origin}/graphql"]
    if settings.demo:
        width = max(len(entry.login) for entry in SIGN_INS)
        people = [f"  {entry.login:<{width}}  {entry.word}" for entry in SIGN_INS]
        lines += ["", f"Sign in with the password {PASSWORD} as", *people, ""]
    lines.append("Ctrl-C stops it")
    return "\n".join(lines)
