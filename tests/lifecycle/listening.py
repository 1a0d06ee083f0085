"""A Kairan that says more than a pipe holds."""

import threading
from typing import Self

import psutil

from tests.server.running import Running

# One who asks as fast as he can, all the time, is what these tests need.
UNLIMITED = {"RATE_REQUESTS": "off", "RATE_REQUESTS_ADDRESS": "off"}


class Listened(Running):
    """Whatever it prints is read at once, so that it never waits for us."""

    def ready(self) -> Self:
        """Wait until it serves."""
        super().ready()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()
        return self

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line

    def ended(self, seconds: float = 60) -> int:
        """Wait for its end: the exit code."""
        code = self.process.wait(timeout=seconds)
        self._listener.join(timeout=seconds)
        return code

    def workers(self) -> list[psutil.Process]:
        """The processes that answer: the children of the one that forks them."""
        return [
            child
            for helper in psutil.Process(self.process.pid).children()
            for child in helper.children()
            if child.is_running() and child.status() != psutil.STATUS_ZOMBIE
        ]
