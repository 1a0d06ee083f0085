"""HTTP byte by byte, for what a well-behaved client would never send."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

KIND = b'{"query": "{ viewer { kind } }"}'


def post(body: bytes = KIND, *headers: str, length: int | None = None) -> bytes:
    """A whole POST of JSON, its length told truly unless said otherwise."""
    lines = [
        "POST /graphql HTTP/1.1",
        "Host: kairan",
        "Content-Type: application/json",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Answer:
    """A response as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)

    @property
    def refusal(self) -> tuple[int, str, str]:
        """Status, code and message of an answer that holds one error and no data."""
        assert set(self.json) == {"errors"}
        (error,) = self.json["errors"]
        return self.status, error["extensions"]["code"], error["message"]


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Send these bytes."""
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self) -> Answer:
        """The next response, whose length must be told."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(": ")
            assert name.lower() not in headers, head
            headers[name.lower()] = value
        body = await self._reader.readexactly(int(headers["content-length"]))
        return Answer(int(first.split()[1]), headers, body)

    async def closed(self) -> bool:
        """Wait until the server hangs up; whether it says nothing more before."""
        try:
            return await self._reader.read() == b""
        except ConnectionError:
            return True


@asynccontextmanager
async def connected(http: httpx.AsyncClient) -> AsyncIterator[Wire]:
    """A connection of its own to the server that ``http`` speaks to."""
    assert http.base_url.port is not None
    async with connected_to(http.base_url.host, http.base_url.port) as wire:
        yield wire


@asynccontextmanager
async def connected_to(host: str, port: int) -> AsyncIterator[Wire]:
    """A connection to a server at this address."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()
