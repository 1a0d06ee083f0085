"""Who is measured: four servers that answer the same requests from the same tables."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.requests import Ask, Id, Request
from db.embedded import free_port
from resolvers.global_ids import from_global_id, to_global_id

POOL_SIZE = 10
START_SECONDS = 60.0
# uvicorn with all that makes it fast; its access log, which is dear, is off.
_UVICORN = (
    *("--loop", "uvloop", "--http", "httptools", "--lifespan", "on", "--workers", "1"),
    *("--no-access-log", "--log-level", "warning", "--no-server-header", "--no-proxy-headers"),
)


class DidNotStart(Exception):
    """A contender's server did not come up; the message says where it said why."""


@dataclass(frozen=True)
class Place:
    """Where a server runs.

    :param database_url: as the role that this contender is given.
    :param folder: the signing key, and where it logs.
    """

    database_url: str = field(repr=False)
    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def key_file(self) -> Path:
        """The key that signs tokens, the same for all."""
        return self.folder / "signing-key.pem"


class Contender(ABC):
    """One of the servers.

    :param has_walls: whether row security binds its role.
    """

    name: str
    words: str
    has_walls = False

    @abstractmethod
    def command(self, port: int) -> list[str]:
        """The program and its arguments."""

    @abstractmethod
    def environment(self, place: Place, port: int) -> dict[str, str]:
        """What it is told by its environment."""

    @abstractmethod
    def encoded(self, request: Request, ask: Ask, token: str) -> bytes:
        """The whole HTTP/1.1 request."""

    @abstractmethod
    def data(self, answer: Any) -> Any:
        """What was asked for, out of an answer's JSON, with the ids as in the tables."""


class GraphQL(Contender):
    """A contender that takes the documents."""

    def spelled(self, of: Id) -> str:
        """An object's id as a variable."""
        return str(of.id)

    def read(self, spelled: str) -> str:
        """An id or a cursor of an answer as in the tables."""
        return spelled

    def encoded(self, request: Request, ask: Ask, token: str) -> bytes:
        """A POST of JSON, as GraphQL clients make it."""
        variables = _replaced(ask.variables, Id, self.spelled)
        body = json.dumps({"query": request.document, "variables": variables}).encode()
        return _http("POST", "/graphql", token, body)

    def data(self, answer: Any) -> Any:
        """``data``; raises AssertionError where there are errors too."""
        assert "errors" not in answer, answer["errors"]
        return _with_ids(answer["data"], self.read)


class Kairan(GraphQL):
    """Our own server, as an installation runs it."""

    name = "kairan"
    words = "Kairan: ledger, row security, sessions, limits and its log on"
    has_walls = True
    executor = "breadth-first"

    def __init__(self, workers: int = 1) -> None:
        self.workers = workers

    def command(self, port: int) -> list[str]:
        return [str(Path(sys.executable).with_name("kairan")), "serve"]

    def environment(self, place: Place, port: int) -> dict[str, str]:
        return {
            "KAIRAN_DATABASE_URL": place.database_url,
            "KAIRAN_DATA_DIR": str(place.folder),
            "KAIRAN_SIGNING_KEY_FILE": str(place.key_file),
            "KAIRAN_PORT": str(port),
            "KAIRAN_POOL_SIZE": str(POOL_SIZE),
            "KAIRAN_EXECUTOR": self.executor,
            "KAIRAN_WORKERS": str(self.workers),
            # One officer asks as often here as a city's officers do.
            "KAIRAN_RATE_REQUESTS": "off",
            "KAIRAN_RATE_REQUESTS_ADDRESS": "off",
            # Nobody is turned away, however long the others take.
            "KAIRAN_POOL_WAIT": "600000",
            "KAIRAN_OPERATION_TIMEOUT": "600000",
            "KAIRAN_STATEMENT_TIMEOUT": "60000",
            **place.settings,
        }

    def spelled(self, of: Id) -> str:
        return to_global_id(of.type, of.id)

    def read(self, spelled: str) -> str:
        found = from_global_id(spelled)
        return spelled if found is None else str(found[1])


class Reference(Kairan):
    """Our own server with the executor that Strawberry comes with."""

    name = "kairan-reference"
    words = "the same with Strawberry's own executor"
    executor = "reference"


class Ordinary(GraphQL):
    """The same schema as most teams would write it: ``bench/ordinary``."""

    name = "strawberry"
    words = "ordinary Strawberry: permission classes, SQLModel, data loaders; no ledger, one wall"

    def command(self, port: int) -> list[str]:
        return _uvicorn("bench.ordinary.app:create_app", port)

    def environment(self, place: Place, port: int) -> dict[str, str]:
        return _plain_environment(place)


class Handwritten(Contender):
    """An endpoint for each request: ``bench/handwritten``."""

    name = "handwritten"
    words = "a route and a statement for each request; no ledger, one wall, no choice of fields"

    def command(self, port: int) -> list[str]:
        return _uvicorn("bench.handwritten.app:create_app", port)

    def environment(self, place: Place, port: int) -> dict[str, str]:
        return _plain_environment(place)

    def encoded(self, request: Request, ask: Ask, token: str) -> bytes:
        method, path = ask.plain
        return _http(method, path, token, b"")

    def data(self, answer: Any) -> Any:
        return answer


CONTENDERS: dict[str, Contender] = {
    contender.name: contender for contender in (Kairan(), Reference(), Ordinary(), Handwritten())
}


@dataclass(frozen=True)
class Server:
    """A contender that runs."""

    contender: Contender
    port: int
    pid: int


@contextlib.contextmanager
def running(contender: Contender, place: Place) -> Iterator[Server]:
    """A contender's server on a free port, until the end of the block. Raises DidNotStart."""
    port = free_port()
    said = place.folder / f"{contender.name}-{port}.log"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("KAIRAN_")}
    with said.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  (a fixed program)
            contender.command(port),
            env=environ | contender.environment(place, port),
            stdout=log,
            stderr=log,
        )
    try:
        _wait(process, port, contender.name, said)
        yield Server(contender, port, process.pid)
        # A line for each of a hundred thousand requests is nothing to keep; why it failed is.
        said.unlink()
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answer_of(server: Server, request: bytes) -> tuple[int, bytes]:
    """Status and body of one answer, over a connection of its own."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(request.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n", 1))
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body


def _wait(process: "subprocess.Popen[bytes]", port: int, name: str, said: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    raise DidNotStart(f"{name} did not start: the reason is at the end of {said}")


def _uvicorn(app: str, port: int) -> list[str]:
    return [sys.executable, "-m", "uvicorn", "--factory", app, "--port", str(port), *_UVICORN]


def _plain_environment(place: Place) -> dict[str, str]:
    return {
        "BENCH_DATABASE_URL": place.database_url,
        "BENCH_KEY_FILE": str(place.key_file),
        "BENCH_POOL_SIZE": str(POOL_SIZE),
    }


def _http(method: str, path: str, token: str, body: bytes) -> bytes:
    head = [
        f"{method} {path} HTTP/1.1",
        "host: 127.0.0.1",
        f"authorization: Bearer {token}",
        "accept: application/json",
    ]
    if method == "POST":
        head += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


def _replaced(value: Any, kind: type[Any], by: Any) -> Any:
    if isinstance(value, kind):
        return by(value)
    if isinstance(value, Mapping):
        return {name: _replaced(each, kind, by) for name, each in value.items()}
    return value


def _with_ids(value: Any, read: Any) -> Any:
    if isinstance(value, list):
        return [_with_ids(each, read) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: read(each) if name in ("id", "endCursor") and each else _with_ids(each, read)
        for name, each in value.items()
    }
