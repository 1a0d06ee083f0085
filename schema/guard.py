"""Attaches the table to the schema: every field gets its rule, or the schema is not built."""

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from copy import copy
from typing import Any, Protocol

import strawberry
from graphql import GraphQLNonNull, GraphQLObjectType, is_introspection_type
from strawberry.extensions import FieldExtension
from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import (
    StrawberryContainer,
    StrawberryObjectDefinition,
    get_object_definition,
)
from strawberry.types.field import StrawberryField

from execution.column import Column
from permissions.policy import FILTERS, POLICY, rule_of
from permissions.rule import ABOUT_ONE_MEMBER, Rule
from resolvers.members import answers
from resolvers.operation import Operation
from schema.released import Released, released, sentence

_NAMES = NameConverter()
_NO_SOURCE: dict[str, Any] = {}


class NotNullable(TypeError):
    """A field that can be withheld is declared non-null: withholding would take its parent."""


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
        admitted = self._admitted(_Asked(column.context, column.sources, column))
        if not admitted:
            return [None] * everybody
        part = column if len(admitted) == everybody else column.where(admitted)
        try:
            values = next_(part, **kw)
        except Exception as error:  # noqa: BLE001  # theirs alone: who is refused learns nothing
            values = [error] * len(part)
        if inspect.isawaitable(values):
            return self._fetched(values, part, admitted, everybody, kw)
        return self._told(values, part, admitted, everybody, kw)

    async def _fetched(
        self,
        values: Awaitable[Sequence[Any]],
        part: Column,
        admitted: Sequence[int],
        everybody: int,
        kw: dict[str, Any],
    ) -> Sequence[Any]:
        try:
            found = await values
        except Exception as error:  # noqa: BLE001  # as above
            found = [error] * len(part)
        return self._told(found, part, admitted, everybody, kw)

    def _told(
        self,
        values: Sequence[Any],
        part: Column,
        admitted: Sequence[int],
        everybody: int,
        kw: dict[str, Any],
    ) -> Sequence[Any]:
        self._note(_Asked(part.context, part.sources, part), values, kw)
        if len(admitted) == everybody:
            return values
        shown: list[Any] = [None] * everybody
        for position, value in zip(admitted, values, strict=True):
            shown[position] = value
        return shown

    def _admitted(self, asked: "_Asked") -> Sequence[int]:
        """The positions of the rows that open; why the others do not is noted once per group."""
        rows, viewer = asked.rows, asked.operation.viewer
        mask = self.rule.verdict(viewer, rows).mask(len(rows))
        if all(mask):
            return range(len(rows))
        refused = {
            row.get("group_id"): row for row, shown in zip(rows, mask, strict=True) if not shown
        }
        for row in refused.values():
            reason = self.rule.refusal(viewer, row)
            if reason is not None:
                asked.operation.withheld.note(self.rule, asked.place.keys, reason)
        return [position for position, shown in enumerate(mask) if shown]

    def _note(self, asked: "_Asked", values: Sequence[Any], kw: dict[str, Any]) -> None:
        """Note what is about to leave. Pages note it when their nodes are asked for."""
        if not (self.rule.is_recorded or self._filters):
            return
        there = [
            position
            for position, value in enumerate(values)
            if value is not None and not isinstance(value, Exception)
        ]
        if not there:
            # A mutation field comes out of its change with no transaction open, nor needs one.
            return
        if self.rule.is_recorded:
            self._note_members(asked, values, there)
        for argument, (field, rule) in self._filters.items():
            wanted = kw.get(argument)
            if wanted is not None:
                for position in there:
                    _add_to_page(
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

    def _note_members(self, asked: "_Asked", values: Sequence[Any], there: list[int]) -> None:
        if self.rule.type_name not in ABOUT_ONE_MEMBER:
            for position in there:
                page = values[position]
                _add_to_page(page, self.rule.name, [(self.rule, row) for row in page["nodes"]])
            return
        _release(
            asked.operation,
            self.rule,
            self.rule.name,
            [asked.rows[position] for position in there],
            lambda n: asked.place.path(there[n]),
        )


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
        self.rows = [_NO_SOURCE] if sources[0] is None else sources
        self.place = place


def _add_to_page(page: dict[str, Any], field: str, found: list[tuple[Rule, Any]]) -> None:
    """Remember whom a page names. Set and not added: many parents may lead to one and the same
    page, and each of them says the same.
    """
    page.setdefault("released", {})[field] = found


def note_page(
    operation: Operation,
    page: dict[str, Any],
    leaving: Sequence[Any],
    path: Callable[[], tuple[str | int, ...]],
) -> None:
    """Note the people a page names, now that ``leaving``, some or all of its nodes, leave.

    :param path: gives the place of what leaves.
    """
    released = page.get("released")
    if not released:
        return
    ids = {row["id"] for row in leaving}
    for field, found in released.items():
        rows = [row for _, row in found if row["id"] in ids]
        if rows:
            _release(operation, found[0][0], field, rows, lambda _position: path())


def _release(
    operation: Operation,
    rule: Rule,
    field: str,
    rows: Sequence[Any],
    path: Callable[[int], tuple[str | int, ...]],
) -> None:
    for group_id, holding, positions in rule.releases(operation.viewer, rows):
        operation.reading.releases.note(
            rule,
            field=field,
            group_id=group_id,
            holding=holding,
            subjects=[rows[position]["resident_id"] for position in positions],
            path=_among(path, positions),
        )


def _among(
    path: Callable[[int], tuple[str | int, ...]], positions: Sequence[int]
) -> Callable[[int], tuple[str | int, ...]]:
    return lambda n: path(positions[n])


def guard(*roots: type, policy: Mapping[str, Rule] = POLICY) -> None:
    """Give every field of every object type reachable from ``roots`` its row of ``policy``.

    Raises UnguardedField for a field without one. Safe to repeat.
    """
    for definition in object_types(roots):
        definition.fields = [_guarded(definition, field, policy) for field in definition.fields]


def verify(types: dict[str, Any], policy: Mapping[str, Rule] = POLICY) -> None:
    """Hold the built schema to ``policy``, type by type.

    Raises UnguardedField for a field that slipped past :func:`guard`, NotNullable for one that can
    be withheld and is declared non-null.
    """
    for type_ in types.values():
        if not isinstance(type_, GraphQLObjectType) or is_introspection_type(type_):
            continue
        for name, field in type_.fields.items():
            rule = rule_of(type_.name, name, policy)
            if rule.is_open:
                continue
            definition = field.extensions.get("strawberry-definition")
            if not any(isinstance(e, Guard) and e.rule is rule for e in definition.extensions):
                raise TypeError(f"{rule.name} was built without its guard")
            if isinstance(field.type, GraphQLNonNull):
                raise NotNullable(f"{rule.name} can be withheld: declare it nullable")


def _guarded(
    definition: StrawberryObjectDefinition, field: StrawberryField, policy: Mapping[str, Rule]
) -> StrawberryField:
    rule = rule_of(_NAMES.from_type(definition), _NAMES.get_graphql_name(field), policy)
    if any(isinstance(directive, Released) for directive in field.directives):
        return field
    # Fields inherited from an interface are shared; each concrete type needs its own.
    own = copy(field)
    own.python_name = field.python_name
    if not rule.name.endswith(".*"):
        own.directives = [*own.directives, released(rule)]
        own.description = f"{own.description}\n\n{sentence(rule)}" if own.description else None
    if not rule.is_open:
        # Innermost: a mutation field is judged by the facts of its own transaction, and the
        # extension that begins it is in the list already.
        own.extensions = [Guard(rule), *own.extensions]
    return own


def object_types(roots: tuple[type, ...]) -> Iterator[StrawberryObjectDefinition]:
    """Every object type that is reachable from ``roots``, once."""
    waiting: list[Any] = list(roots)
    seen: set[int] = set()
    while waiting:
        type_ = waiting.pop()
        while isinstance(type_, StrawberryContainer):
            type_ = type_.of_type
        definition = get_object_definition(type_)
        if definition is None or id(definition) in seen or definition.is_input:
            continue
        seen.add(id(definition))
        waiting.extend(field.type for field in definition.fields)
        if not definition.is_interface and not definition.is_graphql_generic:
            yield definition
