"""Scalars and enums, a column at a time."""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLString,
    Undefined,
)

_NONE = type(None)
_NOTHING = frozenset({_NONE, type(Undefined)})
_LEAST, _MOST = -(2**31), 2**31 - 1


def _all_int32(values: Sequence[int]) -> bool:
    return min(values) >= _LEAST and max(values) <= _MOST


def _all_finite(values: Sequence[Any]) -> bool:
    return all(map(isfinite, values))


# Built-in scalars whose value is its own output when it is exactly of this type ...
_AS_IT_IS: Mapping[Any, type] = {
    GraphQLString: str,
    GraphQLID: str,
    GraphQLBoolean: bool,
}
# ... and those where, besides, the check must hold for all of them.
_CHECKED: Mapping[Any, tuple[type, Callable[[Sequence[Any]], bool]]] = {
    GraphQLInt: (int, _all_int32),
    GraphQLFloat: (float, _all_finite),
}


def as_they_are(leaf: Any, native: Mapping[str, type], *, is_required: bool) -> frozenset[type]:
    """The types whose values are their own output, whatever they are.

    :param native: by scalar, the type whose values whoever writes the answer writes as the scalar
        would.
    """
    own = _AS_IT_IS.get(leaf) or native.get(leaf.name)
    if own is None:
        return frozenset()
    return frozenset({own}) if is_required else frozenset({own, _NONE})


def finished(
    leaf: Any, values: list[Any], types: set[type], *, is_required: bool
) -> list[Any] | None:
    """The finished column, or None where a value may be an error or a null that must not be.

    :param types: the types of ``values``, not all of them such as are left as they are.
    """
    has_null = _NONE in types
    if has_null:
        if is_required:
            return None
        types = types - {_NONE}
    if not types:
        return values
    if len(types) > 1:
        return None
    (type_,) = types
    if leaf in _AS_IT_IS:
        return None
    checked = _CHECKED.get(leaf)
    if checked is not None:
        expected, check = checked
        if type_ is not expected:
            return None
        present = [value for value in values if value is not None] if has_null else values
        return values if check(present) else None
    if issubclass(type_, Exception) or type_ in _NOTHING:
        return None
    return _converted(leaf, values, has_null=has_null)


def _converted(leaf: Any, values: list[Any], *, has_null: bool) -> list[Any] | None:
    """Each value by the leaf's own rule; None as soon as one does not go smoothly."""
    convert = leaf.coerce_output_value
    try:
        if isinstance(leaf, GraphQLEnumType):
            outputs = {value: convert(value) for value in set(values) if value is not None}
            if not _NOTHING.isdisjoint(map(type, outputs.values())):
                return None
            if has_null:
                outputs[None] = None
            return [outputs[value] for value in values]
        converted = [None if value is None else convert(value) for value in values]
    except Exception:  # noqa: BLE001  # whoever goes value by value finds the culprits
        return None
    for value, output in zip(values, converted, strict=True):
        if (output is None and value is not None) or output is Undefined:
            return None
    return converted
