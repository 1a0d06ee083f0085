"""A PostgreSQL of our own in one folder, for trying Kairan out and for its tests.

It listens on the loopback interface only and asks everybody for a password, because other people
may have accounts on the machine. Everything that `start` needs to know stays in the folder, so a
process that was killed leaves nothing behind that the next one cannot pick up.
"""

import fcntl
import json
import os
import secrets
import socket
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO
from urllib.parse import urlsplit, urlunsplit

from db.embedded_cluster import Passwords, make_cluster, refuse_foreign
from db.embedded_postmaster import Postmaster, clear_leftovers, live_postmaster
from db.embedded_programs import EmbeddedError, embedded_programs, user_name

STOP_SECONDS = 30.0
PORT_TRIES = 5
# Below what Linux (from 32768), macOS and Windows (from 49152) give to connections that go out.
_PORTS = range(20_000, 32_000)
# Its log is kept and read by others than its tables: no statement, no parameter, no detail of an
# error ("Key (login)=(...) already exists"), and no error's words, which may quote a value too. The
# client gets them all, and Kairan logs what is not personal of them.
DISCREET = (
    "log_statement=none",
    "log_min_duration_statement=-1",
    "log_min_error_statement=panic",
    "log_min_messages=log",
    "log_error_verbosity=terse",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
)
UNSAFE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


@dataclass(frozen=True, repr=False)
class Addresses:
    """Three postgresql:// URLs of one database; they hold passwords and are never shown."""

    superuser: str
    owner: str
    server: str

    def in_database(self, name: str) -> "Addresses":
        """The same roles on another database of the same server."""
        urls = (self.superuser, self.owner, self.server)
        return Addresses(*(urlunsplit(urlsplit(url)._replace(path=f"/{name}")) for url in urls))


@dataclass(frozen=True, repr=False)
class Keys:
    """What the next start must know: kept in a file that only its owner reads."""

    port: int
    passwords: Passwords

    def addresses(self) -> Addresses:
        """The URLs of the database `kairan`."""
        at = f"127.0.0.1:{self.port}/kairan"
        return Addresses(
            f"postgresql://postgres:{self.passwords.superuser}@{at}",
            f"postgresql://kairan_owner:{self.passwords.owner}@{at}",
            f"postgresql://kairan_server:{self.passwords.server}@{at}",
        )


class EmbeddedPostgres:
    """The PostgreSQL of one folder; a context manager that starts it and stops it again.

    `fast_and_unsafe` gives up every promise about crashes and is for tests.
    """

    def __init__(self, folder: Path, *, fast_and_unsafe: bool = False) -> None:
        self.folder = folder.absolute().resolve()
        self.fast_and_unsafe = fast_and_unsafe
        self._data = self.folder / "data"
        self._keys_file = self.folder / "keys.json"
        self._log = self.folder / "postgres.log"
        self._programs = embedded_programs(self._data)
        self._lock: IO[str] | None = None
        self._postmaster: Postmaster | None = None

    def __enter__(self) -> Addresses:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> Addresses:
        """Make the cluster if there is none, start it or adopt the running one.

        The first start takes about 2 s, later ones well under one. Raises `EmbeddedError`, whose
        message names the cure.
        """
        self._take_folder()
        try:
            if not self._data.exists():
                self._make()
            refuse_foreign(self._programs, self._data)
            keys = self._read_keys()
            # A process of ours that was killed left its server running: it is as good as new.
            self._postmaster = live_postmaster(self._data)
            if self._postmaster is None:
                clear_leftovers(self._data)
                keys = self._launch(keys)
            else:
                self._postmaster.wait_until_ready()
                keys = replace(keys, port=self._postmaster.port)
        except BaseException:
            # Also for a Ctrl-C: nothing may run that nobody is going to stop.
            self.stop()
            raise
        return keys.addresses()

    def revive(self) -> bool:
        """Start it again on its port where its process is gone; whether that was so.

        Raises `EmbeddedError`. Who is connected by its address need not know.
        """
        if live_postmaster(self._data) is not None:
            return False
        keys = self._read_keys()
        clear_leftovers(self._data)
        if not is_free(keys.port):
            raise EmbeddedError(f"port {keys.port}, which PostgreSQL had, is another program's now")
        if self._launch(keys).port != keys.port:
            raise EmbeddedError(f"PostgreSQL lost its port {keys.port}: start Kairan again")
        return True

    def addresses_if_running(self) -> Addresses | None:
        """The addresses of the cluster that another process serves now; None when it does not run.

        For a look beside a running server: nothing is locked, started or stopped.
        """
        postmaster = live_postmaster(self._data)
        if postmaster is None:
            return None
        return replace(self._read_keys(), port=postmaster.port).addresses()

    def said(self) -> str:
        """What PostgreSQL wrote into its own log, now and at the start before."""
        logs = (self._log.with_suffix(".log.1"), self._log)
        return "".join(log.read_text(errors="replace") for log in logs if log.exists())

    def stop(self) -> None:
        """Stop it, dropping its connections; returns when no process is left. Safe to repeat."""
        if self._lock is None:
            return
        postmaster = self._postmaster or live_postmaster(self._data)
        if postmaster is not None:
            self._pg_ctl("stop", "--mode=fast", f"--timeout={STOP_SECONDS:.0f}")
            if not postmaster.wait_until_gone(STOP_SECONDS):
                self._pg_ctl("stop", "--mode=immediate")
            if not postmaster.wait_until_gone(STOP_SECONDS):
                raise EmbeddedError(
                    f"PostgreSQL (process {postmaster.process.pid}) does not end: see {self._log}"
                )
        self._postmaster = None
        self._lock.close()
        self._lock = None

    def _take_folder(self) -> None:
        """Make the folder and lock it: two processes must never stop each other's server."""
        if self._lock is not None:
            raise EmbeddedError(f"the PostgreSQL in {self.folder} was started already")
        try:
            self._programs.refuse_unreachable(self.folder)
            self._make_folder()
            lock = (self.folder / "lock").open("a+", encoding="ascii")
        except PermissionError as error:
            raise EmbeddedError(
                f"{user_name(os.geteuid())} may not use {self.folder}: run Kairan as the user"
                " who made it, or choose another place with KAIRAN_DATA_DIR"
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise EmbeddedError(
                f"another Kairan (process {holder}) uses {self.folder}: stop that one first, or"
                " choose another place with KAIRAN_DATA_DIR"
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._lock = lock

    def _make_folder(self) -> None:
        # Run by root, PostgreSQL is another user and has to pass through.
        mode = 0o711 if self._programs.account.switch else 0o700
        missing = [place for place in (self.folder.parent, self.folder) if not place.exists()]
        for place in missing:
            place.mkdir(parents=True)
            place.chmod(mode)

    def _make(self) -> None:
        keys = Keys(free_port(), Passwords.random())
        self._write_keys(keys)
        make_cluster(
            self._programs,
            self._data,
            keys.passwords,
            log=self._log,
            sync=not self.fast_and_unsafe,
        )

    def _launch(self, keys: Keys) -> Keys:
        """Start the postmaster on its usual port, or on another where that one is taken."""
        for _ in range(PORT_TRIES):
            if not is_free(keys.port):
                keys = replace(keys, port=free_port())
                self._write_keys(keys)
            self._rotate_log()
            code = self._pg_ctl("start", f"--options={self._options(keys.port)}")
            self._postmaster = live_postmaster(self._data)
            if self._postmaster is not None:
                # pg_ctl gives up after a minute, a recovery may take longer.
                self._postmaster.wait_until_ready()
                return keys
            # Somebody may have taken the port since we looked: then it is not free any more.
            if is_free(keys.port):
                break
        raise EmbeddedError(
            f"PostgreSQL did not start on {self._data} (pg_ctl ended with code {code}):"
            f" the reason is at the end of {self._log}"
        )

    def _options(self, port: int) -> str:
        settings = (
            "listen_addresses=127.0.0.1",
            f"port={port}",
            "unix_socket_directories=",
            "password_encryption=scram-sha-256",
            "timezone=UTC",
            "log_timezone=UTC",
            *DISCREET,
            *(UNSAFE if self.fast_and_unsafe else ()),
        )
        return " ".join(f"-c {setting}" for setting in settings)

    def _pg_ctl(self, command: str, *arguments: str) -> int:
        # Interrupted, pg_ctl still gets the time in which a server that it is starting leaves its
        # process id: without that nobody could stop it.
        return self._programs.run(
            "pg_ctl",
            command,
            f"--pgdata={self._data}",
            "--wait",
            *arguments,
            log=self._log,
            patience=15.0,
        )

    def _rotate_log(self) -> None:
        """A log per start and the one before: enough to explain a crash, and never a full disk."""
        if self._log.exists():
            self._log.replace(self._log.with_suffix(".log.1"))

    def _read_keys(self) -> Keys:
        try:
            found = json.loads(self._keys_file.read_text(encoding="ascii"))
            return Keys(found["port"], Passwords(**found["passwords"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EmbeddedError(
                f"{self._keys_file}, which holds the passwords of {self._data}, is missing or"
                f" damaged: put it back, or remove {self.folder} if it only holds the demo city"
            ) from error

    def _write_keys(self, keys: Keys) -> None:
        # mkstemp makes files that only we can read; the rename replaces the old one whole.
        handle, name = tempfile.mkstemp(dir=self.folder, prefix="keys-")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump(asdict(keys), file)
        Path(name).replace(self._keys_file)


def free_port() -> int:
    """A TCP port that nobody on the loopback interface has now, nor any connection that goes out
    later: PostgreSQL must find it free when it starts, and when it is started again.
    """
    found = next((port for port in secrets.SystemRandom().sample(_PORTS, 500) if is_free(port)), 0)
    if not found:
        raise EmbeddedError(f"no port from {_PORTS[0]} to {_PORTS[-1]} is free: stop what has them")
    return found


def is_free(port: int) -> bool:
    """Whether PostgreSQL could listen there: connections that are just closing do not matter."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
