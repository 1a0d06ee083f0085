"""Work that may have to wait: written once, run with an event loop or without.

A piece of work is a generator. It yields a list of awaitables and is sent the list of their
results, an exception in the place of each that failed; what it returns is its result. Pieces of one
level go in step, so that what they wait for is awaited together: a batch loader is asked once for
all of them.

Most columns wait for nothing. They are lists at once, and no generator is made for them: whatever
gives a column gives a list, or the work that will end in one.
"""

from collections.abc import Awaitable, Generator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
Work = Generator[list[Awaitable[Any]], list[Any], T]
# A list is done.
Piece = list[Any] | Work[list[Any]]


def in_step(pieces: Sequence[Work[T]]) -> Work[list[T]]:
    """The results of ``pieces``, in their order."""
    results: list[Any] = [None] * len(pieces)
    waiting: list[tuple[int, Work[T], list[Any] | None]] = [
        (position, piece, None) for position, piece in enumerate(pieces)
    ]
    while waiting:
        wanted: list[Awaitable[Any]] = []
        paused: list[tuple[int, Work[T], int, int]] = []
        for position, piece, received in waiting:
            try:
                asked = piece.send(received)  # type: ignore[arg-type]  # None begins a generator
            except StopIteration as finished:
                results[position] = finished.value
            else:
                paused.append((position, piece, len(wanted), len(wanted) + len(asked)))
                wanted += asked
        if not paused:
            break
        got = yield wanted
        waiting = [(position, piece, got[a:b]) for position, piece, a, b in paused]
    return results
