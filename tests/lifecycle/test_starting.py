"""Kairan is started together with its database, or before it, or with the wrong address."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from db.embedded import Addresses, free_port
from server.commands.database import DatabaseRefused, served_database
from server.settings.settings import Settings
from tests.robust.wire import Wire


def settings(url: str, folder: Path, wait: int = 60) -> Settings:
    """As an operator sets them."""
    return Settings.from_environ(
        {
            "KAIRAN_DATABASE_URL": url,
            "KAIRAN_DATABASE_WAIT": str(wait),
            "KAIRAN_DATA_DIR": str(folder),
        }
    )


def served(chosen: Settings, said: list[str]) -> str:
    """The URL that it would serve from, when it is ready to."""
    with served_database(chosen, said.append) as url:
        return url


def refusal(chosen: Settings) -> tuple[str, float, list[str]]:
    """Why it refuses, after how many seconds, having said what."""
    said: list[str] = []
    began = time.monotonic()
    with pytest.raises(DatabaseRefused) as caught:
        served(chosen, said)
    return str(caught.value), time.monotonic() - began, said


async def test_a_server_started_before_its_database_waits_and_says_what_for(
    postgres: Addresses, tmp_path: Path
) -> None:
    wire, port = Wire(postgres.server), free_port()
    said: list[str] = []
    url = postgres.server.replace(postgres.server.rpartition("@")[2], f"127.0.0.1:{port}/kairan")
    starting = asyncio.create_task(asyncio.to_thread(served, settings(url, tmp_path), said))

    async def until_it_says(words: str) -> None:
        async with asyncio.timeout(60):
            while not any(words in line for line in said):
                assert not starting.done(), starting.result()
                await asyncio.sleep(0.02)

    await until_it_says("Connect call failed")
    wire.starting = True
    await wire.open(port)
    try:
        await until_it_says("the database system is starting up")
        assert not starting.done()
        wire.starting = False
        assert await asyncio.wait_for(starting, 60) == url
    finally:
        await wire.close()
    assert all(line.startswith("Waiting for the database (") for line in said)
    assert postgres.server.split("@")[0].rpartition(":")[2] not in "".join(said)


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("127.0.0.1:1", "Connect call failed ('127.0.0.1', 1)"),
        # Each C library words it differently.
        ("nowhere.invalid", "[Errno -"),
    ],
)
def test_a_database_that_never_comes_is_named_when_the_wait_is_over(
    tmp_path: Path, host: str, reason: str
) -> None:
    url = f"postgresql://kairan_server:hunter2@{host}/kairan"
    message, seconds, said = refusal(settings(url, tmp_path, wait=1))
    assert 1 <= seconds < 15
    assert message.startswith("the database of KAIRAN_DATABASE_URL cannot be reached: ")
    assert reason in message
    assert reason in said[0]
    assert "hunter2" not in message + "".join(said)


async def test_what_waiting_does_not_mend_is_said_at_once(
    postgres: Addresses, tmp_path: Path
) -> None:
    password = postgres.server.split("@")[0].rpartition(":")[2]
    empty = postgres.in_database("postgres").server
    for url, words in [
        (postgres.server.replace(password, "wrong"), "password authentication failed"),
        (f"{postgres.server}_not_made", 'database "kairan_not_made" does not exist'),
        (postgres.superuser, "role postgres is a superuser"),
        (empty, "the database has no tables of Kairan yet"),
    ]:
        message, seconds, said = await asyncio.to_thread(refusal, settings(url, tmp_path))
        assert words in message
        assert seconds < 15
        assert said == []


async def test_whoever_looks_something_up_does_not_wait(tmp_path: Path) -> None:
    chosen = settings("postgresql://kairan_server:x@127.0.0.1:1/kairan", tmp_path)
    _message, seconds, said = await asyncio.to_thread(refusal, replace(chosen, database_wait=0))
    assert (seconds < 15, said) == (True, [])
