"""A whole `kairan serve`, on the loop it runs on in production, and clients who never finish."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import pytest

from tests.server.running import Running
from tests.server.wire import KIND, connected_to, post

pytestmark = pytest.mark.lifecycle

LIMITS = {"HEADER_SECONDS": "1", "BODY_SECONDS": "1", "CONNECTIONS_MAX": "3"}


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    """Of a server that waits a second and takes three connections."""
    with TemporaryDirectory(prefix="kairan-test-") as folder:
        Path(folder).chmod(0o711)
        with Running(Path(folder), **LIMITS) as running:
            url = urlsplit(running.ready().origin)
            assert url.hostname is not None
            assert url.port is not None
            yield url.hostname, url.port


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /graphql HTTP/1.1\r\nHost: kai", 408),
        (post(KIND[:-1], length=len(KIND)), 408),
        (b"GET /" + b"x" * 100_000, 414),
        (b"GET / HTTP/1.1\r\nHost: kairan\r\nX: " + b"x" * 100_000, 431),
        (b"nonsense\r\n\r\n", 400),
    ],
)
async def test_who_never_finishes_is_told_and_let_go(
    address: tuple[str, int], sent: bytes, status: int
) -> None:
    async with connected_to(*address) as wire:
        await wire.send(sent)
        answer = await wire.answer()
        assert answer.status == status
        assert set(answer.json) == {"errors"}
        assert await wire.closed()


async def test_others_are_served_beside_as_many_as_are_let_in(address: tuple[str, int]) -> None:
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
