"""The wire between the server and its database, which can be cut or stalled at a statement."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlsplit, urlunsplit


class Fault(Enum):
    """What happens to the connection on which the awaited statement is sent."""

    CUT = "before the statement arrives"
    ANSWER_LOST = "after it was done, before its answer arrives"
    STALL = "nothing comes through any more"


@dataclass
class Trap:
    """The next ``times`` connections that send ``text`` meet ``fault``, ``after`` some others."""

    text: bytes
    fault: Fault
    times: int
    # How often the text may pass before.
    after: int = 0
    sprung: asyncio.Event = field(default_factory=asyncio.Event)


# ErrorResponse of a server that is not ready (PostgreSQL: Frontend/Backend Protocol, 57P03).
_FIELDS = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"
STARTING_UP = b"E" + (len(_FIELDS) + 4).to_bytes(4, "big") + _FIELDS


class Wire:
    """A TCP relay on the loopback interface; while ``starting`` it answers as PostgreSQL would."""

    def __init__(self, url: str) -> None:
        self._there = urlsplit(url)
        self._trap: Trap | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.url = ""
        self.starting = False

    def at(self, text: str | bytes, fault: Fault, *, times: int = 1, after: int = 0) -> Trap:
        """Set the trap: it springs on whoever sends ``text`` to the database."""
        sent = text.encode() if isinstance(text, str) else text
        self._trap = Trap(sent, fault, times, after)
        return self._trap

    async def open(self, port: int = 0) -> None:
        """Listen, at ``url``."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        port = self._server.sockets[0].getsockname()[1]
        account = self._there.netloc.rpartition("@")[0]
        self.url = urlunsplit(self._there._replace(netloc=f"{account}@127.0.0.1:{port}"))

    async def close(self) -> None:
        """End every connection."""
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        if self.starting:
            await self._decline(here, back)
            return
        host, port = self._there.hostname, self._there.port
        there, forth = await asyncio.open_connection(host, port)
        line = _Line(self, here, back, there, forth)
        self._writers |= {back, forth}
        pumps = [asyncio.create_task(line.forward()), asyncio.create_task(line.answer())]
        self._tasks.update(pumps)
        await asyncio.gather(*pumps, return_exceptions=True)
        for writer in (back, forth):
            writer.transport.abort()
            self._writers.discard(writer)

    async def _decline(self, here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        # First it is asked for TLS, which it does not have; then who wants to come in.
        if b"\x04\xd2\x16\x2f" in await here.read(65536):
            back.write(b"N")
            await here.read(65536)
        back.write(STARTING_UP)
        back.close()

    def meets(self, sent: bytes) -> Fault | None:
        """What happens to a connection that sends this."""
        trap = self._trap
        if trap is None or trap.text not in sent:
            return None
        if trap.after:
            trap.after -= 1
            return None
        trap.times -= 1
        if trap.times == 0:
            self._trap = None
            trap.sprung.set()
        return trap.fault


@dataclass
class _Line:
    wire: Wire
    here: asyncio.StreamReader
    back: asyncio.StreamWriter
    there: asyncio.StreamReader
    forth: asyncio.StreamWriter
    deaf: bool = False

    async def forward(self) -> None:
        while sent := await self.here.read(65536):
            fault = self.wire.meets(sent)
            if fault is Fault.CUT:
                break
            if fault is Fault.STALL:
                self.deaf = True
            if fault is Fault.ANSWER_LOST:
                self.deaf = True
                self.forth.write(sent)
                # Whatever it answers, it has done what it was asked.
                with contextlib.suppress(ConnectionError):
                    await asyncio.wait_for(self._answered.wait(), 10)
                break
            if not self.deaf:
                self.forth.write(sent)
                await self.forth.drain()
        self.back.transport.abort()
        self.forth.transport.abort()

    async def answer(self) -> None:
        while got := await self.there.read(65536):
            if self.deaf:
                self._answered.set()
                continue
            self.back.write(got)
            await self.back.drain()
        if not self.deaf:
            self.back.transport.abort()

    def __post_init__(self) -> None:
        self._answered = asyncio.Event()


@contextlib.asynccontextmanager
async def wire_to(url: str) -> AsyncIterator[Wire]:
    """A wire to the database at ``url``; everything on it ends with it."""
    wire = Wire(url)
    await wire.open()
    try:
        yield wire
    finally:
        await wire.close()
