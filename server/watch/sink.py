"""Where lines go: gathered by whoever logs, written by a thread of its own."""

import threading
import time
from collections import deque
from typing import BinaryIO

from server.processes.interruption import deaf

MOST_LINES = 20_000
# One write for all that came meanwhile: each time the thread wakes, it takes the interpreter from
# whoever serves.
_GATHER_SECONDS = 0.1


class Sink:
    """A bounded queue before a stream.

    Whoever reads our log may stall (a full pipe, a slow disk): then lines are dropped and counted,
    but no request waits.

    :param most: lines that may wait to be written.
    """

    def __init__(self, stream: BinaryIO, most: int = MOST_LINES) -> None:
        self.dropped = 0
        self._most = most
        self._stream = stream
        self._lines: deque[bytes] = deque()
        self._some = threading.Event()
        self._writing = threading.Lock()
        self._over = False
        self._thread = threading.Thread(target=self._write_on, name="log", daemon=True)
        with deaf():
            self._thread.start()

    def write(self, line: bytes) -> None:
        """Take one line, with its end. Never waits, never raises."""
        if len(self._lines) >= self._most:
            self.dropped += 1
            return
        self._lines.append(line)
        if not self._some.is_set():
            self._some.set()

    @property
    def waiting(self) -> int:
        """Lines that nobody wrote yet."""
        return len(self._lines)

    def flush(self) -> None:
        """Write what was taken until now."""
        with self._writing:
            lines = b"".join(self._lines.popleft() for _ in range(len(self._lines)))
            if lines:
                try:
                    self._stream.write(lines)
                    self._stream.flush()
                except (OSError, ValueError):
                    # The reader is gone: there is nobody left to tell.
                    self.dropped += lines.count(b"\n")

    def close(self, seconds: float = 2.0) -> None:
        """Write what is left, unless the reader stalls for longer than this."""
        self._over = True
        self._some.set()
        self._thread.join(seconds)

    def _write_on(self) -> None:
        while not self._over:
            self._some.wait()
            if not self._over:
                time.sleep(_GATHER_SECONDS)
            self._some.clear()
            self.flush()
        self.flush()
