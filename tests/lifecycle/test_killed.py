"""kill -9, while people publish and read: what was confirmed is there, and nothing twice."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.lifecycle.listening import UNLIMITED, Listened
from tests.lifecycle.load import Load
from tests.server.running import processes_of

pytestmark = pytest.mark.alone


def started(running: Listened, name: str) -> Load:
    """The president of a group, ready to be busy."""
    token = running.sign_in("officer@kairan.example", "kairan-demo")
    answer = running.ask("{ me { memberships { group { id viewerPowers } } } }", token)
    groups = [each["group"] for each in answer["data"]["me"]["memberships"]]
    group = next(each["id"] for each in groups if "PUBLISH" in each["viewerPowers"])
    return Load(running.origin, token, group, name)


async def nothing_is_lost_or_double(load: Load) -> None:
    assert load.published
    assert load.read
    before = await load.found()
    assert {title for title in load.published if title not in before} == set()
    assert {title for title in load.read if before[title] != [True]} == set()
    await load.repeat()
    after = await load.found()
    # Every title once: of those that were not confirmed, too, whether or not they had been made.
    assert {title: len(copies) for title, copies in after.items() if len(copies) != 1} == {}
    assert load.unsure <= set(after)


def postmaster(data_dir: Path) -> psutil.Process:
    return psutil.Process(
        int((data_dir / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
    )


async def a_busy_backend(data_dir: Path) -> psutil.Process:
    async with asyncio.timeout(60):
        while True:
            for child in postmaster(data_dir).children():
                line = " ".join(child.cmdline())
                if "kairan_server" in line and not line.endswith(" idle"):
                    return child
            await asyncio.sleep(0.01)


def readiness(running: Listened) -> tuple[int, str]:
    answer = running.get("/readyz")
    return answer.status_code, answer.json().get("reason", "")


NO_ANSWER = (503, "the database does not answer")


async def test_postgresql_killed_in_mid_mutation_is_started_again_and_nothing_is_lost(
    several: Listened, data_dir: Path
) -> None:
    load = started(several, "postmaster")
    async with load.running():
        await load.until_more_is_published(20)
        postmaster(data_dir).kill()
        await load.until(lambda: readiness(several) == NO_ANSWER)
        await load.until(lambda: readiness(several) == (200, ""))
        await load.until_more_is_published(20)
    assert load.unsure
    await nothing_is_lost_or_double(load)


async def test_one_connection_killed_makes_postgresql_recover_and_nothing_is_lost(
    several: Listened, data_dir: Path
) -> None:
    load = started(several, "backend")
    async with load.running():
        await load.until_more_is_published(20)
        (await a_busy_backend(data_dir)).kill()
        await load.until(lambda: len(load.unsure) > 0)
        await load.until_more_is_published(20)
    await nothing_is_lost_or_double(load)


async def test_a_worker_killed_is_replaced_while_the_others_serve(
    several: Listened, data_dir: Path
) -> None:
    load = started(several, "worker")
    async with load.running():
        await load.until_more_is_published(10)
        victim = several.workers()[0]
        victim.kill()
        await load.until(lambda: victim.pid not in {w.pid for w in several.workers()})
        await load.until(lambda: len(several.workers()) == 3)
        await load.until_more_is_published(20)
    await nothing_is_lost_or_double(load)


async def test_the_whole_server_killed_in_mid_mutation_loses_nothing(
    several: Listened, data_dir: Path
) -> None:
    load = started(several, "server")
    async with load.running():
        await load.until_more_is_published(20)
        orphans = several.workers()
        several.send(signal.SIGKILL)
        await load.until(lambda: len(load.unsure) > 0)
    several.ended()
    # Without the one they work for they end too, and give up the port.
    gone, alive = psutil.wait_procs(orphans, timeout=60)
    assert (len(gone), alive) == (3, [])
    with Listened(data_dir, **UNLIMITED) as again:
        again.ready()
        load.origin = again.origin
        await nothing_is_lost_or_double(load)
        again.send(signal.SIGTERM)
        assert again.ended() == 0


@pytest.fixture(scope="module", autouse=True)
def _no_process_is_left(data_dir: Path) -> Iterator[None]:
    yield
    assert processes_of(data_dir) == []
