"""The process that others work for: it starts them, replaces who dies, and ends them in order."""

import contextlib
import logging
import multiprocessing
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from types import FrameType

from server.processes.worker import READY, work
from server.settings.settings import Settings
from server.watch.exposition import SharedMetrics

log = logging.getLogger("kairan.workers")

_TURN_SECONDS = 0.2
# A worker that said nothing for so long does not answer requests either.
_SILENCE_SECONDS = 30.0
# Who dies again and again is replaced ever later, until one has lived for a while.
_FIRST_PAUSE, _LONGEST_PAUSE, _LIVED_SECONDS = 0.5, 30.0, 60.0
# Beyond what a worker may take to end, until it is killed.
_GRACE_SECONDS = 10.0


class WorkersFailed(Exception):
    """The workers did not come up; the message says where to look."""


class Worker:
    """One process and what it last said."""

    def __init__(self, number: int, process: ForkServerProcess, report: Connection) -> None:
        self.number = number
        self.process = process
        self.report = report
        self.ready = False
        self.began = time.monotonic()
        self.silence = 0.0

    def listen(self) -> None:
        """Take in what it said."""
        with contextlib.suppress(EOFError, OSError):
            while self.report.poll():
                self.ready = self.report.recv_bytes() == READY or self.ready
                self.silence = 0.0

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.exitcode is not None


class Workers:
    """As many processes as the settings say, on one listening socket.

    They are forked by a process that only imports: what they share is in memory once, each starts
    at once, and none inherits a thread, a lock or a state of chance from us.
    """

    def __init__(
        self,
        settings: Settings,
        database_url: str,
        listener: socket.socket,
        when_ready: Callable[[], None],
        metrics: SharedMetrics | None = None,
    ) -> None:
        self._metrics = metrics
        self._settings = settings
        self._database_url = database_url
        self._listener = listener
        self._when_ready: Callable[[], None] | None = when_ready
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["server.processes.worker"])
        self._workers: list[Worker] = []
        self._pause = 0.0
        self._next_start = 0.0
        self._asked_to_end = False
        self._in_a_hurry = False

    @property
    def present(self) -> list[Worker]:
        """Those that were started and not yet found dead."""
        return list(self._workers)

    def processes(self) -> dict[int, int]:
        """Their process ids, by numbers that stay: who replaces another gets his number."""
        return {worker.number: worker.process.pid or 0 for worker in self.present}

    def handle_exit(self, number: int, _frame: FrameType | None) -> None:
        """Begin to end. A second Ctrl-C waits for nobody; a second SIGTERM changes nothing."""
        self._in_a_hurry = self._asked_to_end and number == signal.SIGINT
        self._asked_to_end = True

    def run(self) -> None:
        """Work until asked to end; returns when no worker is left. Raises WorkersFailed."""
        try:
            while not self._asked_to_end:
                self._fill_up()
                self._turn()
                self._look_after()
        finally:
            # Whoever comes now would wait in line for nobody.
            self._listener.close()
            self._end_all()

    def _fill_up(self) -> None:
        while len(self._workers) < self._settings.workers and self._next_start <= time.monotonic():
            self._workers.append(self._start())

    def _start(self) -> Worker:
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=work,
            args=(
                self._settings,
                self._database_url,
                self._listener,
                theirs,
                self._metrics and self._metrics.folder,
            ),
            name="kairan-worker",
        )
        with theirs, _main_stays_behind():
            process.start()
        taken = {worker.number for worker in self._workers}
        number = next(n for n in range(self._settings.workers) if n not in taken)
        return Worker(number, process, ours)

    def _turn(self) -> None:
        began = time.monotonic()
        wait([w.process.sentinel for w in self._workers], _TURN_SECONDS)
        # No longer than a turn takes: when we were stopped, they may have been stopped with us.
        passed = min(time.monotonic() - began, 2 * _TURN_SECONDS)
        for worker in self._workers:
            worker.silence += passed
            worker.listen()

    def _look_after(self) -> None:
        for worker in list(self._workers):
            if worker.has_ended:
                self._workers.remove(worker)
                self._mourn(worker)
            elif worker.silence > _SILENCE_SECONDS:
                log.error("worker %s stands still and is killed", worker.process.pid)
                worker.process.kill()
        up = [worker for worker in self._workers if worker.ready]
        if self._when_ready is not None and len(up) == self._settings.workers:
            self._when_ready()
            self._when_ready = None

    def _mourn(self, worker: Worker) -> None:
        code, pid = worker.process.exitcode, worker.process.pid
        worker.report.close()
        if pid is not None and self._metrics is not None:
            self._metrics.ended(pid)
        if self._asked_to_end:
            return
        if self._when_ready is not None:
            raise WorkersFailed(
                f"a worker process ended with code {code} while starting: the reason is in the log"
                " above"
            )
        if time.monotonic() - worker.began > _LIVED_SECONDS:
            self._pause = 0.0
        self._next_start = time.monotonic() + self._pause
        log.error(
            "worker %s ended with code %s: another one starts in %.1f s", pid, code, self._pause
        )
        self._pause = min(max(self._pause * 2, _FIRST_PAUSE), _LONGEST_PAUSE)

    def _end_all(self) -> None:
        for worker in self._workers:
            worker.process.terminate()
        settings = self._settings
        deadline = time.monotonic() + settings.stop_delay + settings.drain_seconds + _GRACE_SECONDS
        while self._workers and not self._in_a_hurry and time.monotonic() < deadline:
            wait([w.process.sentinel for w in self._workers], _TURN_SECONDS)
            self._workers = [worker for worker in self._workers if not worker.has_ended]
        for worker in self._workers:
            log.error("worker %s did not end and is killed", worker.process.pid)
            worker.process.kill()
            worker.process.join()


@contextlib.contextmanager
def _main_stays_behind() -> Iterator[None]:
    """Workers would import the program that we were started with, to find what they never need."""
    main = vars(sys.modules["__main__"])
    hidden: dict[str, object] = {n: main[n] for n in ("__file__", "__spec__") if n in main}
    main.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        main.update(hidden)
