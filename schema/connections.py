"""Pages, by the Relay Cursor Connections Specification, forwards only."""

from typing import Any, Generic, TypeVar

import strawberry

from resolvers.global_ids import to_cursor
from schema.edges import Info, column
from schema.guard import note_page

T = TypeVar("T")


def _end_cursor(root: strawberry.Parent[Any], info: Info) -> Any:
    # A cursor is an id: page by page it would name everybody, each of them left out of the ledger.
    note_page(info.context, root, root["nodes"][-1:], info)
    return root["end_cursor"]


def _start_cursor(root: strawberry.Parent[Any], info: Info) -> Any:
    note_page(info.context, root, root["nodes"][:1], info)
    return root["start_cursor"]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = column("Whether more comes after this page.")
    has_previous_page: bool = column(
        "Whether this page was asked for with `after`. Lists are read forwards only."
    )
    start_cursor: str | None = strawberry.field(
        resolver=_start_cursor,
        description="The cursor of the first entry; null on an empty page.",
    )
    end_cursor: str | None = strawberry.field(
        resolver=_end_cursor,
        description="The cursor of the last entry, to pass as `after`; null on an empty page.",
    )


@strawberry.type(description="An entry of a page with its cursor.")
class Edge(Generic[T]):
    cursor: str = column("Where this entry stands; to pass as `after`.")
    node: T = column("The entry.")


def _nodes(root: strawberry.Parent[Any], info: Info) -> Any:
    note_page(info.context, root, root["nodes"], info)
    return root["nodes"]


def _page_info(root: strawberry.Parent[Any]) -> Any:
    return root


def _edges(root: strawberry.Parent[Any], info: Info) -> Any:
    note_page(info.context, root, root["nodes"], info)
    return [{"cursor": to_cursor(row["id"]), "node": row} for row in root["nodes"]]


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(
        resolver=_edges, description="The entries with their cursors."
    )
    nodes: list[T] = strawberry.field(resolver=_nodes, description="The entries alone.")
    page_info: PageInfo = strawberry.field(
        resolver=_page_info, description="Whether there is more."
    )
