"""`kairan serve`: from nothing to a running server, and back to nothing."""

import contextlib
from collections.abc import Callable

from db.demo.sign_ins import PASSWORD, SIGN_INS
from server.app import create_app
from server.commands.database import served_database
from server.keys.file import made_or_read
from server.logs import logged
from server.processes.interruption import Interrupted, interruptions
from server.processes.listening import make_room, origin_of, reserved_socket
from server.processes.serving import Server
from server.processes.workers import Workers
from server.settings.settings import Settings
from server.watch.exposition import exposed, shared_metrics


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM, then end requests, server and database, in this order.

    `say` gets lines of progress. Raises `CannotListen`, `DatabaseRefused`, `EmbeddedError`,
    `SigningKeyError` or `WorkersFailed`.
    """
    # Asked to end before it was ready, it ended as asked: no failure.
    with contextlib.suppress(Interrupted), logged(settings), interruptions() as signals:
        with contextlib.closing(reserved_socket(settings.host, settings.port)) as listener:
            make_room(settings.connections_max)
            greeting = welcome(settings, origin_of(listener))
            with served_database(settings, say) as database_url:
                if settings.workers == 1:
                    app = create_app(settings, database_url)
                    server = Server(app, settings, when_ready=lambda: say(greeting))
                    with exposed(settings, app.state.watch.metrics.registry):
                        with signals.handled_by(server.handle_exit):
                            server.run(sockets=[listener])
                else:
                    # Made before several processes look for it, and refused in words.
                    made_or_read(settings.signing_key_file)
                    with shared_metrics(settings) as metrics:
                        workers = Workers(
                            settings,
                            database_url,
                            listener,
                            when_ready=lambda: say(greeting),
                            metrics=metrics,
                        )
                        with exposed(
                            settings, metrics.registry() if metrics else None, workers.processes
                        ):
                            with signals.handled_by(workers.handle_exit):
                                workers.run()
                say("Stopping")
    say("Stopped")


def welcome(settings: Settings, origin: str) -> str:
    """What to tell whoever started us."""
    lines = [f"Kairan is ready at {origin}/graphql"]
    if settings.demo:
        width = max(len(entry.login) for entry in SIGN_INS)
        people = [f"  {entry.login:<{width}}  {entry.word}" for entry in SIGN_INS]
        lines += ["", f"Sign in with the password {PASSWORD} as", *people, ""]
    lines.append("Ctrl-C stops it")
    return "\n".join(lines)
