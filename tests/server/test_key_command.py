"""`kairan keys`, as an operator types it beside a server that runs."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import jwt
import pytest

from tests.server.running import Running, kairan

NAME = r"[A-Za-z0-9_-]{43}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder that PostgreSQL can reach where it runs as another user."""
    with TemporaryDirectory(prefix="kairan-keys-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def test_an_operator_changes_the_key_of_a_running_server(data_dir: Path) -> None:
    with Running(data_dir, "--demo", WORKERS="2") as server:
        server.ready()
        before = server.sign_in("member@kairan.example", "kairan-demo")
        (old,) = _published(server)

        code, printed = kairan("keys", "rotate", DATA_DIR=str(data_dir))
        assert code == 0
        found = re.fullmatch(rf"({NAME}) signs from {MOMENT}\n", printed)
        assert found is not None
        new = found[1]

        # Noticed within a second, at work a few seconds later, without a restart.
        _until_all_publish(server, [old, new])
        while True:
            after = server.sign_in("member@kairan.example", "kairan-demo")
            if jwt.get_unverified_header(after)["kid"] == new:
                break
        for token in (before, after) * 10:
            answer = server.ask("{ viewer { kind } }", token)
            assert answer["data"] == {"viewer": {"kind": "RESIDENT"}}
        code, printed = kairan("keys", "list", DATA_DIR=str(data_dir))
        assert code == 0
        assert re.fullmatch(
            rf"{old}  - +verifies until {MOMENT}\n{new}  {MOMENT}  signs\n", printed
        )

        assert kairan("keys", "retire", old, DATA_DIR=str(data_dir)) == (
            0,
            f"{old} is no key any more\n",
        )
        _until_all_publish(server, [new])
        refused = httpx.post(
            f"{server.origin}/graphql",
            json={"query": "{ viewer { kind } }"},
            headers={"authorization": f"Bearer {before}"},
        )
        assert refused.status_code == 401
        assert server.ask("{ viewer { kind } }", after)["data"] == {"viewer": {"kind": "RESIDENT"}}


def _until_all_publish(server: Running, names: list[str]) -> None:
    """Each request is answered by either worker: so many alike, and both have noticed."""
    alike = 0
    while alike < 30:
        alike = alike + 1 if _published(server) == names else 0


def _published(server: Running) -> list[str]:
    return [key["kid"] for key in server.get("/.well-known/jwks.json").json()["keys"]]


def test_the_first_key_may_be_made_by_hand_and_the_next_be_announced(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "signing-key.pem"
    code, printed = kairan("keys", "rotate", "--in", "300", SIGNING_KEY_FILE=str(path))
    assert code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    code, printed = kairan("keys", "list", SIGNING_KEY_FILE=str(path))
    assert [line.split("  ")[-1] for line in printed.splitlines()] == ["signs", "will sign"]
    names = re.findall(rf"^{NAME}", printed, re.MULTILINE)
    assert kairan("keys", "retire", names[0], SIGNING_KEY_FILE=str(path)) == (
        1,
        f"Error: {names[0]} signs: run `kairan keys rotate` first, and this when the new one"
        " does\n",
    )


def test_a_file_that_others_can_read_stops_every_command_with_the_cure(data_dir: Path) -> None:
    path = data_dir / "signing-key.pem"
    assert kairan("keys", "rotate", DATA_DIR=str(data_dir))[0] == 0
    path.chmod(0o644)
    cure = f"Run `chmod 600 {path}`, and `kairan keys rotate` if somebody may have read it\n"
    for command in (("keys", "list"), ("keys", "rotate"), ("keys", "retire", "x")):
        code, printed = kairan(*command, DATA_DIR=str(data_dir))
        assert code == 1
        assert printed.startswith(f"Error: {path} can be read or written by others")
        assert printed.endswith(cure)
    code, printed = kairan("serve", DATA_DIR=str(data_dir), PORT="0")
    assert code == 1
    assert printed.endswith(cure)
