"""One of several processes that answer requests on the same socket."""

import asyncio
import multiprocessing
import signal
import socket
from multiprocessing.connection import Connection
from pathlib import Path

from server.app import create_app
from server.logs import logged
from server.processes.serving import Server
from server.settings.settings import Settings
from server.watch.exposition import count_in

READY, ALIVE = b"ready", b"alive"


def work(
    settings: Settings,
    database_url: str,
    listener: socket.socket,
    report: Connection,
    metrics_folder: Path | None,
) -> None:
    """Serve until SIGTERM, or until whoever started us is gone.

    :param report: gets READY once, and ALIVE every second: an event loop that stands still is
        noticed.
    :param metrics_folder: where all workers count; None where nobody asks.
    """
    # A Ctrl-C at the terminal reaches us all; who started us says what it means for us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if metrics_folder is not None:
        count_in(metrics_folder)
    with logged(settings):
        server = OrphanAware(
            create_app(settings, database_url),
            settings,
            when_ready=lambda: report.send_bytes(READY),
            each_second=lambda: report.send_bytes(ALIVE),
        )
        signal.signal(signal.SIGTERM, server.handle_exit)
        server.run(sockets=[listener])


class OrphanAware(Server):
    """A server that ends when its parent process does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Watch the parent, and start."""
        parent = multiprocessing.parent_process()
        if parent is not None:
            asyncio.get_running_loop().add_reader(parent.sentinel, self._orphaned, parent.sentinel)
        await super().startup(sockets)

    def _orphaned(self, sentinel: int) -> None:
        asyncio.get_running_loop().remove_reader(sentinel)
        self.handle_exit(signal.SIGTERM, None)
