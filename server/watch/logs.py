"""One log: ours, the libraries' and what nobody caught, as lines without a personal value."""

import contextlib
import logging
import re
import sys
import threading
from collections.abc import Iterator, Mapping
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


class Writer:
    """Renders an event and hands it to the sink; the last logger of structlog's chain."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def msg(self, line: bytes) -> None:
        """Take a rendered line."""
        self._sink.write(line)

    debug = info = warning = error = critical = msg


class Handler(logging.Handler):
    """The standard library's records on their way into the same lines."""

    def __init__(self, chain: "Chain", sink: Sink) -> None:
        super().__init__()
        self._chain = chain
        self._sink = sink

    def emit(self, record: logging.LogRecord) -> None:
        """Never raises: a log call must not fail what it speaks of."""
        try:
            event = {"event": words_of(record), "logger": record.name, **_told(record)}
            level = logging.getLevelName(record.levelno).lower()
            self._sink.write(self._chain(level, event))
        except Exception:  # noqa: BLE001
            # `handleError` would print the record, arguments and all.
            self._sink.dropped += 1


class Chain:
    """From an event to a line: structlog's processors, the same for every source."""

    def __init__(self, *, json: bool, colours: bool) -> None:
        self.processors: list[Any] = [
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _in_order,
            _as_json if json else _Terminal(colours=colours),
        ]

    def __call__(self, level: str, event: dict[str, Any]) -> bytes:
        """The line of one event."""
        rendered: Any = event
        for processor in self.processors:
            rendered = processor(None, level, rendered)
        line: bytes = rendered
        return line


def _in_order(_logger: object, level: str, event: Mapping[str, Any]) -> dict[str, Any]:
    first = {"time": event["time"], "level": level, "logger": event["logger"]}
    return first | {"event": event["event"]} | dict(event)


def _as_json(_logger: object, _level: str, event: Mapping[str, Any]) -> bytes:
    return orjson.dumps(event, default=str, option=orjson.OPT_APPEND_NEWLINE)


class _Terminal:
    """For a person at a terminal."""

    def __init__(self, *, colours: bool) -> None:
        self._render = structlog.dev.ConsoleRenderer(
            colors=colours, timestamp_key="time", pad_event_to=0, sort_keys=False
        )

    def __call__(self, logger: object, level: str, event: Mapping[str, Any]) -> bytes:
        shown = dict(event)
        raised = shown.pop("exception", ())
        lines = [str(self._render(logger, level, shown)), *(f"    {line}" for line in raised)]
        return ("\n".join(lines) + "\n").encode()


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
    chain = Chain(json=json, colours=colours)
    root, number = logging.getLogger(), logging.getLevelName(level.upper())
    handler, before = Handler(chain, sink), root.level
    handler.setLevel(number)
    root.addHandler(handler)
    root.setLevel(number)
    configured = structlog.get_config()
    structlog.configure(
        processors=chain.processors,
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_names: Writer(sink),
        cache_logger_on_first_use=False,
    )
    try:
        yield sink
    finally:
        structlog.configure(**configured)
        root.removeHandler(handler)
        root.setLevel(before)
        sink.close()
        if sink.dropped:
            lost = {"event": "log lines were dropped", "logger": "kairan", "count": sink.dropped}
            sink.write(chain("warning", lost))
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
