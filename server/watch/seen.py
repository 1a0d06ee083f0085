"""One request as the log, the metrics and the trace will tell of it; filled in along the way."""

import re
from functools import lru_cache
from time import perf_counter
from typing import Any, Protocol

from db.entering import Caller
from db.watched import WATCHED, Attributes, Spans, Watched

NAME_LENGTH = 64
# So long a number in a name was put there by a program, or is somebody's telephone number.
_NUMBER = re.compile("[0-9]{5,}")
_NO_NAME = re.compile("[^_0-9A-Za-z]")


class RequestSpan(Protocol):
    """The span of a request, where somebody traces."""

    @property
    def sampled(self) -> bool:
        """Whether anybody will see it."""

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits."""

    def end(self, attributes: Attributes, failure: str | None) -> None:
        """The answer has left."""

    def leave(self) -> None:
        """The task is done with it."""


class Seen(Watched):
    """What is known of one request. No document, variable, value, login, token or address.

    ``executed`` is False of a request that was refused; ``errors`` are codes, ``withheld`` reasons.
    """

    __slots__ = (
        "answered",
        "began",
        "caller",
        "errors",
        "executed",
        "gone",
        "kind",
        "operation",
        "request_span",
        "status",
        "withheld",
    )

    def __init__(
        self, request_id: str, request_span: RequestSpan | None = None, spans: Spans | None = None
    ) -> None:
        super().__init__(request_id, spans)
        self.began = perf_counter()
        self.request_span = request_span
        self.caller: Caller | None = None
        self.kind = "none"
        self.operation: str | None = None
        self.status: int | None = None
        self.errors: list[str] = []
        self.withheld: list[str] = []
        self.executed = False
        self.answered = False
        self.gone = False

    def asked(self, kind: str, name: str | None, caller: Caller) -> None:
        """A validated operation is run for somebody."""
        self.kind = kind
        self.operation = None if name is None else shown_name(name)
        self.caller = caller

    def answers(self, body: dict[str, Any]) -> None:
        """The response map that is about to leave: nothing of it is kept but codes."""
        self.executed = "data" in body
        errors = body.get("errors")
        if errors:
            codes = (error.get("extensions", {}).get("code", "") for error in errors)
            self.errors = list(dict.fromkeys(str(code) for code in codes))
        extensions = body.get("extensions")
        if extensions and "withheld" in extensions:
            self.withheld = [entry["reason"] for entry in extensions["withheld"]]


def seen() -> Seen:
    """The request that is under way."""
    current = WATCHED.get()
    assert isinstance(current, Seen), "server.watch.watch.Watching is not around the application"
    return current


def answers(body: dict[str, Any]) -> None:
    """The response map that is about to leave; of no account outside of a watched request."""
    current = WATCHED.get()
    if isinstance(current, Seen):
        current.answers(body)


@lru_cache(maxsize=2048)
def shown_name(name: str) -> str:
    """A client's name for an operation, as far as it is told: at most 64 of ``[_0-9A-Za-z]``.

    The client chose it, so nothing holds it to be a name of an operation; what is left has no room
    for a sentence, another script, or a telephone number.
    """
    return _NUMBER.sub("N", _NO_NAME.sub("_", name[: 4 * NAME_LENGTH]))[:NAME_LENGTH]
