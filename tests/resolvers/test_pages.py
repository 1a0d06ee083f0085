"""The rows of a page are a table where one statement gave them, and a list of them everywhere."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from execution.table import Table
from resolvers.pages import Window, connection, page, pages

STATEMENT = """
    select n as position, n % 2 = 0 as is_even, true as cursor_known, gen_random_uuid() as id
    from generate_series(1, $1) n
"""


async def test_a_page_gives_the_columns_that_its_rows_have(superuser: asyncpg.Pool) -> None:
    rows = await superuser.fetch(STATEMENT, 4)
    found: Any = page(rows, Window(3, None))
    assert found["nodes"] == rows[:3]
    for name in ("position", "is_even", "cursor_known", "id"):
        assert found["nodes"].column(name) == [row[name] for row in rows[:3]]
    with pytest.raises(KeyError):
        found["nodes"].column("name")


async def test_of_two_columns_of_one_name_the_last_counts_as_it_does_in_a_row(
    superuser: asyncpg.Pool,
) -> None:
    rows = await superuser.fetch("select n as one, -n as one from generate_series(1, 3) n")
    found: Any = connection(rows, Window(3, None))
    assert found["nodes"].column("one") == [row["one"] for row in rows] == [-1, -2, -3]


async def test_pages_of_several_parents_have_columns_of_their_own(superuser: asyncpg.Pool) -> None:
    rows = await superuser.fetch(
        f"select 3 - (position + 1) / 2 as position, id, true as cursor_known from ({STATEMENT}) s",
        4,
    )
    first, second = pages(rows, 2, Window(3, None))
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert first["nodes"].column("id") == [row["id"] for row in rows[2:]]
    assert second["nodes"].column("id") == [row["id"] for row in rows[:2]]


async def test_rows_that_no_statement_gave_are_a_list(superuser: asyncpg.Pool) -> None:
    made = [{"id": UUID(int=n)} for n in range(3)]
    alone = await superuser.fetch(STATEMENT, 1)
    for rows in (made, alone, ()):
        nodes = connection(rows, Window(2, None))["nodes"]
        assert type(nodes) is list
        assert nodes == list(rows[:2])
    assert type(connection(await superuser.fetch(STATEMENT, 2), Window(2, None))["nodes"]) is Table
