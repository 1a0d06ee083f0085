"""Circulars and whom they reached."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db.reading import Row
from db.statements import circulars as statements
from db.statements import receipts
from db.transaction import Transaction
from resolvers.aligning import many_each, one_each
from resolvers.knowing import CIRCULARS, OWN_RECEIPTS, UNREAD, at_once, by, rows_by_ids
from resolvers.operation import Operation
from resolvers.pages import pages, window
from resolvers.visibility import visible_by_id


async def of_groups(
    groups: Sequence[Any], operation: Operation, *, first: int | None, after: str | None
) -> list[Any]:
    """A page of each group's circulars that the viewer may read, newest first."""
    asked = window(operation, first, after)
    rows = await statements.page(
        operation.reading,
        [group["id"] for group in groups],
        first=asked.with_one_more,
        after=asked.after,
        with_bodies=operation.fields is None or "Circular.body" in operation.fields,
    )
    return pages(rows, len(groups), asked)


_unread_rows = by(UNREAD, "id")


def _unread(groups: Sequence[Any], operation: Operation) -> list[Any] | None:
    rows = _unread_rows(groups, operation)
    return None if rows is None else [row["unread"] for row in rows]


@at_once(_unread)
async def unread_in(groups: Sequence[Any], operation: Operation) -> list[Any]:
    """How many published circulars of each group the viewer has not marked read."""
    keys = [group["id"] for group in groups]
    rows = await rows_by_ids(operation.reading, UNREAD, keys, statements.unread)
    return [row["unread"] for row in one_each(rows, keys, "group_id")]


def _known(ids: Sequence[UUID], operation: Operation) -> list[Any] | None:
    known = operation.known(CIRCULARS)
    if known is None or not known.keys() >= set(ids):
        return None
    return visible_by_id("Circular", [known[each] for each in ids], ids, operation)


@at_once(_known)
async def by_ids(ids: Sequence[UUID], operation: Operation) -> list[Any]:
    """Circulars by id where the viewer may read them, or None."""
    rows = await rows_by_ids(operation.reading, CIRCULARS, ids, statements.by_ids)
    return visible_by_id("Circular", rows, ids, operation)


async def versions_of(circulars: Sequence[Any], operation: Operation) -> list[Any]:
    """The earlier words of each circular, newest first."""
    keys = [circular["id"] for circular in circulars]
    return many_each(await statements.versions(operation.reading, keys), keys, "circular_id")


@at_once(by(OWN_RECEIPTS, "id"))
async def own_receipts_of(circulars: Sequence[Any], operation: Operation) -> list[Any]:
    """The viewer's own receipt of each circular, or None where he is no recipient."""
    keys = [circular["id"] for circular in circulars]
    rows = await rows_by_ids(operation.reading, OWN_RECEIPTS, keys, receipts.own)
    return one_each(rows, keys, "circular_id")


def note_read(reading: Transaction, circular: Row, fields: frozenset[str] | None) -> None:
    """Remember a circular and the viewer's receipt of it, as the statement gave them that marked it
    read.

    :param fields: what the document asks for: the statement knows nothing of paper.
    """
    reading.known[CIRCULARS] = {circular["id"]: circular}
    if fields is None or "Receipt.paperAt" in fields:
        return
    # Nor does it tell who was in a han or an office when it was published.
    if circular["audience"] == "ALL" and circular["began_at"] <= circular["published_at"]:
        receipt = {
            "circular_id": circular["id"],
            "id": circular["membership_id"],
            "group_id": circular["group_id"],
            "resident_id": reading.viewer.person,
            "member_status": "ACTIVE",
            "delivered_at": circular["delivered_at"],
            "read_at": circular["read_at"],
            "state": "READ",
        }
        reading.known[OWN_RECEIPTS] = {circular["id"]: receipt}
