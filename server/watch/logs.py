"""One log: ours, the libraries' and what nobody caught, as lines without a personal value."""

import contextlib
import logging
import re
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import orjson
import structlog

from db.watched import WATCHED
from server.watch.failure import told
from server.watch.fields import fitting
from server.watch.sink import MOST_LINES, Sink

LEVELS = ("debug", "info", "warning", "error")
REQUESTS = "kairan.request"

# Their messages are constants, values come as arguments. What any other library says is not known.
_SPEAKING = ("kairan", "uvicorn", "asyncio", "alembic", "opentelemetry")
_PLACE = re.compile(r"%(?:\(\w+\))?[#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[a-zA-Z%]")
_LONGEST = 300
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Log:
    """From what happened to a line: the same for every source."""

    def __init__(self, sink: Sink, *, json: bool, colours: bool) -> None:
        self._sink = sink
        self._render = _as_json if json else _Terminal(colours=colours)

    def tell(self, level: str, logger: str, event: str, fields: dict[str, object]) -> None:
        """Write a line; ``fields`` are fitting ones."""
        first = {"time": datetime.now(UTC), "level": level, "logger": logger, "event": event}
        self._sink.write(self._render(first | fields))


class Handler(logging.Handler):
    """The standard library's records on their way into the same lines."""

    def __init__(self, log: Log, sink: Sink) -> None:
        super().__init__()
        self._log = log
        self._sink = sink

    def emit(self, record: logging.LogRecord) -> None:
        """Never raises: a log call must not fail what it speaks of."""
        try:
            level = logging.getLevelName(record.levelno).lower()
            self._log.tell(level, record.name, words_of(record), _told(record))
        except Exception:  # noqa: BLE001
            # `handleError` would print the record, arguments and all.
            self._sink.dropped += 1


def _as_json(event: dict[str, Any]) -> bytes:
    return orjson.dumps(event, default=str, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z)


class _Terminal:
    """For a person at a terminal."""

    def __init__(self, *, colours: bool) -> None:
        self._render = structlog.dev.ConsoleRenderer(
            colors=colours, timestamp_key="time", pad_event_to=0, sort_keys=False
        )

    def __call__(self, event: dict[str, Any]) -> bytes:
        shown = event | {"time": event["time"].isoformat().replace("+00:00", "Z")}
        raised = shown.pop("exception", ())
        lines = [str(self._render(None, event["level"], shown))]
        lines += [f"    {line}" for line in raised]
        return ("\n".join(lines) + "\n").encode()


class _Requests:
    """Where requests are told of. They are too many for a record of the standard library each."""

    log: Log | None = None


def log_of_requests() -> Log | None:
    """Where the line of a request goes; None where nobody wants to know of them."""
    return _Requests.log


def words_of(record: logging.LogRecord) -> str:
    """What a record says: its constant words, numbers and files, never an argument that is text.

    Of a library whose messages are not known to be constants, nothing: ``at`` tells where it spoke.
    """
    if record.name.partition(".")[0] not in _SPEAKING:
        return "a library spoke"
    words = str(record.msg)
    if isinstance(record.args, tuple) and record.args:
        try:
            words %= tuple(map(_shown, record.args))
        except (TypeError, ValueError):
            words = _PLACE.sub("…", words)
    elif record.args:
        words = _PLACE.sub("…", words)
    # asyncio adds the repr of a task below its first line, and with it the exception's words.
    return words.strip().partition("\n")[0][:_LONGEST]


def _shown(argument: object) -> object:
    """An argument of a message, if the program chose it; text may be anybody's."""
    return argument if isinstance(argument, int | float | Enum | Path) else "…"


def _told(record: logging.LogRecord) -> dict[str, object]:
    fields: dict[str, object] = {
        name: value for name, value in vars(record).items() if name not in _STANDARD
    }
    watched = WATCHED.get()
    if watched is not None:
        fields["request_id"] = watched.request_id
    if record.name.partition(".")[0] not in _SPEAKING:
        fields = {"at": f"{record.module}:{record.lineno}"}
    if record.exc_info and record.exc_info[1] is not None:
        fields["exception"] = told(record.exc_info[1])
    return fitting(fields)


@contextlib.contextmanager
def logging_to(
    stream: BinaryIO,
    *,
    level: str,
    json: bool,
    colours: bool = False,
    most: int = MOST_LINES,
) -> Iterator[Sink]:
    """Inside, everything that is logged in this process goes to ``stream``.

    :param level: the least that is told: one of :data:`LEVELS`.
    :param json: a JSON object a line; otherwise lines for a person.
    :param most: lines that may wait while the reader of ``stream`` stalls.
    """
    sink = Sink(stream, most)
    log = Log(sink, json=json, colours=colours)
    root, number = logging.getLogger(), logging.getLevelName(level.upper())
    handler, before = Handler(log, sink), root.level
    handler.setLevel(number)
    root.addHandler(handler)
    root.setLevel(number)
    requests, _Requests.log = _Requests.log, log if number <= logging.INFO else None
    try:
        yield sink
    finally:
        _Requests.log = requests
        root.removeHandler(handler)
        root.setLevel(before)
        sink.close()
        if sink.dropped:
            log.tell("warning", "kairan", "log lines were dropped", {"count": sink.dropped})
            sink.flush()


@contextlib.contextmanager
def last_words() -> Iterator[None]:
    """Inside, what nobody caught goes into the log and not, with its words, to the terminal."""
    log = logging.getLogger("kairan.uncaught")

    def uncaught(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        log.critical("the process ends", exc_info=(kind, error, trace))

    def in_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            log.error("a thread ended", exc_info=arguments.exc_value)

    def unraisable(found: "sys.UnraisableHookArgs") -> None:
        if found.exc_value is not None:
            log.error("an exception had nowhere to go", exc_info=found.exc_value)

    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, in_thread, unraisable
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        sys.excepthook, threading.excepthook, sys.unraisablehook = before
