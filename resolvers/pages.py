"""Pages of a list, by the Relay Cursor Connections Specification, forwards only."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from execution.table import Table
from resolvers.errors import KairanError, bad_input, cursor_unknown
from resolvers.global_ids import from_cursor
from resolvers.operation import Operation

DEFAULT_PAGE = 50


class Window(NamedTuple):
    """What part of a list is asked for: ``first`` rows after the row ``after``."""

    first: int
    after: UUID | None

    @property
    def with_one_more(self) -> int:
        """How many rows to read to know whether there is a next page."""
        return self.first + 1


def window(operation: Operation, first: int | None, after: str | None) -> Window:
    """Checked page arguments. Raises KairanError BAD_USER_INPUT or CURSOR_UNKNOWN."""
    most = operation.services.page_max
    if first is None:
        first = min(DEFAULT_PAGE, most)
    if not 1 <= first <= most:
        raise bad_input(f"first is {first}: give 1 to {most}.")
    if after is None:
        return Window(first, None)
    row = from_cursor(after)
    if row is None:
        raise cursor_unknown()
    return Window(first, row)


def page(rows: Sequence[Any], asked: Window) -> dict[str, Any] | KairanError:
    """A connection from the rows of one parent, ``asked.with_one_more`` read.

    A statement gives one row even for an empty page, its ``id`` NULL, to tell whether the cursor
    was known. The error is returned: among many parents only some may not know it.
    """
    if rows and not rows[0]["cursor_known"]:
        return cursor_unknown()
    return connection(rows if rows and rows[0]["id"] is not None else (), asked)


def connection(nodes: Sequence[Any], asked: Window) -> dict[str, Any]:
    """The page of ``nodes``, ``asked.with_one_more`` read."""
    return {
        "nodes": _together(nodes[: asked.first]),
        "has_next_page": len(nodes) > asked.first,
        "has_previous_page": asked.after is not None,
    }


def _together(nodes: Sequence[Any]) -> list[Any]:
    """The rows of one page: what PostgreSQL gave is of one statement, and so of one shape."""
    if len(nodes) > 1 and isinstance(nodes[0], asyncpg.Record):
        return Table(nodes, nodes[0].keys())
    return list(nodes)


def pages(rows: Sequence[Any], parents: int, asked: Window) -> list[dict[str, Any] | KairanError]:
    """A connection per parent from rows that name its ``position``, 1 for the first."""
    if parents == 1:
        return [page(rows, asked)]
    by_parent: list[list[Any]] = [[] for _ in range(parents)]
    for row in rows:
        by_parent[row["position"] - 1].append(row)
    return [page(own, asked) for own in by_parent]
