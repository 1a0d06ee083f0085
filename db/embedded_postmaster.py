"""The processes that serve a data folder: the postmaster it names, and orphans of a dead one."""

import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from db.embedded_programs import EmbeddedError

# A crash recovery replays the log since the last checkpoint, minutes at the very worst.
RECOVERY_SECONDS = 300.0
# The children of a killed postmaster notice its death at once, but finish their statement.
ORPHANS_SECONDS = 20.0
POLL_SECONDS = 0.05

# Line numbers in postmaster.pid, from 0 (PostgreSQL: src/include/utils/pidfile.h).
PID, PORT, STATUS = 0, 3, 7


@dataclass(frozen=True)
class Postmaster:
    """A live postmaster of one data folder."""

    data: Path
    process: psutil.Process

    @property
    def port(self) -> int:
        """The TCP port it listens on."""
        return int(pid_file_line(self.data, PORT) or 0)

    def wait_until_ready(self) -> None:
        """Return when it accepts connections: at once, or when its crash recovery is over."""
        deadline = time.monotonic() + RECOVERY_SECONDS
        while pid_file_line(self.data, STATUS) != "ready":
            if not is_alive(self.process):
                raise EmbeddedError(f"PostgreSQL ended while starting on {self.data}")
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"PostgreSQL (process {self.process.pid}) is still not ready after"
                    f" {RECOVERY_SECONDS:.0f} s: see postgres.log beside {self.data}"
                )
            time.sleep(POLL_SECONDS)

    def wait_until_gone(self, seconds: float) -> bool:
        """Whether the process ended within `seconds`."""
        deadline = time.monotonic() + seconds
        while is_alive(self.process):
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True


def live_postmaster(data: Path) -> Postmaster | None:
    """The postmaster that serves `data` now, whoever started it.

    A process id alone proves nothing: after a reboot it may be anybody's.
    """
    text = pid_file_line(data, PID)
    if text is None or not text.isdecimal():
        return None
    try:
        process = psutil.Process(int(text))
    except psutil.NoSuchProcess:
        return None
    return Postmaster(data, process) if is_alive(process) and works_in(process, data) else None


def clear_leftovers(data: Path) -> None:
    """Wait for the children of a dead postmaster, then remove the file that still names it.

    PostgreSQL refuses to start while the file names a live process of the same user, even when
    that number has long been given to another program. Removing it also removes PostgreSQL's own
    check for such children, so that check is made here.
    """
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    deadline = time.monotonic() + ORPHANS_SECONDS
    while orphans := [p.pid for p in psutil.process_iter() if works_in(p, data)]:
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"processes {orphans} of a PostgreSQL that was killed still use {data}: end them"
            )
        time.sleep(POLL_SECONDS)
    pid_file.unlink(missing_ok=True)


def pid_file_line(data: Path, number: int) -> str | None:
    """One line of postmaster.pid; None when the file or the line is not there (yet)."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    return lines[number].strip() if number < len(lines) else None


def works_in(process: psutil.Process, data: Path) -> bool:
    """Whether it is a PostgreSQL process of `data`: all of them have that as working folder."""
    try:
        return process.name() == "postgres" and Path(process.cwd()) == data
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs. In containers whose first process reaps nobody, the dead stay as zombies."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
