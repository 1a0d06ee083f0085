"""What stands in the unlucky library, and what happens to it."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from functools import cached_property
from typing import Any
from zlib import crc32

import strawberry
from strawberry.dataloader import DataLoader

On = date
# The numbers grow from level to level; nothing is the matter with smaller ones.
MOST = 1_000_003


class Mishap(Exception):
    """What happened to a thing."""


@strawberry.enum
class Mood(Enum):
    CALM = "calm"
    WILD = "wild"


def lot(number: int, name: str) -> int:
    """A number from 0 to 99, drawn for a field of a thing once and for all."""
    return crc32(f"{number} {name}".encode()) % 100


def some(number: int, name: str, value: Any, *, error: int = 5, none: int = 5) -> Any:
    """The value, or none; or a mishap. ``error`` and ``none`` are chances in a hundred."""
    drawn = lot(number, name)
    if drawn < error:
        raise Mishap(f"{name} of {number}")
    return None if drawn < error + none else value


async def pause(number: int) -> None:
    """Some turns of the loop."""
    for _ in range(abs(number) % 3):
        await asyncio.sleep(0)


class Item:
    """A thing of the library."""

    def __init__(self, number: int) -> None:
        self.number = number % MOST

    @property
    def name(self) -> str:
        return f"n{self.number}"

    @property
    def nick(self) -> Any:
        # Not always the very type that a column of them would go smoothly with.
        return {1: None, 2: 7, 3: True}.get(self.number % 9, "nick")

    @property
    def mood(self) -> Any:
        return {4: None, 5: "furious"}.get(self.number % 13, list(Mood)[self.number % 2])

    @property
    def weight(self) -> Any:
        return {6: float("inf"), 7: 2, 8: None}.get(self.number % 17, 1.5)

    @property
    def size(self) -> Any:
        return {3: 2**31, 4: -(2**31), 5: None, 6: True, 7: "8", 8: 1.5}.get(self.number % 19, 4)

    @property
    def on(self) -> date | None:
        return None if self.number % 5 == 0 else self.must_on

    @property
    def must_on(self) -> date:
        return date(2000, 1, 1) + timedelta(self.number % 5000)

    @property
    def moody(self) -> Any:
        return some(self.number, "moody", "moody")

    @property
    def read_veiled(self) -> Any:
        return some(self.number, "read veiled", "behind")

    @property
    def late(self) -> Any:
        return self._late() if self.number % 3 == 0 else "not late"

    async def _late(self) -> Any:
        await pause(self.number)
        return some(self.number, "late", "late")

    @cached_property
    def grid(self) -> list[Any]:
        return [
            None if (self.number + row) % 7 == 0 else self._row(row)
            for row in range(self.number % 4)
        ]

    def _row(self, row: int) -> list[Any]:
        return [
            None if lot(self.number, f"{row} {column}") < 5 else row * 10 + column
            for column in range((self.number + row) % 3)
        ]

    @property
    def lines(self) -> list[Any]:
        kinds: Any = (["a", "b"], [], None, ("c",), [None], "no list", 5, ["d", 6, "e"], {"f": 1})
        return [kinds[(self.number + n) % len(kinds)] for n in range(3)]


async def _load(numbers: list[int]) -> list[Any]:
    await asyncio.sleep(0)
    return [
        Mishap(f"{number} was not loaded")
        if lot(number, "load") < 8
        else None
        if lot(number, "load") < 12
        else Item(number + 11)
        for number in numbers
    ]


@dataclass
class Context:
    """What is written down meanwhile."""

    log: list[Any] = field(default_factory=list)
    #: What was withheld, at which path; what was let out, of whom and at which path.
    notes: list[Any] = field(default_factory=list)
    loader: Any = field(default_factory=lambda: DataLoader(load_fn=_load))

    def noted(self) -> list[Any]:
        """The notes since the last time."""
        notes, self.notes = self.notes, []
        return notes
