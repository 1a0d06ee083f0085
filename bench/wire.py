"""Counts the statements that reach PostgreSQL, by standing in between: whoever it is that asks.

PostgreSQL says of each statement that it is done, however it was sent (its manual, "Message
Formats"). A statement counts that a request waits for, so BEGIN and COMMIT do, and what a function
runs inside does not.
"""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

# CommandComplete, or PortalSuspended where one row was asked for and no more.
_DONE = (b"C", b"s")
# A client may ask for TLS or GSSAPI before it begins: eight bytes, answered with one.
_REQUEST_LENGTH = 8
_ENCRYPTION_REQUESTS = tuple(
    (_REQUEST_LENGTH).to_bytes(4) + code.to_bytes(4) for code in (80877103, 80877104)
)
_NO_ENCRYPTION = b"N"
_CHUNK = 65_536


class Counter:
    """How many statements were run through it so far."""

    def __init__(self, database_url: str) -> None:
        self._at = urlsplit(database_url)
        self.statements = 0
        self.port = 0

    @property
    def database_url(self) -> str:
        """The database's address by this way."""
        user, _, _host = self._at.netloc.rpartition("@")
        return urlunsplit(self._at._replace(netloc=f"{user}@127.0.0.1:{self.port}"))

    async def _serve(self, ready: threading.Event) -> None:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._end = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        ready.set()
        await self._end.wait()
        server.close()

    async def _connected(self, asking: asyncio.StreamReader, told: asyncio.StreamWriter) -> None:
        answering, asked = await asyncio.open_connection(self._at.hostname, self._at.port)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            first = await asking.readexactly(_REQUEST_LENGTH)
            while first in _ENCRYPTION_REQUESTS:
                told.write(_NO_ENCRYPTION)
                first = await asking.readexactly(_REQUEST_LENGTH)
            asked.write(first)
            await asyncio.gather(_pass_on(asking, asked), self._answer(answering, told))
        asked.close()
        told.close()

    async def _answer(self, answering: asyncio.StreamReader, told: asyncio.StreamWriter) -> None:
        """Pass messages on, one by one: a byte for its kind and four for its length."""
        while kind := await answering.read(1):
            length = await answering.readexactly(4)
            rest = await answering.readexactly(int.from_bytes(length) - 4)
            self.statements += kind in _DONE
            told.write(kind + length + rest)
            await told.drain()
        # Who says goodbye waits for this.
        told.close()


async def _pass_on(asking: asyncio.StreamReader, asked: asyncio.StreamWriter) -> None:
    while chunk := await asking.read(_CHUNK):
        asked.write(chunk)
        await asked.drain()
    asked.close()


@contextlib.contextmanager
def counting(database_url: str) -> Iterator[Counter]:
    """A way to the database that counts, until the end of the block."""
    counter = Counter(database_url)
    ready = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(counter._serve(ready)))  # noqa: SLF001
    thread.start()
    ready.wait()
    try:
        yield counter
    finally:
        counter._loop.call_soon_threadsafe(counter._end.set)  # noqa: SLF001
        thread.join()
