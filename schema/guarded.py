"""Attaches the table to the schema: every field gets its rule, or the schema is not built."""

from collections.abc import Iterator, Mapping
from copy import copy
from typing import Any

from graphql import GraphQLNonNull, GraphQLObjectType, is_introspection_type
from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import (
    StrawberryContainer,
    StrawberryObjectDefinition,
    get_object_definition,
)
from strawberry.types.field import StrawberryField

from permissions.policy import POLICY, rule_of
from permissions.rule import Rule
from schema.guard import Guard
from schema.released import Released, released, sentence

_NAMES = NameConverter()


class NotNullable(TypeError):
    """A field that can be withheld is declared non-null: withholding would take its parent."""


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
