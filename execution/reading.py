"""Fields without a resolver: what is read of each object, a column at a time."""

import operator
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from strawberry.types.field import StrawberryField

from execution.table import Table


class Read(NamedTuple):
    """How a field is read.

    :ivar of: gives the value of one source.
    :ivar item: the name, where it is what the source has under a name.
    """

    of: Callable[[Any], Any]
    item: str | None = None


def reader(field: StrawberryField) -> Read:
    """What ``field.default_resolver`` does, without a call of Python's where that can be had."""
    if field.default_resolver is getattr:
        return Read(attrgetter(field.python_name))
    if field.default_resolver is operator.getitem:
        return Read(itemgetter(field.python_name), field.python_name)
    return Read(partial(_read, field.default_resolver, field.python_name))


def _read(default_resolver: Callable[[Any, str], Any], name: str, source: Any) -> Any:
    return default_resolver(source, name)


def read_all(read: Read, sources: Sequence[Any]) -> list[Any]:
    """What each source gives, or the exception it raises instead. None of them is asked twice."""
    if type(sources) is Table and read.item is not None:
        # A name that is not there is the error of each of them.
        with suppress(KeyError):
            return sources.column(read.item)
    values: list[Any] = []
    # It goes on behind the source that raised.
    reading = map(read.of, sources)
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
