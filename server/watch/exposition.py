"""The port that Prometheus asks, and how several processes answer it as one.

A port of its own: what it tells is for operators, and whoever may reach the API is not one.
"""

import contextlib
import logging
import os
import shutil
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil
from prometheus_client import CollectorRegistry, Metric, start_http_server, values
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from server.processes.interruption import deaf
from server.processes.listening import CannotListen
from server.settings.settings import Settings
from server.watch.processes import Processes

log = logging.getLogger("kairan.watch")

_TRIES, _PAUSE_SECONDS = 50, 0.02

# Where the library looks for it, in every process that counts.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"


@contextlib.contextmanager
def exposed(
    settings: Settings,
    registry: CollectorRegistry | None,
    pids: Callable[[], Mapping[int, int]] = lambda: {0: os.getpid()},
) -> Iterator[None]:
    """Inside, the port of the settings tells what is in ``registry``; none is opened for 0.

    :param pids: the numbers and process ids of the workers.
    :raises CannotListen: the address is taken or is none.
    """
    host, port = settings.metrics_host, settings.metrics_port
    if port == 0 or registry is None:
        yield
        return
    Processes(registry, pids)
    try:
        with deaf():
            server, thread = start_http_server(port, host, registry)
    except OSError as error:
        raise CannotListen(
            f"cannot tell metrics on port {port} of {host} ({error.strerror}): choose another with"
            " KAIRAN_METRICS_PORT and KAIRAN_METRICS_HOST, or none by KAIRAN_METRICS_PORT=0"
        ) from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Gathered(MultiProcessCollector):
    """The library's own sum of all files, which a worker may just be making: then it is repeated.

    An empty one is no defect and must not make Prometheus believe that the server is down.
    """

    def collect(self) -> list[Metric]:
        """The metrics of all files."""
        for _ in range(_TRIES):
            try:
                return list(super().collect())  # type: ignore[no-untyped-call]
            except (struct.error, RuntimeError, ValueError, OSError):
                time.sleep(_PAUSE_SECONDS)
        log.error("the metrics of the workers cannot be read")
        return []


class SharedMetrics:
    """The files in which the workers of one parent count, and the parent that adds them up.

    What a worker counted stays counted when it ends, killed or not; what it was doing does not.
    """

    def __init__(self, data_dir: Path) -> None:
        place = data_dir.absolute() / "metrics"
        # By the parent's process: several servers may share a data folder, and none may empty the
        # files of another that lives.
        self.folder = place / str(os.getpid())
        for left in place.glob("*"):
            if left.name.isdecimal() and not _lives(int(left.name)):
                shutil.rmtree(left, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def registry(self) -> CollectorRegistry:
        """All workers' metrics as one."""
        registry = CollectorRegistry()
        Gathered(registry, path=str(self.folder))  # type: ignore[no-untyped-call]
        return registry

    def ended(self, pid: int) -> None:
        """A worker is gone: what it counted stays, what it had open does not."""
        mark_process_dead(pid, path=str(self.folder))  # type: ignore[no-untyped-call]


@contextlib.contextmanager
def shared_metrics(settings: Settings) -> Iterator[SharedMetrics | None]:
    """Inside, the files of several workers; none where nobody asks for metrics."""
    if settings.metrics_port == 0:
        yield None
        return
    metrics = SharedMetrics(settings.data_dir)
    try:
        yield metrics
    finally:
        shutil.rmtree(metrics.folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    return pid != os.getpid() and psutil.pid_exists(pid)


def count_in(folder: Path) -> None:
    """In a worker, before it counts anything: count in files of ``folder``.

    The library decides that when it is imported, which in a forked worker is too early.
    """
    os.environ[FOLDER] = str(folder)
    if not values.ValueClass._multiprocess:  # noqa: SLF001
        values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
