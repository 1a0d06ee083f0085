"""Processor time of a process with all that it started, to the nanosecond where Linux tells it."""

import contextlib
from collections.abc import Mapping
from pathlib import Path

import psutil


class Meter:
    """Measures a process and its descendants, those included that end meanwhile.

    :param root: its process id.
    """

    def __init__(self, root: int) -> None:
        self._root = psutil.Process(root)
        self._start = self._alive()
        self._start_ended = self._ended()

    def seconds(self) -> float:
        """Processor seconds, user and system, since it was made."""
        now = self._alive()
        used = sum(spent - self._start.get(pid, 0.0) for pid, spent in now.items())
        gone = sum(spent for pid, spent in self._start.items() if pid not in now)
        # Whoever ended is counted by its parent, from its birth on.
        return used + max(0.0, self._ended() - self._start_ended - gone)

    def _alive(self) -> Mapping[int, float]:
        found = {}
        for process in (self._root, *self._root.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError):
                found[process.pid] = _spent(process)
        return found

    def _ended(self) -> float:
        times = self._root.cpu_times()
        return float(times.children_user + times.children_system)


def resident_bytes(root: int) -> int:
    """Memory that a process and its descendants occupy now."""
    process = psutil.Process(root)
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))


def _spent(process: psutil.Process) -> float:
    threads = Path(f"/proc/{process.pid}/task")
    if not (threads / str(process.pid) / "schedstat").exists():
        times = process.cpu_times()
        return float(times.user + times.system)
    spent = 0
    for thread in threads.iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            spent += int((thread / "schedstat").read_text().split()[0])
    return spent / 1e9
