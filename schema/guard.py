"""Judges fields by their row of the table: what it lets through leaves, the rest is null."""

import inspect
from collections.abc import Awaitable, Sequence
from itertools import compress
from operator import not_
from typing import Any, Protocol

import strawberry
from strawberry.extensions import FieldExtension

from execution.column import Column
from permissions.policy import FILTERS
from permissions.rows import Rows
from permissions.rule import ABOUT_ONE_MEMBER, Rule
from resolvers.members import answers
from resolvers.operation import Operation
from schema.noting import add_to_page, release

_NO_ROW = Rows([{}])
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
        self._note(asked, [value], kw)
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
        self._note(asked, [value], kw)
        return value

    def resolve_column(self, next_: Any, column: Column, **kw: Any) -> Any:
        """For all objects of a level at once."""
        everybody = len(column)
        asked = _Asked(column.context, column.context.rows_of(column.sources), column)
        admitted = self._admitted(asked)
        if not admitted:
            return [None] * everybody
        part = column if len(admitted) == everybody else column.where(admitted)
        try:
            values = next_(part, **kw)
        except Exception as error:  # noqa: BLE001  # theirs alone: who is refused learns nothing
            values = [error] * len(part)
        if inspect.isawaitable(values):
            return self._fetched(values, asked, admitted, kw)
        return self._told(values, asked, admitted, kw)

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
        everybody = len(asked.rows)
        if len(admitted) == everybody:
            shown = values
        else:
            shown = [None] * everybody
            for position, value in zip(admitted, values, strict=True):
                shown[position] = value
        self._note(asked, shown, kw)
        return shown

    def _admitted(self, asked: "_Asked") -> Sequence[int]:
        """The positions of the rows that open; why the others do not is noted once per group."""
        rows, viewer = asked.rows, asked.operation.viewer
        verdict = self.rule.verdict(viewer, rows)
        if verdict.opens_all(len(rows)):
            return range(len(rows))
        mask = verdict.mask(len(rows))
        for row in rows.one_of_each_group(list(compress(range(len(rows)), map(not_, mask)))):
            reason = self.rule.refusal(viewer, row)
            if reason is not None:
                asked.operation.withheld.note(self.rule, asked.place.keys, reason)
        return list(compress(range(len(rows)), mask))

    def _note(self, asked: "_Asked", values: Sequence[Any], kw: dict[str, Any]) -> None:
        """Note what is about to leave. Pages note it when their nodes are asked for."""
        if not (self.rule.is_recorded or self._filters):
            return
        there = _told_of(values)
        if not there:
            # A mutation field comes out of its change with no transaction open, nor needs one.
            return
        if self.rule.is_recorded:
            self._note_members(asked, values, there)
        for argument, (field, rule) in self._filters.items():
            wanted = kw.get(argument)
            if wanted is not None:
                for position in there:
                    add_to_page(
                        values[position],
                        field,
                        [
                            (rule, row)
                            for row in values[position]["nodes"]
                            # Where the display name alone answers, no name was told by it.
                            if not (argument == "search" and answers(wanted, row["display_name"]))
                            and rule.admits(asked.operation.viewer, row)
                        ],
                    )

    def _note_members(self, asked: "_Asked", values: Sequence[Any], there: Sequence[int]) -> None:
        if self.rule.type_name not in ABOUT_ONE_MEMBER:
            for position in there:
                page = values[position]
                add_to_page(page, self.rule.name, [(self.rule, row) for row in page["nodes"]])
            return
        release(asked.operation, self.rule, self.rule.name, asked.rows, there, asked.place.path)


def _told_of(values: Sequence[Any]) -> Sequence[int]:
    """The positions of what is a value: neither null nor an error."""
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
