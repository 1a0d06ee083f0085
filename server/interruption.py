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

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        self._handle = ignore
        raise Interrupted

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """The handler that is installed."""
        self._handle(number, frame)

    @contextmanager
    def handled_by(self, handle: Callable[[int, FrameType | None], None]) -> Iterator[None]:
        """Inside, `handle` gets the signals; after it, nobody: only clearing up is left."""
        self._handle = handle
        try:
            yield
        finally:
            self._handle = ignore


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
