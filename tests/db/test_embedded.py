"""The embedded PostgreSQL: made whole, guarded, found again after every kind of death."""

import os
import pwd
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import asyncpg
import psutil
import pytest

from db.embedded import EmbeddedPostgres
from db.embedded_programs import EmbeddedError

pytestmark = pytest.mark.alone

ROOT = Path(__file__).parents[2]
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")

START_AND_WAIT = """
import sys, time
from pathlib import Path
from db.embedded import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1]), fast_and_unsafe=True).start()
print("started", flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="kairan-test-") as made:
        # pytest's own folders are closed to the account that PostgreSQL runs as for root.
        Path(made).chmod(0o711)
        yield Path(made) / "postgres"


@pytest.fixture
def postgres(folder: Path) -> Iterator[EmbeddedPostgres]:
    made = EmbeddedPostgres(folder, fast_and_unsafe=True)
    yield made
    made.stop()


async def ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def postmaster_pid(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def is_running(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def starter(folder: Path) -> subprocess.Popen[str]:
    """Another process that starts the same PostgreSQL and then waits."""
    return subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT, str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


async def test_the_first_start_makes_three_roles_and_only_one_may_do_everything(
    postgres: EmbeddedPostgres,
) -> None:
    addresses = postgres.start()
    roles = await ask(
        addresses.superuser,
        """
        select array_agg(format('%s super=%s createrole=%s bypass=%s login=%s', rolname,
            rolsuper, rolcreaterole, rolbypassrls, rolcanlogin) order by rolname)
        from pg_roles where rolname !~ '^pg_'
        """,
    )
    assert roles == [
        "kairan_owner super=f createrole=t bypass=f login=t",
        "kairan_server super=f createrole=f bypass=f login=t",
        "postgres super=t createrole=t bypass=t login=t",
    ]
    assert await ask(addresses.owner, "select current_user::text") == "kairan_owner"
    assert await ask(addresses.server, "select current_user::text") == "kairan_server"
    assert (
        await ask(
            addresses.server,
            """
            select format('%s %s %s %s', datname, pg_get_userbyid(datdba),
                pg_encoding_to_char(encoding), datcollate)
            from pg_database where datname = current_database()
            """,
        )
        == "kairan kairan_owner UTF8 C"
    )
    assert await ask(addresses.server, "select current_setting('data_checksums')") == "on"


async def test_the_servers_role_can_make_nothing_in_the_database(
    postgres: EmbeddedPostgres,
) -> None:
    addresses = postgres.start()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(addresses.server, "create table public.mine ()")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(addresses.server, "create schema mine")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(addresses.server, "create temporary table mine ()")


async def test_nobody_else_on_the_machine_gets_in_without_the_password(
    postgres: EmbeddedPostgres,
) -> None:
    port = urlsplit(postgres.start().superuser).port
    for user in ("postgres", "kairan_owner", "kairan_server"):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(
                host="127.0.0.1", port=port, user=user, password="guess", database="kairan"
            )


async def test_it_listens_on_the_loopback_interface_only(postgres: EmbeddedPostgres) -> None:
    addresses = postgres.start()
    listening = {
        connection.laddr.ip
        for connection in psutil.Process(postmaster_pid(postgres.folder)).net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    sockets = await ask(addresses.superuser, "select current_setting('unix_socket_directories')")
    assert sockets == ""


def test_passwords_are_in_a_private_file_and_never_shown(postgres: EmbeddedPostgres) -> None:
    addresses = postgres.start()
    assert stat.S_IMODE((postgres.folder / "keys.json").stat().st_mode) == 0o600
    password = urlsplit(addresses.owner).password
    assert password is not None
    assert len(password) == 32
    assert password not in repr(addresses)
    assert password not in (postgres.folder / "postgres.log").read_text()


async def test_data_survive_a_stop_and_a_second_start_within_two_seconds(
    postgres: EmbeddedPostgres,
) -> None:
    first = postgres.start()
    await ask(first.owner, "create table public.kept (word text)")
    await ask(first.owner, "insert into public.kept values ('回覧')")
    pid = postmaster_pid(postgres.folder)
    postgres.stop()
    assert not is_running(pid)
    took = []
    for _ in range(3):
        began = time.monotonic()
        second = postgres.start()
        took.append(time.monotonic() - began)
        assert second == first
        if took[-1] < 2:
            break
        # A busy machine may keep us waiting once or twice.
        postgres.stop()
    assert min(took) < 2, took
    assert await ask(second.owner, "select word from public.kept") == "回覧"


def test_a_stop_drops_connections_and_may_be_repeated(postgres: EmbeddedPostgres) -> None:
    port = urlsplit(postgres.start().server).port
    with socket.create_connection(("127.0.0.1", port)):
        pid = postmaster_pid(postgres.folder)
        postgres.stop()
        postgres.stop()
    assert not is_running(pid)


def test_a_ctrl_c_at_the_terminal_does_not_reach_postgresql(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    pid = postmaster_pid(postgres.folder)
    assert os.getsid(pid) != os.getsid(0)
    assert os.getpgid(pid) != os.getpgid(0)


def test_after_a_kill_of_kairan_the_next_start_takes_over_and_can_stop_it(
    postgres: EmbeddedPostgres,
) -> None:
    other = starter(postgres.folder)
    assert other.stdout is not None
    assert other.stdout.readline() == "started\n"
    pid = postmaster_pid(postgres.folder)
    killed(other)
    assert is_running(pid)
    postgres.start()
    assert postmaster_pid(postgres.folder) == pid
    postgres.stop()
    assert not is_running(pid)


async def test_after_a_kill_of_postgresql_the_next_start_recovers_what_was_committed(
    folder: Path,
) -> None:
    # Safe, because losing nothing is what this is about.
    postgres = EmbeddedPostgres(folder)
    try:
        addresses = postgres.start()
        await ask(addresses.owner, "create table public.kept (word text)")
        await ask(addresses.owner, "insert into public.kept values ('回覧')")
        os.kill(postmaster_pid(folder), signal.SIGKILL)
        postgres.stop()
        addresses = postgres.start()
        assert await ask(addresses.owner, "select word from public.kept") == "回覧"
    finally:
        postgres.stop()


def test_a_process_id_that_now_belongs_to_another_program_is_no_obstacle(
    postgres: EmbeddedPostgres,
) -> None:
    postgres.start()
    pid_file = postgres.folder / "data" / "postmaster.pid"
    left = pid_file.read_text()
    postgres.stop()
    pid_file.write_text(re.sub(r"^\d+", str(os.getpid()), left))
    postgres.start()
    assert postmaster_pid(postgres.folder) != os.getpid()


def test_a_first_start_that_was_killed_leaves_nothing_that_counts(
    postgres: EmbeddedPostgres,
) -> None:
    other = starter(postgres.folder)
    deadline = time.monotonic() + 60
    while not list(postgres.folder.glob("making-*/data/PG_VERSION")):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    killed(other)
    assert not (postgres.folder / "data").exists()
    postgres.start()
    assert list(postgres.folder.glob("making-*")) == []


def test_a_second_kairan_is_told_which_process_uses_the_folder(
    postgres: EmbeddedPostgres,
) -> None:
    postgres.start()
    message = rf"another Kairan \(process {os.getpid()}\) uses {postgres.folder}: stop that one"
    with pytest.raises(EmbeddedError, match=message):
        EmbeddedPostgres(postgres.folder).start()
    # And the refused one has not stopped what it was refused.
    assert is_running(postmaster_pid(postgres.folder))


async def test_a_port_taken_by_somebody_else_is_given_up(postgres: EmbeddedPostgres) -> None:
    before = urlsplit(postgres.start().server).port
    assert before is not None
    postgres.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", before))
        other.listen()
        addresses = postgres.start()
    assert urlsplit(addresses.server).port != before
    assert await ask(addresses.server, "select 1") == 1


def test_a_folder_of_another_major_version_is_refused(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedError, match=r"made by PostgreSQL 17, and this Kairan brings 18"):
        postgres.start()


def test_lost_passwords_are_explained(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.folder / "keys.json").unlink()
    with pytest.raises(EmbeddedError, match=r"keys\.json.* missing or damaged: put it back"):
        postgres.start()


@only_root
def test_a_folder_of_another_user_is_refused_with_the_cure(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    os.chown(postgres.folder / "data", 54321, 54321)
    with pytest.raises(EmbeddedError, match=r"belongs to uid 54321, .*: run Kairan as uid 54321"):
        postgres.start()


@only_root
def test_data_made_as_nobody_stay_with_nobody(folder: Path) -> None:
    """`nobody` made them before somebody installed another PostgreSQL and its account."""
    nobody = pwd.getpwnam("nobody")
    folder.mkdir(mode=0o711)
    given = folder / "data"
    given.mkdir()
    os.chown(given, nobody.pw_uid, nobody.pw_gid)
    later = EmbeddedPostgres(folder, fast_and_unsafe=True)
    given.rmdir()
    try:
        later.start()
        process = psutil.Process(postmaster_pid(folder))
        assert process.username() == "nobody"
    finally:
        later.stop()


@only_root
def test_root_is_told_which_folder_is_closed_to_postgresql(folder: Path) -> None:
    folder.parent.chmod(0o700)
    with pytest.raises(EmbeddedError, match=rf"may not enter {folder.parent}: run Kairan as an"):
        EmbeddedPostgres(folder).start()
    assert not folder.exists()
