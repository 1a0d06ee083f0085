"""Several processes answer at one address, and those who fail are replaced."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from db.embedded import Addresses
from server.processes import workers
from server.processes.workers import WorkersFailed
from tests.lifecycle.crew import working

pytestmark = pytest.mark.alone


async def test_as_many_serve_as_the_operator_set_and_all_end_when_asked(
    postgres: Addresses, key_folder: Path
) -> None:
    async with working(postgres.server, key_folder, workers=3) as crew:
        assert len(crew.pids()) == 3
        async with httpx.AsyncClient(base_url=crew.origin) as http:
            assert (await http.get("/readyz")).json() == {"status": "ready"}
        crew.end()
        await crew.over
    assert refused(crew.origin)


async def test_who_dies_is_replaced_at_once_and_who_dies_again_a_little_later(
    postgres: Addresses, key_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with working(postgres.server, key_folder, workers=1) as crew:
        before: set[int] = set()
        for _ in range(3):
            (victim,) = crew.pids() - before
            before.add(victim)
            os.kill(victim, signal.SIGKILL)
            await crew.until(lambda: crew.pids() - before != set())
        async with httpx.AsyncClient(base_url=crew.origin) as http:
            assert (await http.get("/readyz")).status_code == 200
    pauses = re.findall(r"ended with code -9: another one starts in (\S+) s", caplog.text)
    assert pauses == ["0.0", "0.5", "1.0"]


async def test_a_worker_that_stands_still_is_killed_and_replaced(
    postgres: Addresses,
    key_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with working(postgres.server, key_folder) as crew:
        monkeypatch.setattr(workers, "_SILENCE_SECONDS", 5.0)
        victim = min(crew.pids())
        os.kill(victim, signal.SIGSTOP)
        await crew.until(lambda: victim not in crew.pids() and len(crew.pids()) == 2)
        assert f"worker {victim} stands still and is killed" in caplog.text


async def test_workers_that_cannot_start_are_not_started_for_ever(
    postgres: Addresses, tmp_path: Path
) -> None:
    key = tmp_path / "key.pem"
    key.write_text("not a key")
    with pytest.raises(WorkersFailed, match="ended with code 1 while starting"):
        async with working(postgres.server, tmp_path, signing_key_file=key):
            pytest.fail("they came up")


async def test_a_balancer_is_told_before_the_end_and_who_is_in_flight_gets_an_answer(
    postgres: Addresses, key_folder: Path
) -> None:
    over = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"query": "{ viewer { kind } }"'
        await over.wait()
        yield b"}"

    async with working(postgres.server, key_folder, workers=1, stop_delay=5) as crew:
        async with httpx.AsyncClient(base_url=crew.origin, timeout=60) as http:
            assert await crew.ready_says(http) == (200, "kept")
            asking = asyncio.create_task(http.post("/graphql", content=slowly(), headers=IS_JSON))
            await asyncio.sleep(0.3)
            crew.end()
            # For five seconds it serves on, but asks everybody to go elsewhere.
            while (said := await crew.ready_says(http)) != (503, "close"):
                assert said in {(200, "kept"), (503, "kept")}
                await asyncio.sleep(0.05)
            answer = await http.post("/graphql", json={"query": "{ viewer { kind } }"})
            assert (answer.status_code, answer.headers["connection"]) == (200, "close")
            # Then it takes nobody any more, and waits for who is in flight.
            await crew.until(lambda: refused(crew.origin))
            assert not crew.over.done()
            over.set()
            assert (await asking).json() == {"data": {"viewer": {"kind": "ANONYMOUS"}}}
            await crew.over


async def test_a_connection_that_is_kept_open_does_not_hold_up_the_end(
    postgres: Addresses, key_folder: Path
) -> None:
    async with working(postgres.server, key_folder, drain_seconds=60) as crew:
        async with httpx.AsyncClient(base_url=crew.origin) as http:
            assert (await http.get("/readyz")).status_code == 200
            crew.end()
            async with asyncio.timeout(50):
                await crew.over


IS_JSON = {"Content-Type": "application/json"}


def refused(origin: str) -> bool:
    try:
        httpx.get(f"{origin}/healthz", timeout=60)
    except (httpx.NetworkError, httpx.RemoteProtocolError):
        return True
    return False
