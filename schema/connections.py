"""Pages, by the Relay Cursor Connections Specification, forwards only."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

import strawberry

from execution.column import COLUMN, Column
from resolvers.global_ids import to_cursor
from schema.edges import Info, column, computed
from schema.noting import note_pages

T = TypeVar("T")


def _naming(
    named: Callable[[Any], Sequence[Any]], of_page: Callable[[Any], Any], *, description: str
) -> Any:
    """A field of a page that names people: those of its nodes that ``named`` gives."""

    def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        note_pages(info.context, [root], named, lambda _: tuple(info.path.as_list()))
        return of_page(root)

    def resolve_column(column: Column) -> list[Any]:
        note_pages(column.context, column.sources, named, column.path)
        return list(map(of_page, column.sources))

    return strawberry.field(
        resolver=resolve, description=description, metadata={COLUMN: resolve_column}
    )


def _cursor_of(nodes: Sequence[Any]) -> str | None:
    """The cursor of the one node there is, if there is one."""
    return to_cursor(nodes[0]["id"]) if nodes else None


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = column("Whether more comes after this page.")
    has_previous_page: bool = column(
        "Whether this page was asked for with `after`. Lists are read forwards only."
    )
    # A cursor is an id: page by page it would name everybody, each of them left out of the ledger.
    start_cursor: str | None = _naming(
        lambda page: page["nodes"][:1],
        lambda page: _cursor_of(page["nodes"][:1]),
        description="The cursor of the first entry; null on an empty page.",
    )
    end_cursor: str | None = _naming(
        lambda page: page["nodes"][-1:],
        lambda page: _cursor_of(page["nodes"][-1:]),
        description="The cursor of the last entry, to pass as `after`; null on an empty page.",
    )


@strawberry.type(description="An entry of a page with its cursor.")
class Edge(Generic[T]):
    cursor: str = column("Where this entry stands; to pass as `after`.")
    node: T = column("The entry.")


_nodes_of = itemgetter("nodes")


def _edges_of(page: Any) -> list[dict[str, Any]]:
    return [{"cursor": to_cursor(row["id"]), "node": row} for row in page["nodes"]]


def _page_itself(page: Any) -> Any:
    return page


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = _naming(
        _nodes_of, _edges_of, description="The entries with their cursors."
    )
    nodes: list[T] = _naming(_nodes_of, _nodes_of, description="The entries alone.")
    page_info: PageInfo = computed(_page_itself, description="Whether there is more.")
