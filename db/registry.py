"""Registered documents, as whoever owns the database keeps them: in, out, and listed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

import asyncpg

T = TypeVar("T")

_NOT_MIGRATED = (
    asyncpg.InvalidParameterValueError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.InvalidSchemaNameError,
    asyncpg.UndefinedFunctionError,
    asyncpg.UndefinedObjectError,
)
_REGISTER = "select app.register_document($1, $2, $3, $4)"
_REMOVE = "select app.remove_document($1, $2)"
_LIST = "select id, text, registered_at from app.list_documents($1)"


class RegistryError(Exception):
    """Nothing can be registered in this database; the message says why."""


@dataclass(frozen=True)
class Registered:
    """A document and since when it is registered."""

    id: bytes
    text: str
    registered_at: datetime


def id_of(text: str) -> bytes:
    """The id of a document: the SHA-256 of its text in UTF-8, not a character changed."""
    return sha256(text.encode()).digest()


def register(owner_url: str, city: int, texts: Sequence[str], at: datetime) -> list[bool]:
    """Register documents, all or none; for each, whether it is new. Raises RegistryError."""

    async def work(connection: Any) -> list[bool]:
        try:
            return [
                await connection.fetchval(_REGISTER, city, id_of(text), text, at) for text in texts
            ]
        except asyncpg.ForeignKeyViolationError as error:
            raise RegistryError(f"the database has no city {city:05}") from error

    return _as_shelf(owner_url, work)


def remove(owner_url: str, city: int, ids: Sequence[bytes]) -> list[bool]:
    """Remove documents; for each, whether it was there."""

    async def work(connection: Any) -> list[bool]:
        return [await connection.fetchval(_REMOVE, city, id_) for id_ in ids]

    return _as_shelf(owner_url, work)


def registered(owner_url: str, city: int) -> list[Registered]:
    """All documents of a city, the oldest first."""

    async def work(connection: Any) -> list[Registered]:
        return [Registered(**row) for row in await connection.fetch(_LIST, city)]

    return _as_shelf(owner_url, work)


def _as_shelf(owner_url: str, work: Callable[[Any], Awaitable[T]]) -> T:
    async def run() -> T:
        connection = await asyncpg.connect(owner_url)
        try:
            async with connection.transaction():
                # The owner has no right on these rows; he may become the role that has.
                await connection.execute("set local role kairan_shelf")
                return await work(connection)
        finally:
            await connection.close()

    try:
        return asyncio.run(run())
    except _NOT_MIGRATED as error:
        raise RegistryError("the database is of another version: run `kairan migrate`") from error
    except (OSError, asyncpg.PostgresConnectionError) as error:
        raise RegistryError(f"the database cannot be reached: {error}") from error
