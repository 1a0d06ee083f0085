"""History read back."""

from collections.abc import Sequence
from typing import Any

from db.acts import history as statements
from resolvers.operation import Operation
from resolvers.pages import page, pages, window


async def of_groups(
    groups: Sequence[Any], operation: Operation, *, first: int | None, after: str | None
) -> list[Any]:
    """A page of each group's changes, newest first."""
    asked = window(operation, first, after)
    rows = await statements.page(
        operation.reading,
        [group["id"] for group in groups],
        first=asked.with_one_more,
        after=asked.after,
    )
    return pages(rows, len(groups), asked)


async def of_city(operation: Operation, *, first: int | None, after: str | None) -> Any:
    """A page of all changes in the city, newest first."""
    asked = window(operation, first, after)
    reading = await operation.transaction()
    rows = await operation.run(
        statements.page(reading, [None], first=asked.with_one_more, after=asked.after)
    )
    found = page(rows, asked)
    if isinstance(found, Exception):
        raise found
    return found
