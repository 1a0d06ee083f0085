"""Resolvers of the unlucky library and their column forms, among them some that break."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from enum import Enum
from typing import Any

import strawberry

from tests.execution.unlucky_things import Item, Mishap, Mood, On, pause, some


def caught(resolver: Callable[..., Any], source: Any, **arguments: Any) -> Any:
    """What a resolver gives, or the exception it raises."""
    try:
        return resolver(source, **arguments)
    except Exception as error:  # noqa: BLE001
        return error


def column_of(resolver: Callable[..., Any]) -> Callable[..., Any]:
    """The column form of a resolver. Where that is asynchronous, the list is one of awaitables."""

    def column_form(column: Any, **arguments: Any) -> list[Any]:
        return [caught(resolver, source, **deepcopy(arguments)) for source in column.sources]

    return column_form


@strawberry.enum
class Fate(Enum):
    """What becomes of a column."""

    FINE = "fine"
    LATER = "awaited"
    ONE = "one of them fails"
    AWAITABLES = "a list of awaitables"
    TUPLE = "a tuple"
    RAISES = "raises at once"
    RAISES_LATER = "raises when awaited"
    SHORT = "one too few"
    LONG = "one too many"
    EMPTY = "none at all"
    SHORT_OF_AWAITABLES = "one too few, and all of them awaitables"
    DICT = "no list but a dict"
    TEXT = "no list but a text"
    NOTHING = "None"
    GENERATOR = "no list but a generator"


# What each object is told where the column as a whole is of no use.
WHOLE = {
    Fate.RAISES: Mishap,
    Fate.RAISES_LATER: Mishap,
    Fate.SHORT: ValueError,
    Fate.LONG: ValueError,
    Fate.EMPTY: ValueError,
    Fate.SHORT_OF_AWAITABLES: ValueError,
    Fate.DICT: TypeError,
    Fate.TEXT: TypeError,
    Fate.NOTHING: TypeError,
    Fate.GENERATOR: TypeError,
}


def kin_of(root: Any, n: int = 2, fate: Fate = Fate.FINE) -> Any:
    """Things that belong to a thing."""
    if fate in WHOLE:
        raise WHOLE[fate]("misfit")
    number = root.number if root is not None else 0
    if fate is Fate.ONE and number % 4 == 1:
        raise Mishap(f"kin of {number}")
    return some(number, "kin", [_kind(number, each) for each in range(min(n, 3))])


def _kind(number: int, n: int) -> Any:
    return None if (number + n) % 23 == 9 else Item(number * 7 + n + 1)


def kin_column(column: Any, n: int = 2, fate: Fate = Fate.FINE) -> Any:
    """The same for all of them; what is the matter with it, ``fate`` says."""
    if fate is Fate.RAISES:
        raise Mishap("misfit")
    mild = fate if fate is Fate.ONE else Fate.FINE
    values = [caught(kin_of, source, n=n, fate=mild) for source in column.sources]
    if fate in (Fate.LATER, Fate.RAISES_LATER):
        return _later(values, fate)
    broken: dict[Fate, Callable[[], Any]] = {
        Fate.AWAITABLES: lambda: [_one_later(value) for value in values],
        Fate.TUPLE: lambda: tuple(values),
        Fate.SHORT: lambda: values[1:],
        Fate.LONG: lambda: [*values, None],
        Fate.EMPTY: lambda: values[:0],
        Fate.SHORT_OF_AWAITABLES: lambda: [_one_later(value) for value in values[1:]],
        Fate.DICT: lambda: dict(enumerate(values)),
        Fate.TEXT: lambda: "x" * len(values),
        Fate.NOTHING: lambda: None,
        Fate.GENERATOR: lambda: (value for value in values),
    }
    return broken[fate]() if fate in broken else values


async def _later(values: Sequence[Any], fate: Fate) -> Sequence[Any]:
    await pause(2)
    if fate is Fate.RAISES_LATER:
        raise Mishap("misfit")
    return values


async def _one_later(value: Any) -> Any:
    await pause(1)
    if isinstance(value, Exception):
        raise value
    return value


KEY = strawberry.ID("k")


@strawberry.input
class Wanted:
    since: int = 3
    mood: Mood = Mood.CALM
    words: list[str] = strawberry.field(default_factory=lambda: ["w"])
    on_day: On | None = None
    inner: "Wanted | None" = None


@strawberry.input(one_of=True)
class By:
    number: int | None = strawberry.UNSET
    name: str | None = strawberry.UNSET
    wanted: Wanted | None = strawberry.UNSET


def said_of(
    root: Any,
    wanted: Wanted | None = None,
    by: By | None = None,
    moods: list[Mood] | None = None,
    on_day: On | None = None,
    words: list[str] | None = None,
    more: strawberry.Maybe[int | None] = None,
    key: strawberry.ID = KEY,
    by_default: Mood = Mood.WILD,
) -> str:
    """The arguments, as they came; and what is done to them reaches nobody else."""
    came = [words, wanted.words if wanted else None]
    for each in came:
        if each is not None:
            each.append(f"+{root.number}")
            each.pop(0)
            each.insert(0, "seen")
    text = repr((wanted, by, moods, on_day, words, more, key, by_default))
    for each in came:
        if each is not None:
            each.clear()
    return text


def named_of(root: Any, key: strawberry.ID | None = strawberry.UNSET) -> str:
    """Whatever an extension put there."""
    return repr(key)
