"""What one request did to the database: counted along the way, read by whoever watches the server.

It travels in a context variable and not in arguments: a statement is counted wherever it is run,
also by code that knows nothing of watching.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from functools import lru_cache
from typing import Protocol

Attributes = Mapping[str, str | int | float]

_NOT_TRACED: AbstractContextManager[object] = nullcontext()


class Spans(Protocol):
    """Where spans go, if anywhere. Names and attributes are the program's own, never values."""

    def span(self, name: str, attributes: Attributes) -> AbstractContextManager[object]:
        """A span around the block, a child of the one that is open."""


class PoolWatcher(Protocol):
    """Told what the pool does, by the loop's thread."""

    def waits(self) -> None:
        """Somebody asks for a connection."""

    def waited(self, seconds: float, *, got: bool) -> None:
        """He has it, or gave up."""

    def taken(self) -> None:
        """Somebody had one without asking twice."""

    def released(self) -> None:
        """A connection came back."""

    def opened(self) -> None:
        """A connection to the database was made."""

    def closed(self) -> None:
        """A connection to the database is gone."""


class Watched:
    """One request under way. Counters only; nothing here can name anybody.

    ``statements`` leaves out BEGIN and COMMIT; ``releases`` are ledger rows, ``people`` those whose
    fields left, per transaction; ``user_errors`` are codes.
    """

    __slots__ = ("people", "releases", "request_id", "spans", "statements", "user_errors")

    def __init__(self, request_id: str, spans: Spans | None = None) -> None:
        self.request_id = request_id
        self.spans = spans
        self.statements = 0
        self.releases = 0
        self.people = 0
        self.user_errors: list[str] = []

    def span(self, name: str) -> AbstractContextManager[object]:
        """A span around the block; nothing where nobody traces."""
        return _NOT_TRACED if self.spans is None else self.spans.span(name, {})


WATCHED: ContextVar[Watched | None] = ContextVar("watched", default=None)


def statement(text: str) -> AbstractContextManager[object]:
    """Around one statement of our own, by its constant text: counts it, and traces it."""
    watched = WATCHED.get()
    if watched is None:
        return _NOT_TRACED
    watched.statements += 1
    if watched.spans is None:
        return _NOT_TRACED
    return watched.spans.span(summary(text), _described(text))


def span(name: str) -> AbstractContextManager[object]:
    """A span around the block; nothing outside a request or where nobody traces."""
    watched = WATCHED.get()
    return _NOT_TRACED if watched is None else watched.span(name)


def released(rows: int, people: int) -> None:
    """A transaction with so many ledger rows was committed."""
    watched = WATCHED.get()
    if watched is not None:
        watched.releases += rows
        watched.people += people


def user_error(code: str) -> None:
    """A payload tells somebody what to mend."""
    watched = WATCHED.get()
    if watched is not None:
        watched.user_errors.append(code)


@lru_cache(maxsize=1024)
def summary(text: str) -> str:
    """``SELECT kairan.members``: what a statement does and to which table or function first.

    OpenTelemetry's semantic conventions call it ``db.query.summary``.
    """
    words = text.replace("(", " ").split()
    named = (word for word in words if word.startswith(("kairan.", "app.")))
    return f"{words[0].upper()} {next(named, '').rstrip(',;')}".strip()


@lru_cache(maxsize=1024)
def _described(text: str) -> Attributes:
    # The text is a constant with $n in it: what it is asked with is never part of it.
    return {
        "db.system.name": "postgresql",
        "db.query.summary": summary(text),
        "db.query.text": " ".join(text.split()),
    }
