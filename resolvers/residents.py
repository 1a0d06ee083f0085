"""What residents applied for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db.statements import residents as statements
from resolvers.aligning import many_each
from resolvers.operation import Operation
from resolvers.pages import pages, window
from resolvers.visibility import visible_by_id


async def own_requests(persons: Sequence[Any], operation: Operation) -> list[Any]:
    """The viewer's applications, for each of ``persons``, who are the viewer."""
    rows = await statements.own_requests(operation.reading)
    return many_each(rows, [person["id"] for person in persons], "resident_id")


async def requests_of_groups(
    groups: Sequence[Any], operation: Operation, *, first: int | None, after: str | None
) -> list[Any]:
    """A page of each group's pending applications, oldest first."""
    asked = window(operation, first, after)
    rows = await statements.request_page(
        operation.reading,
        [group["id"] for group in groups],
        first=asked.with_one_more,
        after=asked.after,
    )
    return pages(rows, len(groups), asked)


async def requests_by_ids(ids: Sequence[UUID], operation: Operation) -> list[Any]:
    """Applications by id where the viewer reaches them, or None."""
    rows = await statements.requests_by_ids(operation.reading, ids)
    return visible_by_id("MembershipRequest", rows, ids, operation)
