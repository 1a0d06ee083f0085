"""Where a value stands in the answer, worked out only when an error or a resolver needs to know.

A column keeps no path per value. It keeps one place, which tells the path of each of its values
from its position in the column, and asks the place of the column above for the rest.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Protocol

from graphql.pyutils import Path


class Place(Protocol):
    """The place of a column."""

    above: "Place | None"
    # The response keys that lead there, list indexes left out: the same for all values.
    keys: tuple[str, ...]

    def step(self, position: int) -> tuple[int, str | int | None, str | None]:
        """How value ``position`` hangs below the column above: its position there, the key that is
        added to the path, if one is, and the name of the type the key is a field of.
        """


def path_of(place: Place, position: int) -> Path | None:
    """The path of a value; None at the root. Not recursive: a document may go deep."""
    keys: list[tuple[str | int, str | None]] = []
    asked: Place | None = place
    while asked is not None:
        position, key, type_name = asked.step(position)
        if key is not None:
            keys.append((key, type_name))
        asked = asked.above
    path: Path | None = None
    for key, type_name in reversed(keys):
        path = Path(path, key, type_name)
    return path


class Root:
    """What lies above the first field of a run: the path that graphql-core gave it."""

    __slots__ = ("above", "keys")

    def __init__(self) -> None:
        self.above: Place | None = None
        self.keys: tuple[str, ...] = ()

    def step(self, position: int) -> tuple[int, None, None]:
        """Nothing hangs higher."""
        return position, None, None


ROOT = Root()


class UnderKey:
    """The field ``key`` of each object of the column above."""

    __slots__ = ("_key", "_type_name", "above", "keys")

    def __init__(self, above: Place, key: str, type_name: str) -> None:
        self.above: Place | None = above
        self.keys = (*above.keys, key)
        self._key = key
        self._type_name = type_name

    def step(self, position: int) -> tuple[int, str, str]:
        """As many values as objects."""
        return position, self._key, self._type_name


class UnderIndex:
    """The items of all lists of the column above, one after the other; list n begins at starts[n].

    An empty list begins where the next one does: the last one that begins there has the item.
    """

    __slots__ = ("_starts", "above", "keys")

    def __init__(self, above: Place, starts: Sequence[int]) -> None:
        self.above: Place | None = above
        self.keys = above.keys
        self._starts = starts

    def step(self, position: int) -> tuple[int, int, None]:
        """The list that has the item, and its index there."""
        owner = bisect_right(self._starts, position) - 1
        return owner, position - self._starts[owner], None


class Among:
    """A part of the column above: value n of it is value kept[n] of the whole."""

    __slots__ = ("_kept", "above", "keys")

    def __init__(self, above: Place, kept: Sequence[int]) -> None:
        self.above: Place | None = above
        self.keys = above.keys
        self._kept = kept

    def step(self, position: int) -> tuple[int, None, None]:
        """The path is that of the value in the whole."""
        return self._kept[position], None, None
