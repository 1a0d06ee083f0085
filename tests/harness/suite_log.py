"""The log of the whole run, in one folder, and a search of it for people."""

import logging
import tempfile
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from db.demo.sign_ins import PASSWORD, SIGN_INS
from server.watch.logs import logging_to
from server.watch.sink import Sink
from tests.harness.leaks import demo_values, leaks
from tests.harness.personal import PERSONAL

# They write of what the tests send, and are no part of what is tested.
TEST_TOOLS = ("httpx", "httpcore", "hypothesis", "faker")
_numbers = count(1)


class SuiteLog:
    """Where everything goes that this run's servers and databases say."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._kept = self._open.enter_context(tempfile.TemporaryDirectory(prefix="kairan-log-"))
        self.folder = Path(self._kept)
        self.own = self.folder / "suite.log"
        stream = self._open.enter_context(self.own.open("wb"))
        self.sink: Sink = self._open.enter_context(logging_to(stream, level="info", json=True))
        logging.getLogger("kairan").setLevel(logging.DEBUG)
        for name in (*TEST_TOOLS, "uvicorn"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self.found: list[str] = []

    def add(self, name: str, text: str) -> None:
        """What another process said."""
        (self.folder / f"{name}-{next(_numbers)}.log").write_text(text, encoding="utf-8")

    def search(self) -> None:
        """Look for people in all of it."""
        self.sink.flush()
        values = demo_values() | PERSONAL
        for file in sorted(self.folder.glob("*.log")):
            text = file.read_text(encoding="utf-8", errors="replace")
            self.found += [f"{file.stem}: {leak}" for leak in leaks(text, values)]

    def close(self) -> None:
        """The run is over."""
        self._open.close()


class Lines:
    """The lines that were logged since a test began."""

    def __init__(self, log: SuiteLog) -> None:
        self._log = log
        log.sink.flush()
        self._start = log.own.stat().st_size

    def text(self) -> str:
        """As they are."""
        self._log.sink.flush()
        with self._log.own.open("rb") as file:
            file.seek(self._start)
            return file.read().decode()

    def all(self) -> list[dict[str, Any]]:
        """Parsed."""
        return [orjson.loads(line) for line in self.text().splitlines()]

    def of(self, **fields: object) -> list[dict[str, Any]]:
        """Those that have these fields."""
        return [line for line in self.all() if fields.items() <= line.items()]

    def requests(self) -> list[dict[str, Any]]:
        """The lines of requests."""
        return self.of(event="request")


KEPT: list[SuiteLog] = []


def suite_log() -> SuiteLog:
    """The log of this run."""
    return KEPT[0]


def without_welcome(printed: str) -> str:
    """What a process printed, without what it told whoever started it with the demo city."""
    told = {f"{entry.login} {entry.word}" for entry in SIGN_INS}
    told.add(f"Sign in with the password {PASSWORD} as")
    return "\n".join(line for line in printed.splitlines() if " ".join(line.split()) not in told)
