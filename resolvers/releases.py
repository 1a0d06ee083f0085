"""The ledger read back: all of it for auditors, one's own for a resident."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db.statements import releases as statements
from resolvers.operation import Operation
from resolvers.pages import page, window


async def all_of_city(operation: Operation, *, first: int | None, after: str | None) -> Any:
    """A page of every release, newest first, without a person."""
    return await _page(operation, None, first=first, after=after)


async def about_viewer(
    persons: Sequence[Any], operation: Operation, *, first: int | None, after: str | None
) -> list[Any]:
    """A page of the releases about the viewer, for each of ``persons``, who are the viewer."""
    found = await _page(operation, operation.viewer.person, first=first, after=after)
    return [found for _ in persons]


async def _page(
    operation: Operation, about: UUID | None, *, first: int | None, after: str | None
) -> Any:
    asked = window(operation, first, after)
    reading = await operation.transaction()
    rows = await operation.run(
        statements.page(reading, about=about, first=asked.with_one_more, after=asked.after)
    )
    found = page(rows, asked)
    if isinstance(found, Exception):
        raise found
    return found
