"""Rows that a transaction knows before anybody asks for them: they came along with others."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from db.reading import Rows
from db.transaction import Transaction

# Kinds of rows, by what their ids are of.
MEMBERS = "Member"
GROUPS = "Group"
CIRCULARS = "Circular"
UNREAD = "unread, by group"
OWN_RECEIPTS = "the viewer's receipt, by circular"
ONESELF = "oneself"
# A lock, held while a statement runs that brings such rows.
COMING = "coming"


async def rows_by_ids(
    reading: Transaction,
    kind: str,
    ids: Sequence[UUID],
    read: Callable[[Transaction, Sequence[UUID]], Awaitable[Rows]],
) -> Rows:
    """The rows of ``ids`` that are there, in no order: what is known, the rest by ``read``.

    :param kind: under which ``reading.known`` has them, by id.
    """
    coming: asyncio.Lock | None = reading.known.get(COMING)
    if coming is not None and coming.locked():
        async with coming:
            pass
    known = reading.known.get(kind)
    if known is None:
        return await read(reading, ids) if ids else ()
    here: list[Any] = [known[each] for each in ids if each in known]
    others = [each for each in ids if each not in known]
    return [*here, *await read(reading, others)] if others else here
