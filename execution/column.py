"""What a field is asked of: all objects of one level at once.

A field joins in by two means, both optional:

- ``strawberry.field(resolver=..., metadata={COLUMN: function})``: ``function(column, **arguments)``
  gives a list with one value per source, in their order, or an awaitable of such a list. An
  exception in the list is the error of that one source. Arguments come converted, as the resolver
  gets them; those a client left out are left out, so the function has the resolver's defaults.
- a field extension with ``resolve_column(next_, column, **arguments)``, which answers likewise.
  ``next_(column, **arguments)`` asks what the extension is wrapped around.

A field without a resolver reads its column. All other fields, and all fields with an extension that
lacks ``resolve_column``, are resolved object by object, as graphql-core would.
"""

from collections.abc import Awaitable, Sequence
from operator import itemgetter
from typing import Any, Protocol

import strawberry

from execution.place import Among, Place, path_of
from execution.plan import COLUMN, FieldPlan
from execution.run import Run
from execution.table import Table

__all__ = ["COLUMN", "Column", "ResolveColumn", "Values"]

Values = Sequence[Any] | Awaitable[Sequence[Any]]


class ResolveColumn(Protocol):
    """The column form of a resolver."""

    def __call__(self, column: "Column", /, **arguments: Any) -> Values:
        """One value for each of ``column.sources``, or an awaitable of them."""


class Column:
    """The objects of one level that a field is asked of.

    :ivar sources: the objects; at the root, the operation's root value alone.
    :ivar context: the context value of the operation.
    """

    __slots__ = ("_info", "_parents", "_plan", "_run", "context", "sources")

    def __init__(self, sources: Sequence[Any], run: Run, plan: FieldPlan, parents: Place) -> None:
        self.sources = sources
        self.context: Any = run.context
        self._run = run
        self._plan = plan
        self._parents = parents
        self._info: Any = None

    def __len__(self) -> int:
        return len(self.sources)

    def items(self, name: str) -> list[Any]:
        """What each object has under ``name``."""
        if type(self.sources) is Table:
            return self.sources.column(name)
        return list(map(itemgetter(name), self.sources))

    @property
    def is_alone(self) -> bool:
        """Whether, while an awaitable of this column is awaited, no other field asks anything.

        To be asked when it is awaited: before, nobody knows.
        """
        return self._run.is_alone

    @property
    def info(self) -> strawberry.Info[Any, Any]:
        """What a resolver gets as ``info``. Its path is that of the first object."""
        if self._info is None:
            raw = self._run.info(self._plan, path_of(self._place, 0))
            config = raw.schema._strawberry_schema.config  # type: ignore[attr-defined]  # noqa: SLF001
            self._info = config.info_class(_raw_info=raw, _field=self._plan.strawberry_field)
        return self._info  # type: ignore[no-any-return]

    def path(self, position: int) -> tuple[str | int, ...]:
        """The path of the value for ``sources[position]``."""
        path = path_of(self._place, position)
        return tuple(path.as_list()) if path is not None else ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The response keys that lead here, list indexes left out: the same for all sources."""
        return (*self._parents.keys, self._plan.key)

    def where(self, kept: Sequence[int], sources: Sequence[Any] | None = None) -> "Column":
        """The column of ``sources[n]`` for each ``n`` of ``kept``.

        :param sources: just those, where somebody has them in a list: fields that keep the same
            objects of a level may share it.
        """
        if sources is None:
            sources = [self.sources[position] for position in kept]
        return Column(sources, self._run, self._plan, Among(self._parents, kept))

    @property
    def _place(self) -> Place:
        return self._plan.place_below(self._parents)
