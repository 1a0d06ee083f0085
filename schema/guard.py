"""Judges fields by their row of the table: what it lets through leaves, the rest is null."""

import inspect
from collections.abc import Awaitable, Sequence
from typing import Any, Protocol

import strawberry
from strawberry.extensions import FieldExtension

from execution.column import Column
from permissions.policy import FILTERS
from permissions.rows import Rows
from permissions.rule import ABOUT_ONE_MEMBER, Rule
from resolvers.members import answers
from resolvers.operation import Operation
from schema.noting import add_to_page

_NO_ROW = Rows([{}])
_ONE = range(1)
_NONE = type(None)


class Guard(FieldExtension):
    """Withholds a field, or notes its release. The only place that decides what withheld is: null.

    It judges columns; ``resolve`` and ``resolve_async`` are the same for a column of one. Both are
    there: with one alone, Strawberry refuses an async resolver.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._filters = FILTERS.get(rule.name, {})

    def resolve(self, next_: Any, source: Any, info: strawberry.Info[Any, Any], **kw: Any) -> Any:
        """For fields that read their row."""
        asked = _Asked(info.context, [source], _OnePath(info))
        if not self._admitted(asked):
            return None
        value = next_(source, info, **kw)
        self._note(asked, [value], _ONE, kw)
        return value

    async def resolve_async(
        self, next_: Any, source: Any, info: strawberry.Info[Any, Any], **kw: Any
    ) -> Any:
        """For edges. At the root nobody has asked for the facts yet."""
        if source is None:
            await info.context.transaction()
        asked = _Asked(info.context, [source], _OnePath(info))
        if not self._admitted(asked):
            return None
        value = await next_(source, info, **kw)
        self._note(asked, [value], _ONE, kw)
        return value

    def resolve_column(self, next_: Any, column: Column, **kw: Any) -> Any:
        """For all objects of a level at once."""
        if column.sources[0] is None and not column.context.is_reading:
            return self._at_root(next_, column, kw)
        asked = _Asked(column.context, column.context.rows_of(column.sources), column)
        admitted = self._admitted(asked)
        if not admitted:
            return [None] * len(column)
        part = column if len(admitted) == len(column) else column.where(admitted)
        try:
            values = next_(part, **kw)
        except Exception as error:  # noqa: BLE001  # theirs alone: who is refused learns nothing
            values = [error] * len(part)
        if type(values) is not list and inspect.isawaitable(values):
            return self._fetched(values, asked, admitted, kw)
        return self._told(values, asked, admitted, kw)

    async def _at_root(self, next_: Any, column: Column, kw: dict[str, Any]) -> Sequence[Any]:
        """Nobody has asked for the facts yet."""
        await column.context.transaction()
        told = self.resolve_column(next_, column, **kw)
        return await told if inspect.isawaitable(told) else told  # type: ignore[no-any-return]

    async def _fetched(
        self,
        values: Awaitable[Sequence[Any]],
        asked: "_Asked",
        admitted: Sequence[int],
        kw: dict[str, Any],
    ) -> Sequence[Any]:
        try:
            found = await values
        except Exception as error:  # noqa: BLE001  # as above
            found = [error] * len(admitted)
        return self._told(found, asked, admitted, kw)

    def _told(
        self, values: Sequence[Any], asked: "_Asked", admitted: Sequence[int], kw: dict[str, Any]
    ) -> Sequence[Any]:
        """What is told of everybody; ``values`` are of the ``admitted``."""
        if len(values) != len(admitted):
            raise ValueError(f"{self.rule.name}: {len(values)} values for {len(admitted)} rows")
        self._note(asked, values, admitted, kw)
        if len(admitted) == len(asked.rows):
            return values
        shown = [None] * len(asked.rows)
        for position, value in zip(admitted, values, strict=True):
            shown[position] = value
        return shown

    def _admitted(self, asked: "_Asked") -> Sequence[int]:
        """The positions of the rows that open; why the others do not is noted once per group."""
        operation, rows = asked.operation, asked.rows
        viewer = operation.viewer
        verdict = self.rule.verdict(viewer, rows)
        admitted = verdict.opened(len(rows))
        if len(admitted) < len(rows):
            for reason in self.rule.refusals(viewer, rows):
                operation.withheld.note(self.rule, asked.place.keys, reason)
        return admitted

    def _note(
        self, asked: "_Asked", values: Sequence[Any], of: Sequence[int], kw: dict[str, Any]
    ) -> None:
        """Note what is about to leave. Pages note it when their nodes are asked for.

        :param of: the positions of the rows that ``values`` are of.
        """
        if not (self.rule.is_recorded or self._filters):
            return
        there = _there(values)
        if not there:
            # A mutation field comes out of its change with no transaction open, nor needs one.
            return
        if self.rule.is_recorded and self.rule.type_name in ABOUT_ONE_MEMBER:
            if len(of) < len(asked.rows):
                there = [of[position] for position in there]
            releases = asked.operation.reading.releases
            releases.note(self.rule, self.rule.name, asked.rows, there, asked.place.path)
            return
        for position in there:
            self._note_page(asked.operation, values[position], kw)

    def _note_page(self, operation: Operation, page: dict[str, Any], kw: dict[str, Any]) -> None:
        if self.rule.is_recorded:
            add_to_page(page, self.rule.name, self.rule, page["nodes"])
        for argument, (field, rule) in self._filters.items():
            wanted = kw.get(argument)
            if wanted is not None:
                found = [
                    row
                    for row in page["nodes"]
                    # Where the display name alone answers, no name was told by it.
                    if not (argument == "search" and answers(wanted, row["display_name"]))
                    and rule.admits(operation.viewer, row)
                ]
                add_to_page(page, field, rule, found)


def _there(values: Sequence[Any]) -> Sequence[int]:
    """Which of ``values`` are some: neither null nor an error."""
    types = set(map(type, values))
    if any(issubclass(each, Exception) for each in types):
        return [n for n, value in enumerate(values) if not isinstance(value, Exception | _NONE)]
    if _NONE not in types:
        return range(len(values))
    return [n for n, value in enumerate(values) if value is not None]


class _Place(Protocol):
    """Where values stand in the answer."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The response keys that lead there, list indexes left out."""

    def path(self, position: int) -> tuple[str | int, ...]:
        """The path of one value."""


class _OnePath:
    """The place of a field that is resolved for one object."""

    def __init__(self, info: strawberry.Info[Any, Any]) -> None:
        self._info = info

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for key in self.path(0) if isinstance(key, str))

    def path(self, position: int) -> tuple[str | int, ...]:
        return tuple(self._info.path.as_list())


class _Asked:
    """What is judged: rows of one field, and where their values would stand."""

    def __init__(self, operation: Operation, sources: Sequence[Any], place: _Place) -> None:
        self.operation = operation
        self.rows = _NO_ROW if sources[0] is None else Rows.of(sources)
        self.place = place
