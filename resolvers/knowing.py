"""Rows that a transaction knows before anybody asks for them: they came along with others."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from db.reading import Rows
from db.transaction import Transaction
from resolvers.operation import Operation

# Kinds of rows, by what their ids are of.
MEMBERS = "Member"
GROUPS = "Group"
CIRCULARS = "Circular"
UNREAD = "unread, by group"
OWN_RECEIPTS = "the viewer's receipt, by circular"
ONESELF = "oneself"
# A lock, held while a statement runs that brings such rows.
COMING = "coming"

# What a batch function would give for all of its parents, or None where it has to ask.
Finder = Callable[[Sequence[Any], Operation], Sequence[Any] | None]
B = TypeVar("B")
_FINDERS: dict[Any, Finder] = {}


def at_once(find: Finder) -> Callable[[B], B]:
    """Say of a batch function without arguments what tells beforehand what it would give.

    A column that is known needs no turn of the event loop.
    """

    def said(batch: B) -> B:
        _FINDERS[batch] = find
        return batch

    return said


def finder_of(batch: Any) -> Finder | None:
    """What was said of a batch function by :func:`at_once`."""
    return _FINDERS.get(batch)


def by(kind: str, key: str) -> Finder:
    """Finds the rows known under ``kind`` by what parents have under ``key``."""

    def find(parents: Sequence[Any], operation: Operation) -> Sequence[Any] | None:
        known = operation.known(kind)
        if known is None:
            return None
        try:
            return [known[parent[key]] for parent in parents]
        except KeyError:
            return None

    return find


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
