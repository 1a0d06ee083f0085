"""Values of arguments made into what resolvers get, as Strawberry makes them.

Strawberry's ``convert_argument`` asks for each value what its type is, and for each input object
what its fields are called. Nothing of that changes: here it is asked once, and what is left to do
for a value is a function of it.
"""

from collections.abc import Callable
from dataclasses import MISSING
from functools import partial
from typing import Any

import strawberry
from strawberry import UNSET
from strawberry.relay import GlobalID
from strawberry.scalars import is_scalar
from strawberry.types.arguments import convert_argument
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryObjectDefinition,
    StrawberryOptional,
    has_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.lazy_type import LazyType

Convert = Callable[[Any], Any]


def converter(type_: Any, schema: strawberry.Schema) -> Convert | None:
    """What is done to a coerced value of ``type_``.

    None where more than the value has a part in it: an input type that builds itself
    (``from_input``) is told where it stands, and in which operation.
    """
    converters = _Converters(schema)
    convert = converters.of(type_)
    return None if converters.tell_more else convert


class _Converters:
    """The converters of one argument. Input types may hold one another, so each is made once.

    :ivar tell_more: a type was met for which a value alone is not enough.
    """

    def __init__(self, schema: strawberry.Schema) -> None:
        self.tell_more = False
        self._config = schema.config
        self._scalars = schema.schema_converter.scalar_registry
        self._objects: dict[type, _InputObject] = {}

    def of(self, type_: Any) -> Convert:
        """The converter of values of a type."""
        if isinstance(type_, StrawberryOptional) and not isinstance(type_, StrawberryMaybe):
            return self.of(type_.of_type)
        if isinstance(type_, LazyType):
            return self.of(type_.resolve_type())
        if isinstance(type_, StrawberryList):
            return partial(_list, self.of(type_.of_type))
        if isinstance(type_, StrawberryMaybe):
            # For what is in it alone: whether that wants to be told more.
            self.of(type_.of_type)
        elif self._is_leaf(type_):
            if type_ is not GlobalID:
                return _as_it_is
        elif has_object_definition(type_):
            return self._of_object(type_, type_.__strawberry_definition__)
        return partial(self._asked, type_)

    def _of_object(self, type_: type, definition: StrawberryObjectDefinition) -> Convert:
        if definition.from_input is not None:
            self.tell_more = True
            return _as_it_is
        made = self._objects.get(type_)
        if made is None:
            made = self._objects[type_] = _InputObject(type_, definition)
            for field in definition.fields:
                name = self._config.name_converter.from_field(field)
                convert = self.of(field.resolve_type(type_definition=definition))
                made.fields.append((name, field.python_name, convert))
        return made

    def _is_leaf(self, type_: Any) -> bool:
        return (
            is_scalar(type_, self._scalars)
            or isinstance(type_, StrawberryEnumDefinition)
            or has_enum_definition(type_)
        )

    def _asked(self, type_: Any, value: Any) -> Any:
        """What Strawberry makes of a value: of ids with their type, of what may be absent."""
        return convert_argument(value, type_, self._scalars, self._config)


class _InputObject:
    """Makes objects of an input type.

    :ivar fields: of each its name in GraphQL and in Python, and what is done to its value.
    """

    __slots__ = ("_absent", "_type", "fields")

    def __init__(self, type_: type, definition: StrawberryObjectDefinition) -> None:
        self._type = type_
        self.fields: list[tuple[str, str, Convert]] = []
        # A field without a default of its own may be left out where it is nullable.
        self._absent = {
            field.python_name: None
            for field in definition.fields
            if definition.is_input and field.default_value is MISSING is field.default_factory
        }

    def __call__(self, value: Any) -> Any:
        if value is None or value is UNSET:
            return value
        given: dict[str, Any] = self._absent.copy()
        for name, python_name, convert in self.fields:
            if name in value:
                given[python_name] = convert(value[name])
        return self._type(**given)


def _as_it_is(value: Any) -> Any:
    return value


def _list(convert: Convert, value: Any) -> Any:
    if value is None or value is UNSET:
        return value
    # A list of one's own: whoever changes it must not change another's.
    return list(value) if convert is _as_it_is else [convert(each) for each in value]
