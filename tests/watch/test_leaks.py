"""The search of the whole run's log for people: that it finds them, and fails the run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.leaks import demo_values, leaks
from tests.harness.suite_log import suite_log, without_welcome

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def demo() -> set[str]:
    """Every personal value of the demo city."""
    return demo_values()


@pytest.mark.parametrize(
    "value", ["高橋 花子", "タカハシ", "花子", "090-0000-0824", "member@kairan.example", "070-9905"]
)
def test_the_values_searched_for_are_those_of_the_demo_city(value: str, demo: set[str]) -> None:
    assert value in demo or any(value in longer for longer in demo)


@pytest.mark.parametrize(
    "line",
    [
        '{"event":"高橋 花子 signed in"}',
        '{"event":"\\u9ad8\\u6a4b signed in"}',
        '{"event":"x","operation":"タカハシ"}',
        "ERROR:  Key (login)=(member@kairan.example) already exists.",
        '{"event":"calls 0166-22-1111"}',
        '{"event":"calls 090-0000-0824 back"}',
        '{"token":"eyJhbGciOiJFZERTQSJ9.e30.x"}',
        '{"hash":"$argon2id$v=19$m=65536"}',
        '{"who":"018ebb01-2c00-4070-a0a8-c8d1c6ecc3fb"}',
    ],
)
def test_a_line_with_a_person_in_it_is_found(line: str, demo: set[str]) -> None:
    assert list(leaks(f'{{"event":"fine"}}\n{line}\n{{"event":"fine"}}', demo))


def test_a_value_of_a_tests_own_person_is_found_as_a_word_and_not_within_one() -> None:
    values = {"Kenji Sato", "Saru"}
    assert list(leaks('{"event":"Kenji Sato came"}', values))
    assert not list(leaks('{"event":"Sarumono came"}', values))


def test_a_line_without_anybody_is_not_found(demo: set[str]) -> None:
    fine = (
        '{"time":"2026-11-23T10:07:06.298187Z","level":"info","logger":"kairan.request",'
        '"event":"request","request_id":"090000008240900000082409000000824a","kind":"query",'
        '"status":200,"duration_ms":12.34,"operation":"Roster","statements":4}\n'
        "2026-11-23 10:35:24.290 UTC [22591] LOG:  starting PostgreSQL 18.6 on x86_64"
    )
    assert list(leaks(fine, demo)) == []


def test_the_welcome_with_its_logins_is_no_log() -> None:
    welcome = "  member@kairan.example  plain member of two groups: sees his own data"
    assert without_welcome(f"{welcome}, nobody else's\nStopping") == "Stopping"
    assert "member@kairan.example" in without_welcome("refused member@kairan.example")


def run_with(tmp_path: Path, message: str, *options: str) -> tuple[int, str]:
    """A run of its own, of one test that logs ``message``."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_planted.py").write_text(
        f"import logging\ndef test_planted():\n    logging.getLogger('kairan').error({message!r})\n"
    )
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "tests.harness.log_plugin"),
            *(*options, str(tmp_path)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return finished.returncode, finished.stdout


def test_a_run_in_which_a_name_was_logged_fails_though_every_test_passed(tmp_path: Path) -> None:
    code, printed = run_with(tmp_path, "高橋 花子 signed in")
    assert code == 1
    assert "Personal values in the logs" in printed
    assert 'suite: Japanese, \'高橋\', in: {"level":"error"' in printed
    assert run_with(tmp_path, "somebody signed in")[0] == 0


def test_so_does_one_of_several_processes_in_one_of_which_it_was_logged(tmp_path: Path) -> None:
    code, printed = run_with(tmp_path, "高橋 花子 signed in", "-n", "2")
    assert code == 1
    assert re.search(r"gw\d, suite: Japanese, '高橋', in: ", printed)


def test_this_run_is_searched_too(tmp_path: Path) -> None:
    log = suite_log()
    log.add("planted-by-a-test", "")
    assert any(file.name.startswith("planted-by-a-test") for file in log.folder.glob("*.log"))
    assert log.own.parent == log.folder
