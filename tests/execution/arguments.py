"""Values for arguments and variables, drawn at random from their types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    is_required_input_field,
    print_ast,
    value_to_literal,
)

# A value that cannot be right: an unknown id, a page too large, a cursor of no list.
WRONG: Mapping[str, Sequence[Any]] = {
    "ID": ["", "nowhere", "R3JvdXA6MQ"],
    "Int": [0, -1, 201],
    "String": ["nowhere", "あ" * 101, "\0"],
}
SOME: Mapping[str, Sequence[Any]] = {"Int": [1, 2, 3, 7, 50], "Boolean": [True, False]}


class Unknown(LookupError):
    """Nobody said what values a scalar has."""


@dataclass
class Values:
    """Draws what fits.

    :param pools: what to draw from, by the name of the argument or of the scalar.
    """

    random: Random
    pools: Mapping[str, Sequence[Any]]

    def of(self, type_: Any, name: str) -> Any:
        """A value as JSON has it, for an argument or a field of an input. Raises Unknown."""
        if isinstance(type_, GraphQLNonNull):
            return self._given(type_.of_type, name)
        if self.random.random() < 0.08:
            return None
        return self._given(type_, name)

    def text(self, type_: Any, name: str) -> str:
        """The same, written as it stands in a document. Raises Unknown."""
        return literal(self.of(type_, name), type_)

    def _given(self, type_: Any, name: str) -> Any:
        if isinstance(type_, GraphQLList):
            if self.random.random() < 0.15:
                # One alone stands for a list of it.
                return self.of(_required(type_.of_type), name)
            return [self.of(type_.of_type, name) for _ in range(self.random.randint(0, 4))]
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_)
        if name in self.pools:
            return self._among(self.pools[name], type_.name)
        if isinstance(type_, GraphQLEnumType):
            return self.random.choice(list(type_.values))
        if type_.name not in self.pools and type_.name not in SOME:
            raise Unknown(f"{name}: {type_.name}")
        return self._among(self.pools.get(type_.name) or SOME[type_.name], type_.name)

    def _among(self, pool: Sequence[Any], kind: str) -> Any:
        if kind in WRONG and self.random.random() < 0.1:
            return self.random.choice(WRONG[kind])
        return self.random.choice(pool)

    def _object(self, type_: GraphQLInputObjectType) -> dict[str, Any]:
        strawberrys = type_.extensions.get("strawberry-definition")
        is_one_of = type_.is_one_of or getattr(strawberrys, "is_one_of", False)
        if is_one_of and self.random.random() < 0.85:
            name = self.random.choice(list(type_.fields))
            return {name: self._given(type_.fields[name].type, name)}
        return {
            name: self.of(field.type, name)
            for name, field in type_.fields.items()
            if is_required_input_field(field) or self.random.random() < 0.6
        }


def literal(value: Any, type_: Any) -> str:
    """A value as it is written in a document."""
    node = value_to_literal(value, type_)
    assert node is not None, (value, type_)
    return print_ast(node)


def _required(type_: Any) -> Any:
    return type_ if isinstance(type_, GraphQLNonNull) else GraphQLNonNull(type_)
