"""Passwords are checked a few at once; a crowd is told to come back, and takes no memory."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from db.embedded import Addresses
from resolvers.errors import ErrorCode, KairanError
from resolvers.hashing import Hashing
from tests.harness.city import City
from tests.harness.kairan import running
from tests.rates.conftest import RIGHT, Resident, answer, told

HOME = "203.0.113.7"


class Work:
    """Something slow, and how many of it ran at the same time."""

    def __init__(self) -> None:
        self.most = self.now = self.done = 0
        self.lock = threading.Lock()
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()

    def __call__(self) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.begun.release()
        assert self.go_on.wait(30)
        with self.lock:
            self.now -= 1
            self.done += 1


async def begun(work: Work, number: int) -> None:
    """Wait until ``number`` are at work."""
    await asyncio.to_thread(work.begun.acquire)
    while work.now < number:
        await asyncio.to_thread(work.begun.acquire)


async def test_a_few_at_once_a_few_wait_and_the_others_are_told() -> None:
    hashing, work = Hashing(at_once=2, waiting=3), Work()
    asking = [asyncio.create_task(hashing.run(work)) for _ in range(5)]
    await begun(work, 2)
    with pytest.raises(KairanError) as refused:
        await hashing.run(work)
    assert refused.value.code is ErrorCode.OVERLOADED
    assert refused.value.extensions == {"retryAfter": 5}
    work.go_on.set()
    await asyncio.gather(*asking)
    assert (work.most, work.done) == (2, 5)
    # There is room again.
    await hashing.run(work)


async def test_whoever_hangs_up_keeps_his_place_until_the_work_is_done() -> None:
    hashing, work = Hashing(at_once=1, waiting=1), Work()
    gone = asyncio.create_task(hashing.run(work))
    await begun(work, 1)
    gone.cancel()
    await asyncio.sleep(0)
    waiting = asyncio.create_task(hashing.run(work))
    await asyncio.sleep(0)
    with pytest.raises(KairanError):
        await hashing.run(work)
    work.go_on.set()
    await waiting
    assert gone.cancelled()
    assert work.most == 1


async def test_signing_in_while_too_many_do_is_refused_and_costs_no_session(
    city: City, hanako: Resident, postgres: Addresses, key_folder: Path
) -> None:
    places: dict[str, Any] = {"passwords_at_once": 1, "passwords_waiting": 0}
    async with running(city, postgres.server, key_folder, **places) as kairan:
        work = Work()
        busy = asyncio.create_task(kairan.app.state.services.hashing.run(work))
        await begun(work, 1)
        for login in (hanako.login, "nobody@kairan.example"):
            whole = await answer(kairan, login, RIGHT, of=HOME)
            assert told(whole) == "OVERLOADED"
            assert whole["errors"][0]["extensions"]["retryAfter"] == 5
        assert await city.fetch("select from kairan.sessions where city = $1") == []
        work.go_on.set()
        await busy
        assert told(await answer(kairan, hanako.login, RIGHT, of=HOME)) == "IN"
