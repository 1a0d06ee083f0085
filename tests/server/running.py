"""A Kairan in a process of its own, as an operator starts it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import psutil

from tests.harness.executor import chosen_executor
from tests.harness.suite_log import suite_log, without_welcome

ROOT = Path(__file__).parents[2]
KAIRAN = [sys.executable, "-c", "from server.commands.kairan import main; main(prog_name='kairan')"]
READY = "Ctrl-C stops it\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def environment(**settings: str) -> dict[str, str]:
    """Ours without any KAIRAN_ setting but the executor, plus `settings` by their names without
    that prefix.
    """
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("KAIRAN_")}
    return (
        inherited
        | chosen_executor()
        | {f"KAIRAN_{name}": value for name, value in settings.items()}
    )


def kairan(*arguments: str, **settings: str) -> tuple[int, str]:
    """Run one command to its end: exit code, and all that it printed."""
    return kairan_in(ROOT, *arguments, **settings)


def kairan_in(cwd: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """The same in another folder."""
    finished = subprocess.run(
        [*KAIRAN, *arguments],
        cwd=cwd,
        env=environment(**settings) | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=100,
        check=False,
    )
    return finished.returncode, finished.stdout


class Running:
    """`kairan serve`; killed at the end if it still runs."""

    def __init__(self, data_dir: Path, *arguments: str, **settings: str) -> None:
        self.data_dir = data_dir
        self.process = subprocess.Popen(
            [*KAIRAN, "serve", *arguments],
            cwd=ROOT,
            env=environment(DATA_DIR=str(data_dir), PORT="0", **settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed = ""
        self.origin = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        rest, _ = self.process.communicate()
        suite_log().add("kairan", without_welcome(self.printed + (rest or "")))
        for log in (self.data_dir / "postgres").glob("postgres.log*"):
            suite_log().add("postgres", log.read_text(errors="replace"))

    def until(self, line: str) -> Self:
        """Wait until it prints `line`; fails with all that it said when it ends before."""
        assert self.process.stdout is not None
        while True:
            printed = self.process.stdout.readline()
            self.printed += printed
            if printed.startswith("Kairan is ready at "):
                self.origin = printed.split()[-1].removesuffix("/graphql")
            if printed == line:
                return self
            assert printed, f"kairan ended before {line!r}:\n{self.printed}"

    def ready(self) -> Self:
        """Wait until it serves."""
        return self.until(READY)

    def get(self, path: str) -> httpx.Response:
        """One request of its own connection."""
        return httpx.get(self.origin + path, timeout=60)

    def ask(self, query: str, token: str | None = None) -> dict[str, Any]:
        """The answer to a GraphQL query."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        response = httpx.post(
            f"{self.origin}/graphql", json={"query": query}, headers=headers, timeout=60
        )
        answer: dict[str, Any] = response.json()
        return answer

    def sign_in(self, login: str, password: str) -> str:
        """An access token."""
        answer = self.ask(
            f'mutation {{ signIn(input: {{login: "{login}", password: "{password}"}})'
            " { accessToken errors { message } } }"
        )
        token: str = answer["data"]["signIn"]["accessToken"]
        return token

    @contextlib.contextmanager
    def unfinished_request(self) -> Iterator[socket.socket]:
        """A request whose last byte is held back, so that it is in flight for as long as we like.

        `finished` completes it: it asks for the viewer's kind.
        """
        host, port = self.origin.removeprefix("http://").split(":")
        body = b'{"query": "{ viewer { kind } }"}'
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
        )
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            connection.sendall(head.encode())
            # It says so when it asks for the body: from then on the request is in flight.
            assert connection.recv(len(CONTINUE), socket.MSG_WAITALL) == CONTINUE
            connection.sendall(body[:-1])
            yield connection

    def finished(self, connection: socket.socket) -> bytes:
        """Send the byte that was held back: the whole answer."""
        connection.sendall(b"}")
        return b"".join(iter(lambda: connection.recv(65536), b""))

    def hung_up(self, connection: socket.socket) -> None:
        """Wait until the server lets go of the connection, with or without an answer."""
        with contextlib.suppress(ConnectionError):
            while connection.recv(65536):
                pass

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def until_refusing(self) -> None:
        """Wait until it takes nobody any more: it has begun to end."""
        host, port = self.origin.removeprefix("http://").split(":")
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                socket.create_connection((host, int(port)), timeout=60).close()
            except ConnectionError:
                return
            time.sleep(0.02)
        raise TimeoutError("it goes on taking connections")

    def ended(self, seconds: float = 60) -> int:
        """Wait for its end: the exit code."""
        rest, _ = self.process.communicate(timeout=seconds)
        self.printed += rest
        return self.process.returncode


def processes_of(data_dir: Path) -> list[int]:
    """The PostgreSQL processes that work in this data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(data_dir.resolve()):
                found.append(process.pid)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found
