"""Circulars and whom they reached."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db.statements import circulars as statements
from db.statements import receipts
from permissions.policy import POLICY
from resolvers.aligning import many_each, one_each
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
    )
    return list(pages(rows, len(groups), asked))


async def unread_in(groups: Sequence[Any], operation: Operation) -> list[Any]:
    """How many published circulars of each group the viewer has not marked read."""
    keys = [group["id"] for group in groups]
    rows = one_each(await statements.unread(operation.reading, keys), keys, "group_id")
    return [row["unread"] for row in rows]


async def by_ids(ids: Sequence[UUID], operation: Operation) -> list[Any]:
    """Circulars by id where the viewer may read them, or None."""
    return visible_by_id(
        "Circular", await statements.by_ids(operation.reading, ids), ids, operation
    )


async def versions_of(circulars: Sequence[Any], operation: Operation) -> list[Any]:
    """The earlier words of each circular, newest first."""
    keys = [circular["id"] for circular in circulars]
    return many_each(await statements.versions(operation.reading, keys), keys, "circular_id")


async def receipts_of(
    circulars: Sequence[Any],
    operation: Operation,
    *,
    state: str | None,
    first: int | None,
    after: str | None,
) -> list[Any]:
    """A page of each circular's recipients and what they did with it."""
    asked = window(operation, first, after)
    rows = await receipts.page(
        operation.reading,
        [circular["id"] for circular in circulars],
        places_in=POLICY["Member.han"].open_groups(operation.viewer),
        state=state,
        first=asked.with_one_more,
        after=asked.after,
        to_some=_any_is_to_some(circulars),
    )
    return list(pages(rows, len(circulars), asked))


async def summaries_of(circulars: Sequence[Any], operation: Operation) -> list[Any]:
    """The counts of each circular's recipients, as far as they are shown to the viewer."""
    keys = [circular["id"] for circular in circulars]
    rows = await receipts.summary(
        operation.reading,
        keys,
        places_in=POLICY["Member.han"].open_groups(operation.viewer),
        to_some=_any_is_to_some(circulars),
    )
    return one_each(rows, keys, "circular_id")


def _any_is_to_some(circulars: Sequence[Any]) -> bool:
    """Whether one of them is to a han or to an office: these are counted member by member."""
    return any(circular["audience"] != "ALL" for circular in circulars)


async def own_receipts_of(circulars: Sequence[Any], operation: Operation) -> list[Any]:
    """The viewer's own receipt of each circular, or None where he is no recipient."""
    keys = [circular["id"] for circular in circulars]
    return one_each(await receipts.own(operation.reading, keys), keys, "circular_id")
