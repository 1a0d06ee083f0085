"""The load generator, a process of its own: requests over kept connections, each timed.

    python -m bench.traffic < job > outcome

A job is a pickle, since it comes from its own parent; the outcome is JSON. Requests are bytes made
beforehand and answers are only measured, so that this process leaves the processors to the others.
"""

import asyncio
import json
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from typing import cast

import uvloop

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_OK = b"HTTP/1.1 200"


@dataclass(frozen=True)
class Job:
    """Ask one server for some seconds, or so many times.

    :param requests: whole HTTP/1.1 requests; they are sent in turn.
    :param again: begin again when all are sent; otherwise the job ends there.
    :param most: so many requests at most.
    :param length: of every answer's body in bytes; None where it varies.
    """

    port: int
    requests: Sequence[bytes]
    connections: int
    seconds: float
    again: bool = True
    most: int | None = None
    length: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What a job measured. Every request that was sent was answered before its clock stopped.

    :param bad: answers that were not 200, or not as long as they should be.
    """

    count: int
    seconds: float
    p50_ms: float
    p99_ms: float
    bad: int

    @property
    def rps(self) -> float:
        """Requests per second."""
        return self.count / self.seconds


def run(job: Job) -> Outcome:
    """Do a job in a process of its own. Raises CalledProcessError."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.traffic"],
        input=pickle.dumps(job),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Outcome(**json.loads(done.stdout))


class _Connection(asyncio.Protocol):
    """Sends a request, waits for the whole answer, sends the next; until there is none."""

    def __init__(self, load: "_Load") -> None:
        self._load = load
        self._buffer = b""
        self._missing = -1
        self._sent = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's by name.
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError("the server closed a connection"))

    def send_next(self) -> None:
        """Send the next request, or be done."""
        request = self._load.next()
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            self._buffer += data
            end = self._buffer.find(_HEAD_END)
            if end < 0:
                return
            head = self._buffer[:end].lower()
            at = head.index(_LENGTH) + len(_LENGTH)
            length = int(head[at:].partition(b"\r")[0])
            self._missing = length - (len(self._buffer) - end - len(_HEAD_END))
            self._is_good = self._buffer.startswith(_OK) and self._load.job.length in (None, length)
            self._buffer = b""
        else:
            self._missing -= len(data)
        if self._missing == 0:
            self._missing = -1
            self._load.took(time.perf_counter() - self._sent, good=self._is_good)
            self.send_next()


class _Load:
    def __init__(self, job: Job) -> None:
        self.job = job
        requests = cycle(job.requests) if job.again else iter(job.requests)
        self._requests: Iterator[bytes] = islice(requests, job.most)
        self._until = 0.0
        self._times: list[float] = []
        self._bad = 0

    def next(self) -> bytes | None:
        """The next request while there is time."""
        return next(self._requests, None) if time.perf_counter() < self._until else None

    def took(self, seconds: float, *, good: bool) -> None:
        """Note an answer."""
        self._times.append(seconds)
        self._bad += not good

    async def run(self) -> Outcome:
        """Connect, then ask until the time is over and the last answer came."""
        loop = asyncio.get_running_loop()
        made = [
            await loop.create_connection(lambda: _Connection(self), "127.0.0.1", self.job.port)
            for _ in range(self.job.connections)
        ]
        connections = [connection for _transport, connection in made]
        began = time.perf_counter()
        self._until = began + self.job.seconds
        for connection in connections:
            connection.send_next()
        await asyncio.gather(*(connection.done for connection in connections))
        seconds = time.perf_counter() - began
        hundredths = statistics.quantiles(self._times * 2, n=100, method="inclusive")
        return Outcome(
            count=len(self._times),
            seconds=seconds,
            p50_ms=hundredths[49] * 1000,
            p99_ms=hundredths[98] * 1000,
            bad=self._bad,
        )


def main() -> None:
    """Read a job, do it, write its outcome."""
    job: Job = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  (from our own parent)
    outcome = uvloop.run(_Load(job).run())
    json.dump(asdict(outcome), sys.stdout)


if __name__ == "__main__":
    main()
