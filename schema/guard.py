"""Judges fields by their row of the table: what it lets through leaves, the rest is null."""

import inspect
from collections.abc import Awaitable, Sequence
from typing import Any, NamedTuple, Protocol

import strawberry
from strawberry.extensions import FieldExtension

from execution.column import Column
from permissions.judgement import Judgement
from permissions.policy import FILTERS
from permissions.rows import Rows
from permissions.rule import ABOUT_ONE_MEMBER, Rule
from resolvers.members import answers
from resolvers.operation import Operation
from schema.noting import add_to_page

_NO_ROW = Rows([{}])


class Guard(FieldExtension):
    """Withholds a field, or notes its release. The only place that decides what withheld is: null.

    It judges columns; ``resolve`` and ``resolve_async`` are the same for a column of one. Both are
    there: with one alone, Strawberry refuses an async resolver.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._filters = FILTERS.get(rule.name, {})
        self._notes_people = rule.is_recorded and rule.type_name in ABOUT_ONE_MEMBER
        self._notes_pages = bool(self._filters) or (rule.is_recorded and not self._notes_people)

    def resolve(self, next_: Any, source: Any, info: strawberry.Info[Any, Any], **kw: Any) -> Any:
        """For fields that read their row."""
        asked = self._asked(_OneField(info), _NO_ROW if source is None else Rows([source]))
        if not asked.judgement.admitted:
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
        asked = self._asked(_OneField(info), _NO_ROW if source is None else Rows([source]))
        if not asked.judgement.admitted:
            return None
        value = await next_(source, info, **kw)
        self._note(asked, [value], kw)
        return value

    def resolve_column(self, next_: Any, column: Column, **kw: Any) -> Any:
        """For all objects of a level at once."""
        is_root = column.sources[0] is None
        if is_root and not column.context.is_reading:
            return self._at_root(next_, column, kw)
        rows = _NO_ROW if is_root else column.context.rows_of(column.sources)
        asked = self._asked(column, rows)
        judgement = asked.judgement
        admitted = judgement.admitted
        if not admitted:
            return [None] * len(column)
        part = column if judgement.is_everybody else column.where(admitted, judgement.sources)
        try:
            values = next_(part, **kw)
        except Exception as error:  # noqa: BLE001  # theirs alone: who is refused learns nothing
            values = [error] * len(admitted)
        if type(values) is not list and inspect.isawaitable(values):
            return self._fetched(values, asked, kw)
        return self._told(values, asked, kw)

    async def _at_root(self, next_: Any, column: Column, kw: dict[str, Any]) -> Sequence[Any]:
        """Nobody has asked for the facts yet."""
        await column.context.transaction()
        told = self.resolve_column(next_, column, **kw)
        return await told if inspect.isawaitable(told) else told  # type: ignore[no-any-return]

    async def _fetched(
        self, values: Awaitable[Sequence[Any]], asked: "_Asked", kw: dict[str, Any]
    ) -> Sequence[Any]:
        try:
            found = await values
        except Exception as error:  # noqa: BLE001  # as above
            found = [error] * len(asked.judgement.admitted)
        return self._told(found, asked, kw)

    def _told(self, values: Sequence[Any], asked: "_Asked", kw: dict[str, Any]) -> Sequence[Any]:
        """What is told of everybody; ``values`` are of those admitted."""
        admitted = asked.judgement.admitted
        if len(values) != len(admitted):
            raise ValueError(f"{self.rule.name}: {len(values)} values for {len(admitted)} rows")
        self._note(asked, values, kw)
        return asked.judgement.spread(values, None)

    def _asked(self, field: "_Field", rows: Rows) -> "_Asked":
        """What the rule says of ``rows``; why any stay closed is noted once per group."""
        operation = field.context
        judgement = self.rule.judgement(operation.viewer, rows)
        for reason in judgement.reasons:
            operation.withheld.note(self.rule, field.keys, reason)
        return _Asked(field, rows, judgement)

    def _note(self, asked: "_Asked", values: Sequence[Any], kw: dict[str, Any]) -> None:
        """Note what is about to leave, ``values`` of those admitted. Pages note it when their nodes
        are asked for.
        """
        if self._notes_people:
            self._note_people(asked, values)
        elif self._notes_pages:
            for page in values:
                if page is not None and not isinstance(page, Exception):
                    self._note_page(asked.field.context, page, kw)

    def _note_people(self, asked: "_Asked", values: Sequence[Any]) -> None:
        field, rows, judgement = asked
        if judgement.shows_others:
            # An error that is a value here is none in the answer: `Releases.keep` takes it out.
            there = judgement.spread([value is not None for value in values], False)
            releases = field.context.reading.releases
            releases.note(self.rule, self.rule.name, rows, bytes(there), field.path)

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


class _Field(Protocol):
    """A field that is asked of some sources, and where in the answer their values stand."""

    @property
    def context(self) -> Operation:
        """The operation that asks."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The response keys that lead there, list indexes left out."""

    def path(self, position: int) -> tuple[str | int, ...]:
        """The path of one value."""


class _OneField:
    """A field that is resolved for one object."""

    def __init__(self, info: strawberry.Info[Any, Any]) -> None:
        self._info = info
        self.context: Operation = info.context

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for key in self.path(0) if isinstance(key, str))

    def path(self, position: int) -> tuple[str | int, ...]:
        return tuple(self._info.path.as_list())


class _Asked(NamedTuple):
    """A field, the rows it is asked of, and what its rule says of them."""

    field: _Field
    rows: Rows
    judgement: Judgement
