"""What the values of a field have to become, worked out once for its type."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    is_leaf_type,
)

from execution.leaves import as_they_are


class Shape:
    """A type, opened as far as completing a column of its values needs it.

    :ivar type: the type, without its being required.
    :ivar is_required: it must not be null.
    :ivar leaf: the scalar or enum, None for anything else.
    :ivar as_they_are: the types of Python whose values are their own output. Columns of nothing
        else are finished without a look at any value.
    :ivar items: the shape of a list's items, None for anything else.
    :ivar object_type: the type of object, where no value has to be asked whether it is one.
    """

    __slots__ = ("as_they_are", "is_required", "items", "leaf", "object_type", "type")

    def __init__(self, type_: Any, native: Mapping[str, type]) -> None:
        self.is_required = isinstance(type_, GraphQLNonNull)
        bare = type_.of_type if self.is_required else type_
        self.type: Any = bare
        self.leaf: Any = bare if is_leaf_type(bare) else None
        self.as_they_are: frozenset[type] = frozenset()
        if self.leaf is not None:
            self.as_they_are = as_they_are(bare, native, is_required=self.is_required)
        self.items = Shape(bare.of_type, native) if isinstance(bare, GraphQLList) else None
        self.object_type: GraphQLObjectType | None = None
        if isinstance(bare, GraphQLObjectType) and is_never_asked(bare):
            self.object_type = bare


def is_never_asked(type_: GraphQLObjectType) -> bool:
    """Whether a type takes every value for one of its own; a predicate may say so of itself."""
    asked = type_.is_type_of
    return asked is None or getattr(asked, "accepts_everything", False) is True
