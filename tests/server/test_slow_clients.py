"""A whole `kairan serve`, on the loop it runs on in production, and clients who never finish."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from db.embedded import Addresses
from tests.server.running import Running
from tests.server.wire import KIND, connected_to, post


def served(database_url: str, folder: Path, seconds: int) -> Iterator[tuple[str, int]]:
    """The address of a server that waits so long and takes three connections."""
    limits = {"HEADER_SECONDS": str(seconds), "BODY_SECONDS": str(seconds), "CONNECTIONS_MAX": "3"}
    with Running(folder, DATABASE_URL=database_url, **limits) as running:
        url = urlsplit(running.ready().origin)
        assert url.hostname is not None
        assert url.port is not None
        yield url.hostname, url.port


@pytest.fixture(scope="module")
def impatient(
    postgres: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, int]]:
    """Of one that waits a second."""
    yield from served(postgres.server, tmp_path_factory.mktemp("impatient"), 1)


@pytest.fixture(scope="module")
def patient(
    postgres: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, int]]:
    """Of one that waits longer than any of this takes."""
    yield from served(postgres.server, tmp_path_factory.mktemp("patient"), 600)


async def told(address: tuple[str, int], sent: bytes) -> int:
    """The status of what is answered before the server hangs up."""
    async with connected_to(*address) as wire:
        await wire.send(sent)
        answer = await wire.answer()
        assert set(answer.json) == {"errors"}
        assert await wire.closed()
        return answer.status


@pytest.mark.parametrize(
    "sent", [b"POST /graphql HTTP/1.1\r\nHost: kai", post(KIND[:-1], length=len(KIND))]
)
async def test_who_never_finishes_is_told_and_let_go(
    impatient: tuple[str, int], sent: bytes
) -> None:
    assert await told(impatient, sent) == 408


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /" + b"x" * 100_000, 414),
        (b"GET / HTTP/1.1\r\nHost: kairan\r\nX: " + b"x" * 100_000, 431),
        (b"nonsense\r\n\r\n", 400),
    ],
)
async def test_who_sends_too_much_or_nonsense_is_told_and_let_go(
    patient: tuple[str, int], sent: bytes, status: int
) -> None:
    assert await told(patient, sent) == status


async def test_others_are_served_beside_as_many_as_are_let_in(patient: tuple[str, int]) -> None:
    address = patient
    async with connected_to(*address) as slow, connected_to(*address) as other:
        await slow.send(post(KIND[:-1], length=len(KIND)))
        for _ in range(3):
            await other.send(post())
            assert (await other.answer()).json == {"data": {"viewer": {"kind": "ANONYMOUS"}}}
        async with connected_to(*address) as third, connected_to(*address) as fourth:
            await third.send(post())
            assert (await third.answer()).status == 200
            await fourth.send(post())
            assert (await fourth.answer()).status == 503
        await slow.send(KIND[-1:])
        assert (await slow.answer()).status == 200
