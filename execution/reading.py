"""Fields without a resolver: what is read of each object, a column at a time."""

import operator
from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter, itemgetter
from typing import Any

from strawberry.types.field import StrawberryField

Read = Callable[[Any], Any]


def reader(field: StrawberryField) -> Read:
    """What ``field.default_resolver`` does, without a call of Python's where that can be had."""
    if field.default_resolver is getattr:
        return attrgetter(field.python_name)
    if field.default_resolver is operator.getitem:
        return itemgetter(field.python_name)
    return partial(_read, field.default_resolver, field.python_name)


def _read(default_resolver: Callable[[Any, str], Any], name: str, source: Any) -> Any:
    return default_resolver(source, name)


def read_all(read: Read, sources: Sequence[Any]) -> list[Any]:
    """What each source gives, or the exception it raises instead. None of them is asked twice."""
    values: list[Any] = []
    # It goes on behind the source that raised.
    reading = map(read, sources)
    while True:
        try:
            values.extend(reading)
        except Exception as error:  # noqa: BLE001  # becomes the error of this one
            values.append(error)
        else:
            if len(values) == len(sources):
                return values
            # Raised by a source, it looks like the end of them all.
            values.append(StopIteration())


def read_column(read: Read, column: Any) -> list[Any]:
    """The column form of a field that is only read."""
    return read_all(read, column.sources)
