"""Making the embedded cluster: all of it or nothing, with its roles and its database."""

import os
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from db.embedded_programs import EmbeddedError, Programs, user_name

REMOVAL_TRIES = 50
REMOVAL_PAUSE = 0.1

# Single-user mode takes one command a line. The names are fixed and the passwords are base64url,
# so nothing here needs quoting.
BOOTSTRAP = """\
create role kairan_owner login createrole nosuperuser nobypassrls password '{owner}'
create role kairan_server login nosuperuser nobypassrls password '{server}'
grant kairan_server to kairan_owner with admin true, inherit false, set false
create database kairan owner kairan_owner template template0 encoding 'UTF8' locale 'C'
revoke all on database kairan from public
grant connect on database kairan to kairan_server
"""


@dataclass(frozen=True, repr=False)
class Passwords:
    """One per role; 192 random bits each, and never shown."""

    superuser: str
    owner: str
    server: str

    @classmethod
    def random(cls) -> "Passwords":
        """New ones."""
        return cls(*(secrets.token_urlsafe(24) for _ in range(3)))


def make_cluster(
    programs: Programs, data: Path, passwords: Passwords, *, log: Path, sync: bool
) -> None:
    """Make a complete cluster at `data`, which must not exist.

    It is made beside its place and renamed when complete, so an interrupted start leaves no half
    of one that a later start would take for whole.
    """
    sweep(data)
    workshop = data.with_name(f"making-{secrets.token_hex(4)}")
    workshop.mkdir(mode=0o700)
    try:
        hand_over(workshop, programs)
        making = workshop / "data"
        initialise(programs, making, passwords, log=log, sync=sync)
        create_roles_and_database(programs, making, passwords, log=log, sync=sync)
        making.rename(data)
    finally:
        remove(workshop)


def sweep(data: Path) -> None:
    """Remove what interrupted makings of `data` left."""
    for leftover in data.parent.glob("making-*"):
        remove(leftover)


def remove(folder: Path) -> None:
    """Remove it, even while an initdb whose caller was killed still writes into it."""
    for _ in range(REMOVAL_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            break
        time.sleep(REMOVAL_PAUSE)


def initialise(
    programs: Programs, making: Path, passwords: Passwords, *, log: Path, sync: bool
) -> None:
    password_file = making.with_name("password")
    password_file.touch(mode=0o600)
    password_file.write_text(passwords.superuser, encoding="ascii")
    hand_over(password_file, programs)
    code = programs.run(
        "initdb",
        f"--pgdata={making}",
        "--username=postgres",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        # No ICU in these programs. Japanese is sorted by its kana, whose code points are in order.
        "--locale=C",
        "--no-instructions",
        *(() if sync else ("--no-sync",)),
        log=log,
    )
    if code != 0:
        raise EmbeddedError(f"initdb failed with code {code}: the reason is at the end of {log}")


def create_roles_and_database(
    programs: Programs, making: Path, passwords: Passwords, *, log: Path, sync: bool
) -> None:
    """Without a postmaster: an interruption leaves no server behind on a folder that is going."""
    script = BOOTSTRAP.format(owner=passwords.owner, server=passwords.server)
    code = programs.run(
        "postgres",
        "--single",
        "-D",
        making,
        "-c",
        "exit_on_error=on",
        # A failing statement would otherwise be logged, password and all.
        "-c",
        "log_min_error_statement=panic",
        *(() if sync else ("-F",)),
        "postgres",
        stdin=script.encode(),
        log=log,
    )
    if code != 0:
        raise EmbeddedError(
            f"creating roles and database failed with code {code}:"
            f" the reason is at the end of {log}"
        )


def hand_over(path: Path, programs: Programs) -> None:
    """Give `path` to the account that PostgreSQL runs as."""
    account = programs.account
    if account.switch:
        os.chown(path, account.uid, account.gid)


def refuse_foreign(programs: Programs, data: Path) -> None:
    """Raise unless `data` belongs to the account and was made by the same major version."""
    account = programs.account
    owner = data.stat().st_uid
    if owner != account.uid:
        raise EmbeddedError(
            f"{data} belongs to {user_name(owner)}, and PostgreSQL would run as {account.name}:"
            f" run Kairan as {user_name(owner)}, or choose another place with KAIRAN_DATA_DIR,"
            f" or `chown -R {account.name} {data}`"
        )
    made_by = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    ours = major_version(programs)
    if made_by != ours:
        raise EmbeddedError(
            f"{data} was made by PostgreSQL {made_by}, and this Kairan brings {ours}:"
            f" move its data with pg_dump of version {made_by}, or choose another place with"
            f" KAIRAN_DATA_DIR, or remove {data.parent} if it only holds the demo city"
        )


def major_version(programs: Programs) -> str:
    """The major version of the programs, such as "18": the control file is laid out for it."""
    # The catalogue that initdb loads begins "# PostgreSQL 18".
    catalogue = programs.folder.parent / "share" / "postgres.bki"
    with catalogue.open(encoding="ascii") as lines:
        return lines.readline().split()[-1]
