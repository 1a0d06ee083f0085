"""Several workers, one port: what each counted is added up, and stays when one is killed."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from db.embedded import Addresses, free_port
from server.settings.settings import Settings
from server.watch.exposition import SharedMetrics
from tests.lifecycle.listening import Listened
from tests.watch.scraped import Scraped, of_port

pytestmark = pytest.mark.alone
KIND = "query Who { viewer { kind } }"


def until(port: int, condition: str, seconds: float = 60) -> Scraped:
    """The first reading of which the condition holds."""
    end = time.monotonic() + seconds
    while True:
        found = of_port(port)
        if eval(condition, {"found": found}):  # noqa: S307
            return found
        assert time.monotonic() < end, f"never: {condition}\n{found.text}"
        time.sleep(0.05)


def lines_of_requests(running: Listened) -> list[str]:
    """What was logged of the requests that it answered."""
    return [line for line in running.printed.splitlines() if '"event":"request"' in line]


def test_what_several_workers_count_is_one_number_that_outlives_them(
    postgres: Addresses, tmp_path: Path
) -> None:
    port = free_port()
    with Listened(
        tmp_path,
        "--workers",
        "2",
        DATABASE_URL=postgres.server,
        METRICS_PORT=str(port),
        POOL_SIZE="2",
    ) as running:
        running.ready()
        for _ in range(20):
            running.ask(KIND)
        found = until(port, "found('requests_total', kind='query', status='200') == 20")
        assert found("request_seconds_count", kind="query") == 20
        assert found("pool_size") == 4
        # Of what each worker says of itself there is one, and not the sum.
        assert found("ledger_months_ahead") == 14
        assert found("build_info") == 1
        assert {v for name, label, v in found.labels() if label == "worker"} == {"0", "1"}
        assert "pid" not in {label for _, label, _ in found.labels()}

        began = found("process_start_time_seconds", worker="0")
        victim = next(
            child.pid for child in running.workers() if abs(child.create_time() - began) < 0.02
        )
        # Lines are written ten times a second: what is not yet dies with the process.
        end = time.monotonic() + 60
        while len(lines_of_requests(running)) < 20:
            assert time.monotonic() < end
            time.sleep(0.05)
        os.kill(victim, signal.SIGKILL)
        found = until(port, f"found('process_start_time_seconds', worker='0') > {began}")
        found = until(port, "found('pool_size') == 4")
        assert found("requests_total", kind="query", status="200") == 20
        running.ask(KIND)
        until(port, "found('requests_total', kind='query', status='200') == 21")
        running.send(signal.SIGTERM)
        assert running.ended() == 0
    assert list((tmp_path / "metrics").iterdir()) == []
    requests = lines_of_requests(running)
    assert len(requests) == 21
    assert all('"operation":"Who"' in line for line in requests)


def test_files_of_a_server_that_was_killed_are_removed_and_those_of_one_that_lives_are_not(
    tmp_path: Path,
) -> None:
    nobody = 2**22 + 1
    for name in (str(nobody), str(os.getppid())):
        (tmp_path / "metrics" / name).mkdir(parents=True)
    metrics = SharedMetrics(tmp_path)
    assert sorted(each.name for each in (tmp_path / "metrics").iterdir()) == sorted(
        [str(os.getpid()), str(os.getppid())]
    )
    assert metrics.folder.name == str(os.getpid())


def test_a_file_that_a_worker_is_just_making_does_not_make_the_others_unreadable(
    tmp_path: Path,
) -> None:
    metrics = SharedMetrics(tmp_path)
    new = metrics.folder / "counter_1.db"
    new.touch()
    registry = metrics.registry()
    threading.Timer(0.1, new.unlink).start()
    assert generate_latest(registry) == b""
    assert not new.exists()


def test_settings_tell_the_port_and_none_is_the_default() -> None:
    assert Settings.from_environ({}).metrics_port == 0
    assert Settings.from_environ({"KAIRAN_METRICS_PORT": "9464"}).metrics_port == 9464
