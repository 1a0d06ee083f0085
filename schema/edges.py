"""Fields that fetch: a batch function of ``resolvers`` made into an ordinary Strawberry field.

Beside the resolver each has its column form, which the breadth-first executor calls instead.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import strawberry

from execution.column import COLUMN, Column
from resolvers.batching import Batch, load, load_column
from resolvers.knowing import finder_of
from resolvers.operation import Operation

Info = strawberry.Info[Operation, None]

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

    ask = asking(batch, **fixed)

    def resolve_column(column: Column) -> Any:
        return ask(column, column.sources)

    return strawberry.field(
        resolver=resolve, description=description, metadata={COLUMN: resolve_column}
    )


def asking(batch: Batch, **fixed: Any) -> Callable[[Column, Sequence[Any]], Any]:
    """Asks ``batch`` of the parents of a column: at once, where all of it is known beforehand."""
    # What is said of a batch function beforehand is said of it without arguments.
    find = None if fixed else finder_of(batch)

    def ask(column: Column, parents: Sequence[Any]) -> Any:
        known = None if find is None else find(parents, column.context)
        return load_column(column, batch, parents, **fixed) if known is None else known

    return ask


def pages(batch: Batch, *, description: str) -> Any:
    """A connection with ``first`` and ``after``."""

    async def resolve(
        root: strawberry.Parent[Any], info: Info, first: First = None, after: After = None
    ) -> Any:
        return await load(info.context, batch, root, first=first, after=after)

    return strawberry.field(
        resolver=resolve, description=description, metadata={COLUMN: by_arguments(batch)}
    )


def by_arguments(batch: Batch, *names: str) -> Any:
    """The column form of a connection whose arguments are those of ``batch``, under their names.

    :param names: the arguments beside ``first`` and ``after``.
    """
    absent = dict.fromkeys(("first", "after", *names))

    def resolve_column(column: Column, **arguments: Any) -> Any:
        return load_column(column, batch, column.sources, **(absent | arguments))

    return resolve_column


def computed(of_row: Callable[[Any], Any], *, description: str) -> Any:
    """A field that is worked out from its row alone."""

    def resolve(root: strawberry.Parent[Any]) -> Any:
        return of_row(root)

    def resolve_column(column: Column) -> Any:
        return list(map(of_row, column.sources))

    return strawberry.field(
        resolver=resolve, description=description, metadata={COLUMN: resolve_column}
    )


def column(description: str, *, name: str | None = None) -> Any:
    """A field that reads its column of the row."""
    return strawberry.field(description=description, name=name)
