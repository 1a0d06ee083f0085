"""Exceptions without their words: a driver's message quotes the row, a KeyError the key."""

import errno
import traceback
from collections.abc import Iterator
from types import TracebackType

OURS = ("server", "schema", "resolvers", "db", "permissions", "migrations")
MOST_CAUSES = 8
MOST_FRAMES = 25

# What PostgreSQL names: identifiers of ours, never a value (asyncpg.PostgresError).
_NAMES = ("sqlstate", "constraint_name", "table_name", "column_name")


def told(error: BaseException) -> list[str]:
    """A line for the exception and for each that led to it, the nearest first.

    ``asyncpg.exceptions.UniqueViolationError 23505 logins_pkey logins at db.transaction.fetch:113
    resolvers.operation.run:157``: its type, what PostgreSQL named, and our frames from the
    innermost outwards.
    """
    lines: list[str] = []
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting and len(lines) < MOST_CAUSES:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        lines.append(_line(current))
        if isinstance(current, BaseExceptionGroup):
            waiting += current.exceptions
        before = current.__cause__ or (
            None if current.__suppress_context__ else current.__context__
        )
        if before is not None:
            waiting.append(before)
    return lines


def _line(error: BaseException) -> str:
    kind = type(error)
    words = [f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")]
    words += [name for name in (_said(error, each) for each in _NAMES) if name is not None]
    if isinstance(error, OSError) and error.errno is not None:
        words.append(errno.errorcode.get(error.errno, str(error.errno)))
    frames = list(_frames(error.__traceback__))
    if frames:
        words += ["at", *frames]
    return " ".join(words)


def _said(error: BaseException, name: str) -> str | None:
    value = getattr(error, name, None)
    # An identifier: whoever raises something of the kind with other words in it is not believed.
    return value if isinstance(value, str) and value.replace("_", "a").isalnum() else None


def _frames(trace: TracebackType | None) -> Iterator[str]:
    """Our frames, innermost first, and the innermost whose ever it is."""
    walked = [
        (frame.f_globals.get("__name__", "?"), frame.f_code.co_name, line)
        for frame, line in traceback.walk_tb(trace)
    ]
    shown = [
        f"{module}.{function}:{line}"
        for place, (module, function, line) in enumerate(walked)
        if place == len(walked) - 1 or module.partition(".")[0] in OURS
    ]
    yield from reversed(shown[-MOST_FRAMES:])
