"""Whoever logs, and whatever is thrown: the line has the program's words and nobody's name."""

import asyncio
import io
import logging
import sys
import threading
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import orjson
import pytest

from resolvers.errors import ErrorCode
from server.watch.failure import told
from server.watch.fields import FIELDS, OWN, fitting
from server.watch.logs import last_words, log_of_requests, logging_to, words_of
from tests.harness.suite_log import Lines

NAME = "高橋 花子"
PHONE = "090-0000-0824"


def test_text_that_comes_as_an_argument_is_left_out_and_numbers_and_files_are_not(
    lines: Lines,
) -> None:
    log = logging.getLogger("kairan.tests")
    log.warning("sent %d letters to %s, by %s", 3, NAME, Path("/var/lib/kairan/mail"))
    log.warning("a dictionary %(name)s", {"name": NAME})
    log.warning("%s", ErrorCode.CONFLICT)
    assert [line["event"] for line in lines.of(logger="kairan.tests")] == [
        "sent 3 letters to …, by /var/lib/kairan/mail",
        "a dictionary …",
        "CONFLICT",
    ]
    assert NAME not in lines.text()


def test_a_message_that_does_not_fit_its_arguments_is_told_all_the_same() -> None:
    record = logging.LogRecord("kairan", 20, "", 1, "%d%% of %5.1f %s", (NAME, NAME, NAME), None)
    assert words_of(record) == "…… of … …"


def test_a_library_whose_words_are_not_known_tells_only_where_it_spoke(lines: Lines) -> None:
    logging.getLogger("somebodys.library").warning(f"could not send to {NAME}")
    [line] = lines.of(logger="somebodys.library")
    assert line["event"] == "a library spoke"
    assert str(line["at"]).startswith("test_words:")


class Colour(Enum):
    """An enumeration of ours."""

    RED = 1


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("request_id", NAME, "(withheld)"),
        ("operation", "Call 090", "(withheld)"),
        ("operation", "Roster", "Roster"),
        ("failure", NAME, "(withheld)"),
        ("failure", KeyError, "KeyError"),
        ("failure", Colour.RED, "RED"),
        ("count", "3", "(withheld)"),
        ("count", 3, 3),
        ("errors", ["INTERNAL"], ["INTERNAL"]),
        ("errors", [NAME], "(withheld)"),
        ("file", "/home/hanako", "(withheld)"),
        ("file", Path("/srv/key.pem"), "/srv/key.pem"),
        ("rule", "Member.address", "Member.address"),
        ("viewer", PHONE, "(withheld)"),
    ],
)
def test_a_field_takes_only_values_of_its_shape(name: str, value: object, shown: object) -> None:
    assert fitting({name: value}) == {name: shown}


def test_a_field_that_is_not_in_the_list_is_left_out_and_named() -> None:
    assert fitting({"login": NAME, "count": 1, "rule": None}) == {
        "count": 1,
        "unlisted": ["login"],
    }


def test_the_fields_of_the_pipeline_itself_are_no_others() -> None:
    assert not OWN.keys() & FIELDS.keys()


def raised() -> BaseException:
    """A KeyError by a ValueError, with names in both and a group below."""
    try:
        try:
            try:
                raise ExceptionGroup(NAME, [ConnectionRefusedError(111, NAME), KeyError(PHONE)])
            except ExceptionGroup as group:
                raise ValueError(NAME) from group
        except ValueError:
            vars()[NAME]
    except KeyError as error:
        return error
    raise AssertionError


def test_an_exception_is_told_with_all_that_led_to_it_and_without_its_words() -> None:
    assert [line.rpartition(":")[0] or line for line in told(raised())] == [
        "KeyError at tests.watch.test_words.raised",
        "ValueError at tests.watch.test_words.raised",
        "ExceptionGroup at tests.watch.test_words.raised",
        "ConnectionRefusedError ECONNREFUSED",
        "KeyError",
    ]


def test_an_exception_that_leads_to_itself_is_told_once() -> None:
    error = ValueError()
    error.__context__ = other = KeyError()
    other.__context__ = error
    assert told(error) == ["ValueError", "KeyError"]


async def test_a_task_that_nobody_awaited_fails_without_its_words(lines: Lines) -> None:
    async def fail() -> None:
        raise ValueError(NAME)

    loop = asyncio.get_running_loop()
    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    loop.call_exception_handler(
        {"message": "Task exception was never retrieved", "exception": task.exception()}
        | {"future": task}
    )
    [line] = lines.of(logger="asyncio", level="error")
    assert line["event"] == "Task exception was never retrieved"
    assert line["exception"][0].startswith("ValueError at ")
    assert NAME not in lines.text()


@pytest.fixture
def caught() -> Iterator[None]:
    """Inside, what nobody caught is logged; pytest's own hooks are back afterwards."""
    with last_words():
        yield


def test_what_nobody_caught_is_logged_without_its_words(caught: None, lines: Lines) -> None:
    def fail() -> None:
        raise ValueError(NAME)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    error = raised()
    sys.excepthook(type(error), error, error.__traceback__)
    assert [(line["level"], line["event"]) for line in lines.of(logger="kairan.uncaught")] == [
        ("error", "a thread ended"),
        ("critical", "the process ends"),
    ]
    assert NAME not in lines.text()


def logged(level: str, *, json: bool) -> str:
    """What goes into a stream of its own."""
    stream = io.BytesIO()
    with logging_to(stream, level=level, json=json):
        logging.getLogger("kairan.tests").info("hello", extra={"count": 1})
        if (requests := log_of_requests()) is not None:
            requests.tell("info", "kairan.request", "request", {"status": 200})
        logging.getLogger("kairan.tests").error("broken", exc_info=raised())
    return stream.getvalue().decode()


def test_an_operator_chooses_how_much_is_told() -> None:
    assert [orjson.loads(line)["event"] for line in logged("info", json=True).splitlines()] == [
        "hello",
        "request",
        "broken",
    ]
    assert [orjson.loads(line)["event"] for line in logged("error", json=True).splitlines()] == [
        "broken"
    ]


def test_a_line_for_programs_begins_with_when_how_bad_who_and_what() -> None:
    [first, *_] = logged("info", json=True).splitlines()
    assert list(orjson.loads(first)) == ["time", "level", "logger", "event", "count"]


def test_lines_for_people_have_an_exception_below_them() -> None:
    shown = logged("info", json=False).splitlines()
    assert "hello" in shown[0]
    assert "count=1" in shown[0]
    assert shown[3].startswith("    KeyError at tests.watch.test_words.raised:")
    assert not any(line.startswith("{") for line in shown)


class Stalled(io.BytesIO):
    """A reader that does not read until it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.reading = threading.Event()

    def write(self, data: object) -> int:
        """Wait."""
        self.reading.wait(30)
        return super().write(data)  # type: ignore[arg-type]


def test_a_reader_that_stalls_holds_up_nobody_and_learns_what_it_missed() -> None:
    stream = Stalled()
    log = logging.getLogger("kairan.tests")
    with logging_to(stream, level="info", json=True, most=5) as sink:
        log.info("first")
        while sink.waiting:
            pass
        for number in range(20):
            log.info("line %d", number)
        assert sink.dropped == 15
        stream.reading.set()
    events = [orjson.loads(line)["event"] for line in stream.getvalue().splitlines()]
    assert events == ["first", *(f"line {n}" for n in range(5)), "log lines were dropped"]
