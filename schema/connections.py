"""Pages, by the Relay Cursor Connections Specification, forwards only."""

from typing import Any, Generic, TypeVar

import strawberry

from resolvers.global_ids import to_cursor
from schema.edges import Info, column
from schema.guard import note_page

T = TypeVar("T")


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = column("Whether more comes after this page.")
    end_cursor: str | None = column(
        "The cursor of the last entry, to pass as `after`; null on an empty page."
    )


@strawberry.type(description="An entry of a page with its cursor.")
class Edge(Generic[T]):
    cursor: str = column("Where this entry stands; to pass as `after`.")
    node: T = column("The entry.")


def _nodes(root: strawberry.Parent[Any], info: Info) -> Any:
    note_page(info.context, root, info)
    return root["nodes"]


def _edges(root: strawberry.Parent[Any], info: Info) -> Any:
    note_page(info.context, root, info)
    return [{"cursor": to_cursor(row["id"]), "node": row} for row in root["nodes"]]


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(
        resolver=_edges, description="The entries with their cursors."
    )
    nodes: list[T] = strawberry.field(resolver=_nodes, description="The entries alone.")
    page_info: PageInfo = column("Whether there is more.")
