"""Ctrl-C and SIGTERM: what is being started is undone, what runs ends in order."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(BaseException):
    """We were asked to end before we were up; like KeyboardInterrupt no `except Exception` has it.

    Raised once: what then is undone is not interrupted again.
    """


class Interruptions:
    """The process's one answer to both signals."""

    def __init__(self) -> None:
        self._handle: Callable[[int, FrameType | None], None] = self._interrupt
        self._interrupted = False

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        self._handle = ignore
        self._interrupted = True
        raise Interrupted

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """The handler that is installed."""
        self._handle(number, frame)

    @contextmanager
    def handled_by(self, handle: Callable[[int, FrameType | None], None]) -> Iterator[None]:
        """Inside, `handle` gets the signals; after it, nobody: only clearing up is left."""
        if self._interrupted:
            # Raised in a callback of asyncio's, it was caught there and the start went on.
            raise Interrupted
        self._handle = handle
        try:
            yield
        finally:
            self._handle = ignore


@contextmanager
def deaf() -> Iterator[None]:
    """Threads begun inside get no signals, so that what the main thread waits for is interrupted.

    A signal goes to any thread that takes it, and Python answers in the main thread alone: when
    that one returns by itself from what it waits for, which may be much later.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ignore(_number: int, _frame: FrameType | None) -> None:
    """Make sends SIGTERM a second time to what it runs, and people press Ctrl-C twice."""


@contextmanager
def interruptions() -> Iterator[Interruptions]:
    """Both signals raise `Interrupted` inside, once, unless `handled_by` says otherwise."""
    handler = Interruptions()
    before = {number: signal.signal(number, handler) for number in SIGNALS}
    try:
        yield handler
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)
