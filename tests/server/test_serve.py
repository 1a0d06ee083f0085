"""An operator starts Kairan, stops it, kills it, and starts it again."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from server.http.graphiql import ASSETS
from tests.server.running import ROOT, Running, kairan, processes_of

pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """A data folder whose database holds the demo city already."""
    with TemporaryDirectory(prefix="kairan-test-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="module", autouse=True)
def first_start(data_dir: Path) -> str:
    """What the very first start prints; the tests below are later starts."""
    with Running(data_dir, "--demo") as running:
        running.ready().send(signal.SIGTERM)
        assert running.ended() == 0
    return running.printed


def test_the_first_start_tells_what_it_does_and_who_can_sign_in(first_start: str) -> None:
    lines = [line.split("  ")[0] for line in first_start.splitlines()]
    assert lines[1:3] == ["Bringing the tables up to date", "Loading the demo city (once)"]
    assert "Sign in with the password kairan-demo as" in lines
    for login in ("member", "officer", "treasurer", "both", "former", "city", "auditor"):
        assert f"  {login}@kairan.example  " in first_start
    assert lines[-2:] == ["Stopping", "Stopped"]


def test_a_second_start_is_ready_within_five_seconds_and_loads_nothing(data_dir: Path) -> None:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import server.app"], cwd=ROOT, check=True)
    imported = time.monotonic() - began
    began = time.monotonic()
    with Running(data_dir, "--demo") as running:
        running.ready()
        # On a machine that takes a second and a half to read our own code; others have longer.
        assert time.monotonic() - began < 5 * max(1, imported / 1.5)
        assert running.get("/readyz").json() == {"status": "ready"}
        assert running.get("/healthz").json() == {"status": "alive"}
        assert "server" not in running.get("/healthz").headers
        running.send(signal.SIGINT)
        assert running.ended() == 0
    assert "Loading" not in running.printed
    assert processes_of(data_dir) == []


def test_each_of_the_seven_can_sign_in_and_run_every_example(data_dir: Path) -> None:
    examples = re.findall(r"`([^`]+)`", ASSETS["examples.js"].decode())
    assert len(examples) >= 4
    with Running(data_dir, "--demo", RATE_MAIL="off") as running:
        running.ready()
        for login in ("member", "officer", "treasurer", "both", "former", "city", "auditor"):
            token = running.sign_in(f"{login}@kairan.example", "kairan-demo")
            for example in examples:
                answer = running.ask(example, token)
                assert "errors" not in answer, (login, example, answer)
                assert answer["data"]
        running.send(signal.SIGINT)
        assert running.ended() == 0
    # The letters of the sign-ups: where they are is told, and not what they say.
    assert running.printed.count(f"a message was written to {data_dir}/mail/") == 7
    assert "taro@kairan.example" not in running.printed


def test_an_operator_can_ask_why_an_officer_sees_an_address_while_it_serves_and_after(
    data_dir: Path,
) -> None:
    def explained(member: str) -> tuple[int, str]:
        looked = ("--viewer", "both@kairan.example", "--member", member)
        return kairan("explain", "Member.address", *looked, DATA_DIR=str(data_dir))

    with Running(data_dir, "--demo") as running:
        token = running.ready().sign_in("both@kairan.example", "kairan-demo")
        found = running.ask("{ me { memberships { id } } }", token)["data"]["me"]["memberships"]
        code, printed = explained(found[0]["id"])
        assert code == 0
        assert printed.startswith("Member.address\n")
        assert "  - yes is the person\n" in printed
        assert printed.endswith("=> released, where there is a value to release\n")
        assert running.get("/readyz").status_code == 200
        running.send(signal.SIGTERM)
        assert running.ended() == 0
    assert explained(found[0]["id"]) == (0, printed)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_in_flight_gets_its_answer_before_the_end(
    data_dir: Path, number: signal.Signals
) -> None:
    with Running(data_dir) as running:
        with running.ready().unfinished_request() as connection:
            running.send(number)
            running.until_refusing()
            assert running.process.poll() is None
            answer = running.finished(connection)
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
            assert b'"kind":"ANONYMOUS"' in answer.replace(b" ", b"")
        assert running.ended() == 0
    assert processes_of(data_dir) == []


def test_a_second_sigterm_as_make_sends_it_changes_nothing(data_dir: Path) -> None:
    with Running(data_dir) as running:
        with running.ready().unfinished_request() as connection:
            running.send(signal.SIGTERM)
            running.until_refusing()
            running.send(signal.SIGTERM)
            time.sleep(0.5)
            assert running.finished(connection).startswith(b"HTTP/1.1 200 OK\r\n")
        assert running.ended() == 0


def test_a_second_ctrl_c_does_not_wait_for_a_request_that_never_ends(data_dir: Path) -> None:
    with Running(data_dir, DRAIN_SECONDS="600", BODY_SECONDS="600") as running:
        with running.ready().unfinished_request():
            running.send(signal.SIGINT)
            running.until_refusing()
            assert running.process.poll() is None
            running.send(signal.SIGINT)
            assert running.ended() == 0
    assert processes_of(data_dir) == []


def test_a_request_that_never_ends_is_waited_for_no_longer_than_set(data_dir: Path) -> None:
    with Running(data_dir, DRAIN_SECONDS="1", BODY_SECONDS="600") as running:
        with running.ready().unfinished_request() as connection:
            running.send(signal.SIGTERM)
            running.until_refusing()
            began = time.monotonic()
            running.hung_up(connection)
            # Unless it is set, ten seconds.
            assert time.monotonic() - began < 8
        assert running.ended() == 0
    assert processes_of(data_dir) == []


def test_after_a_kill_a_new_start_serves_and_leaves_nothing_behind(data_dir: Path) -> None:
    with Running(data_dir) as running:
        running.ready().send(signal.SIGKILL)
        running.ended()
    assert processes_of(data_dir) != []
    with Running(data_dir) as running:
        assert running.ready().get("/readyz").status_code == 200
        running.send(signal.SIGTERM)
        assert running.ended() == 0
    assert processes_of(data_dir) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_start_that_is_called_off_undoes_itself(data_dir: Path, number: signal.Signals) -> None:
    with Running(data_dir) as running:
        running.until(f"Starting PostgreSQL in {data_dir / 'postgres'}\n").send(number)
        assert running.ended() == 0
    assert "Kairan is ready" not in running.printed
    assert processes_of(data_dir) == []


def test_a_second_kairan_on_the_same_data_is_refused_and_the_first_goes_on(
    data_dir: Path,
) -> None:
    with Running(data_dir) as running:
        running.ready()
        code, printed = kairan("serve", DATA_DIR=str(data_dir), PORT="0")
        assert code == 1
        assert f"Error: another Kairan (process {running.process.pid}) uses" in printed
        assert running.get("/readyz").status_code == 200
        running.send(signal.SIGTERM)
        assert running.ended() == 0


def test_a_taken_port_is_named_before_any_database_is_started() -> None:
    with TemporaryDirectory() as folder, socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, printed = kairan("serve", DATA_DIR=f"{folder}/data", PORT=str(port))
        assert not Path(folder, "data").exists()
    assert (code, printed) == (
        1,
        f"Error: port {port} of 127.0.0.1 is taken: stop the program that listens there (another"
        " Kairan?), or choose another port with KAIRAN_PORT\n",
    )


def test_a_damaged_signing_key_is_named_with_the_cure(data_dir: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("not a key")
    key.chmod(0o600)
    code, printed = kairan("serve", DATA_DIR=str(data_dir), PORT="0", SIGNING_KEY_FILE=str(key))
    assert code == 1
    assert printed.splitlines()[-1].startswith(f"Error: {key}: no signing key can be read")
    assert processes_of(data_dir) == []


def test_an_address_of_another_machine_is_refused() -> None:
    code, printed = kairan("serve", HOST="192.0.2.1")
    assert code == 1
    assert printed == (
        "Error: cannot listen on 192.0.2.1: Cannot assign requested address;"
        " choose another address with KAIRAN_HOST\n"
    )
