"""Choices made from numbers: the same numbers in the same situation choose the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


class NothingToPick(Exception):
    """There is nothing of the kind yet: the step is left out."""


@dataclass
class Pick:
    """Consumes numbers one by one; after the last it goes on with zeros."""

    numbers: list[int]

    def number(self, below: int) -> int:
        """A number from 0."""
        return (self.numbers.pop(0) if self.numbers else 0) % below

    def one(self, of: Sequence[T]) -> T:
        """One of several. Raises NothingToPick."""
        if not of:
            raise NothingToPick
        return of[self.number(len(of))]

    def some(self, of: Sequence[T]) -> list[T]:
        """Any of several, also none."""
        mask = self.number(1 << len(of))
        return [each for position, each in enumerate(of) if mask >> position & 1]

    def maybe(self, of: Sequence[T]) -> T | None:
        """One of several or None."""
        return None if not of or self.number(3) == 0 else self.one(of)

    def chance(self, one_in: int) -> bool:
        """True once in so many times."""
        return self.number(one_in) == one_in - 1

    def rather(self, likely: Sequence[T], of: Sequence[T]) -> T:
        """Three times in four one of the likely ones, if there are any, else any. Raises
        NothingToPick.
        """
        anyone = self.number(4) == 3
        return self.one(of if anyone or not likely else likely)


Input = dict[str, Any]
