"""A small schema that has nothing to do with neighbourhoods: shelves with books."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension

from execution.column import COLUMN, Column
from execution.executor import BreadthFirstExecutor


@dataclass
class Log:
    """The context: what was called, and with how many."""

    calls: list[tuple[str, int]] = field(default_factory=list)
    short: int = 0
    gate: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    answer: Any = None
    alone: list[bool] = field(default_factory=list)


@strawberry.enum
class Order(Enum):
    TITLE = "title"
    YEAR = "year"


@strawberry.input
class Wanted:
    since: int = 0
    order: Order = Order.TITLE
    words: list[str] = strawberry.field(default_factory=list)


class Hidden(FieldExtension):
    """Withholds from every other object, column-wise; and object by object where asked so."""

    def resolve(self, next_: Any, source: Any, info: Any, **kw: Any) -> Any:
        return next_(source, info, **kw) if source["id"] % 2 else None

    def resolve_column(self, next_: Any, column: Column, **kw: Any) -> Sequence[Any]:
        column.context.calls.append(("hidden", len(column)))
        open_ = [n for n, source in enumerate(column.sources) if source["id"] % 2]
        shown: list[Any] = [None] * len(column)
        for n, value in zip(open_, next_(column.where(open_), **kw), strict=True):
            shown[n] = value
        return shown


class Loud(FieldExtension):
    """An extension that knows nothing of columns."""

    def resolve(self, next_: Any, source: Any, info: Any, **kw: Any) -> Any:
        info.context.calls.append(("loud", 1))
        return str(next_(source, info, **kw)).upper()


async def _books(column: Column, *, wanted: Wanted | None = None) -> list[Any]:
    column.context.calls.append(("books", len(column)))
    column.context.alone.append(column.is_alone)
    if column.context.answer is not None:
        return column.context.answer  # type: ignore[no-any-return]
    if column.context.gate is not None:
        column.context.asked.set()
        try:
            await column.context.gate.wait()
        finally:
            column.context.calls.append(("given up", len(column)))
    wanted = wanted or Wanted()
    found = [
        LookupError("the shelf fell down") if shelf["id"] == 13 else books_of(shelf, wanted)
        for shelf in column.sources
    ]
    return found[: len(found) - column.context.short]


def books_of(shelf: Any, wanted: Wanted) -> list[dict[str, Any]]:
    """Two books on each shelf, the second without a title on shelf 7."""
    books = [
        {"id": shelf["id"] * 10, "title": f"甲{shelf['id']}", "year": 1900, "on": date(1900, 1, 1)},
        {"id": shelf["id"] * 10 + 1, "title": f"乙{shelf['id']}", "year": 2000, "on": None},
    ]
    if shelf["id"] == 7:
        books[1]["title"] = None
    kept = [book for book in books if book["year"] >= wanted.since]
    return sorted(kept, key=lambda book: str(book[wanted.order.value]))


@strawberry.type
class Book:
    id: int
    title: str
    year: int
    on: date | None
    secret: str | None = strawberry.field(name="secret", extensions=[Hidden()])
    loud: str | None = strawberry.field(extensions=[Loud()])

    @classmethod
    def is_type_of(cls, _value: Any, info: Any) -> bool:
        info.context.calls.append(("is_type_of", 1))
        return True


def _read(source: Any, name: str) -> Any:
    return source["title"] if name in ("secret", "loud") else source[name]


async def _never(root: strawberry.Parent[Any], wanted: Wanted | None = None) -> list[Book]:
    raise AssertionError("the column form is asked, not this")


def _label(root: strawberry.Parent[Any], words: list[str]) -> str:
    words.append(str(root["id"]))
    return " ".join(words)


@strawberry.type
class Shelf:
    id: int
    label: str = strawberry.field(resolver=_label)
    books: list[Book] | None = strawberry.field(resolver=_never, metadata={COLUMN: _books})
    must_books: list[Book] = strawberry.field(resolver=_never, metadata={COLUMN: _books})


@strawberry.type
class Query:
    @strawberry.field
    def shelves(self, ids: list[int]) -> list[Shelf | None]:
        return [None if number < 0 else {"id": number} for number in ids]  # type: ignore[misc]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def shelf(self, ids: list[int]) -> AsyncIterator[Shelf]:
        for number in ids:
            yield {"id": number}  # type: ignore[misc]


class Executor(BreadthFirstExecutor):
    """With dates left to whoever writes the answer."""

    native = {"Date": date}  # noqa: RUF012


def library(
    executor: type[BreadthFirstExecutor] | None = BreadthFirstExecutor,
) -> strawberry.Schema:
    """The schema on an executor; None for Strawberry's own."""
    chosen: dict[str, Any] = {} if executor is None else {"execution_context_class": executor}
    config = strawberry.schema.config.StrawberryConfig(default_resolver=_read)
    return strawberry.Schema(query=Query, subscription=Subscription, config=config, **chosen)
