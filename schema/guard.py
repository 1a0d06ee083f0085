"""Attaches the table to the schema: every field gets its rule, or the schema is not built."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any

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

    Both ``resolve`` forms are there: with one alone, Strawberry refuses an async resolver.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._filters = FILTERS.get(rule.name, {})

    def resolve(self, next_: Any, source: Any, info: strawberry.Info[Any, Any], **kw: Any) -> Any:
        """For fields that read their row."""
        operation: Operation = info.context
        if not self._admits(operation, source, info):
            return None
        value = next_(source, info, **kw)
        self._note(operation, source, value, info, kw)
        return value

    async def resolve_async(
        self, next_: Any, source: Any, info: strawberry.Info[Any, Any], **kw: Any
    ) -> Any:
        """For edges. At the root nobody has asked for the facts yet."""
        operation: Operation = info.context
        if source is None:
            await operation.transaction()
        if not self._admits(operation, source, info):
            return None
        value = await next_(source, info, **kw)
        self._note(operation, source, value, info, kw)
        return value

    def _admits(self, operation: Operation, source: Any, info: Any) -> bool:
        row = _NO_SOURCE if source is None else source
        if self.rule.admits(operation.viewer, row):
            return True
        reason = self.rule.refusal(operation.viewer, row)
        if reason is not None:
            path = tuple(key for key in info.path.as_list() if isinstance(key, str))
            operation.withheld.note(self.rule, path, reason)
        return False

    def _note(
        self, operation: Operation, source: Any, value: Any, info: Any, kw: dict[str, Any]
    ) -> None:
        """Note what is about to leave. Pages note it when their nodes are asked for."""
        if value is None or not (self.rule.is_recorded or self._filters):
            # A mutation field comes out of its change with no transaction open, nor needs one.
            return
        viewer = operation.viewer
        if self.rule.is_recorded:
            holding = self.rule.release(viewer, source)
            if holding is None:
                return
            if self.rule.type_name in ABOUT_ONE_MEMBER:
                operation.reading.releases.note(
                    self.rule,
                    field=self.rule.name,
                    group_id=source["group_id"],
                    holding=holding,
                    subject=source["resident_id"],
                    path=lambda: tuple(info.path.as_list()),
                )
            else:
                _add_to_page(
                    value,
                    self.rule.name,
                    [(self.rule, holding, row) for row in value["nodes"]],
                )
        for argument, (field, rule) in self._filters.items():
            wanted = kw.get(argument)
            if wanted is not None:
                found = [
                    (rule, holding, row)
                    for row in value["nodes"]
                    # Where the display name alone answers, no name was told by it.
                    if not (argument == "search" and answers(wanted, row["display_name"]))
                    and rule.admits(viewer, row)
                    and (holding := rule.release(viewer, row)) is not None
                ]
                _add_to_page(value, field, found)


def _add_to_page(page: dict[str, Any], field: str, found: list[Any]) -> None:
    """Remember whom a page names. Set and not added: many parents may lead to one and the same
    page, and each of them says the same.
    """
    page.setdefault("released", {})[field] = found


def note_page(
    operation: Operation, page: dict[str, Any], leaving: Sequence[Any], info: Any
) -> None:
    """Note the people a page names, now that ``leaving``, some or all of its nodes, leave."""
    ids = {row["id"] for row in leaving}
    for field, found in page.get("released", {}).items():
        for rule, holding, row in found:
            if row["id"] not in ids:
                continue
            operation.reading.releases.note(
                rule,
                field=field,
                group_id=row["group_id"],
                holding=holding,
                subject=row["resident_id"],
                path=lambda: tuple(info.path.as_list()),
            )


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
