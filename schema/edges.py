"""Fields that fetch: a batch function of ``resolvers`` made into an ordinary Strawberry field.

The batch function stands in the field's metadata too, for an executor that runs whole columns.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

import strawberry

from resolvers.batching import load
from resolvers.operation import Operation

Info = strawberry.Info[Operation, None]
Batch = Callable[..., Awaitable[Sequence[Any]]]

First = Annotated[
    int | None,
    strawberry.argument(
        description="How many at most: 1 to the server's page limit (200 unless set); 50 if absent."
    ),
]
After = Annotated[
    str | None,
    strawberry.argument(description="Only what comes after this cursor of the same list."),
]


def edge(batch: Batch, *, description: str, **fixed: Any) -> Any:
    """A field without arguments. ``fixed`` are arguments for ``batch``."""

    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        return await load(info.context, batch, root, **fixed)

    return strawberry.field(
        resolver=resolve, description=description, metadata={"batch": batch, "fixed": fixed}
    )


def pages(batch: Batch, *, description: str) -> Any:
    """A connection with ``first`` and ``after``."""

    async def resolve(
        root: strawberry.Parent[Any], info: Info, first: First = None, after: After = None
    ) -> Any:
        return await load(info.context, batch, root, first=first, after=after)

    return strawberry.field(resolver=resolve, description=description, metadata={"batch": batch})


def column(description: str, *, name: str | None = None) -> Any:
    """A field that reads its column of the row."""
    return strawberry.field(description=description, name=name)
