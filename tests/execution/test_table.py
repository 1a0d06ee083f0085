"""A level that is a table is read by whole columns, and answered as any other list of rows."""

from collections.abc import Sequence
from operator import getitem
from typing import Any

import pytest
import strawberry
from strawberry.extensions import FieldExtension

from execution.column import Column
from execution.executor import BreadthFirstExecutor
from execution.table import Table

NAMES = ("title", "year", "place")


class Row(dict[str, Any]):
    """It iterates over its values, as a database's does, and tells when a name is looked up."""

    looked_up: list[str]

    def __iter__(self) -> Any:
        return iter(self.values())

    def __getitem__(self, name: str) -> Any:
        self.looked_up.append(name)
        return super().__getitem__(name)


class Later(FieldExtension):
    """Asks of books later than 1950 alone."""

    def resolve_column(self, next_: Any, column: Column, **kw: Any) -> Sequence[Any]:
        kept = [n for n, year in enumerate(column.items("year")) if year > 1950]
        shown: list[Any] = [None] * len(column)
        for n, value in zip(kept, next_(column.where(kept), **kw), strict=True):
            shown[n] = value
        return shown

    def resolve(self, next_: Any, source: Any, info: Any, **kw: Any) -> Any:
        raise AssertionError("the column form is asked, not this")


@strawberry.type
class Book:
    title: str
    year: int
    author: str | None
    place: str | None = strawberry.field(extensions=[Later()])


def row(looked_up: list[str], *values: Any) -> Row:
    """A row of a table with :data:`NAMES`."""
    made = Row(zip(NAMES, values, strict=True))
    made.looked_up = looked_up
    return made


async def ask(
    shelves: list[list[Any]], fields: str
) -> tuple[Any, list[tuple[str, list[str | int] | None]]]:
    """The answer for books that stand on these shelves."""

    @strawberry.type
    class Query:
        @strawberry.field
        def books(self) -> list[Book]:
            return shelves[0]

        @strawberry.field
        def shelves(self) -> list[list[Book]]:
            return shelves

    schema = strawberry.Schema(
        query=Query,
        config=strawberry.schema.config.StrawberryConfig(default_resolver=getitem),
        execution_context_class=BreadthFirstExecutor,
    )
    root = "books" if len(shelves) == 1 else "shelves"
    answer = await schema.execute(f"{{ {root} {{ {fields} }} }}")
    errors = [(error.message, error.path) for error in answer.errors or ()]
    return answer.data and answer.data[root], errors


async def test_no_row_is_looked_into() -> None:
    looked_up: list[str] = []
    rows = [row(looked_up, "雪国", 1937, "越後"), row(looked_up, "砂の女", 1962, "砂丘")]
    assert await ask([Table(rows, NAMES)], "title year") == (
        [{"title": "雪国", "year": 1937}, {"title": "砂の女", "year": 1962}],
        [],
    )
    assert looked_up == []


async def test_a_name_that_the_rows_do_not_have_is_the_error_of_each() -> None:
    rows = [row([], "雪国", 1937, "越後"), row([], "砂の女", 1962, "砂丘")]
    assert await ask([Table(rows, NAMES)], "title author") == (
        [{"title": "雪国", "author": None}, {"title": "砂の女", "author": None}],
        [("'author'", ["books", 0, "author"]), ("'author'", ["books", 1, "author"])],
    )


async def test_two_tables_of_one_level_each_keep_their_rows() -> None:
    shelves: list[list[Any]] = [
        Table([row([], "雪国", 1937, "越後")], NAMES),
        Table([row([], "砂の女", 1962, "砂丘"), row([], "箱男", 1973, "東京")], NAMES),
    ]
    assert await ask(shelves, "title") == (
        [[{"title": "雪国"}], [{"title": "砂の女"}, {"title": "箱男"}]],
        [],
    )


async def test_an_extension_looks_at_all_rows_and_asks_for_some() -> None:
    looked_up: list[str] = []
    books = [("雪国", 1937, "越後"), ("砂の女", 1962, "砂丘"), ("箱男", 1973, "東京")]
    table = Table([row(looked_up, *book) for book in books], NAMES)
    data, errors = await ask([table], "place")
    assert ([book["place"] for book in data], errors) == ([None, "砂丘", "東京"], [])
    # Some of a table's rows are no table.
    assert looked_up == ["place", "place"]


def test_what_is_done_to_a_column_is_not_done_to_the_table() -> None:
    table = Table([row([], "雪国", 1937, "越後")], NAMES)
    table.column("title").clear()
    assert table.column("title") == ["雪国"]


def test_rows_of_different_shapes_are_no_table() -> None:
    table = Table([row([], "雪国", 1937, "越後"), ("砂の女",)], NAMES)
    with pytest.raises(ValueError, match="shorter"):
        table.column("title")
