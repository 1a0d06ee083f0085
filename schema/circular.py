"""Electronic circulars and whom they reached."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

import resolvers.circulars
import resolvers.groups
import resolvers.members
import resolvers.offices
import resolvers.receipts
from execution.column import COLUMN, Column
from resolvers.batching import load, load_column
from schema.connections import Connection
from schema.edges import After, First, Info, column, computed, edge
from schema.enums import CircularAudienceKind, CircularStatus, ReceiptState
from schema.node import Node, object_id

if TYPE_CHECKING:
    from schema.group import Group
    from schema.member import Han, Member
    from schema.office import Office


async def _member(root: strawberry.Parent[Any], info: Info) -> Any:
    if resolvers.receipts.name_their_members(info.context):
        return root
    return await load(info.context, resolvers.members.by_column, root, column="id")


def _members(column: Column) -> Any:
    if resolvers.receipts.name_their_members(column.context):
        return column.sources
    return load_column(column, resolvers.members.by_column, column.sources, column="id")


@strawberry.type(description="How far a circular got with one member.")
class Receipt:
    member: Annotated["Member", strawberry.lazy("schema.member")] | None = strawberry.field(
        resolver=_member,
        metadata={COLUMN: _members},
        description="The member it is about.",
    )
    state: ReceiptState | None = column("How far it got.")
    delivered_at: datetime | None = column("When its text was first in an answer to the member.")
    read_at: datetime | None = column("When the member marked it read.")
    paper_at: datetime | None = column("When an officer recorded that it was brought on paper.")


@strawberry.type(description="A circular's words before an edit.")
class CircularVersion:
    version: int = column("1 for the first.")
    title: str = column("The title it had.")
    body: str = column("The text it had.")
    replaced_at: datetime = column("When it was edited.")


@strawberry.type(description="A circular's recipients in figures.")
class ReceiptSummary:
    recipients: int = column("Members it is addressed to who were in when it was published.")
    delivered: int = column("How many of them had its text in an answer.")
    read: int = column("How many marked it read.")
    paper: int = column("For how many a paper delivery was recorded.")
    outstanding: int = column("How many were reached in none of these ways.")


@strawberry.type(description="Whom a circular is addressed to.")
class CircularAudience:
    kind: CircularAudienceKind = column("All members, one han, or one office.")
    han: Annotated["Han", strawberry.lazy("schema.member")] | None = edge(
        resolvers.groups.han_by_column, column="audience_han_id", description="The han, for HAN."
    )
    office: Annotated["Office", strawberry.lazy("schema.office")] | None = edge(
        resolvers.offices.by_column,
        column="audience_office_id",
        description="The office, for OFFICE.",
    )


def _body(root: strawberry.Parent[Any], info: Info) -> str:
    info.context.bodies.append((info.path.as_list, root["id"]))
    body: str = root["body"]
    return body


def _bodies(column: Column) -> list[str]:
    noted = column.context.bodies
    for position, row in enumerate(column.sources):
        noted.append((partial(column.path, position), row["id"]))
    return [row["body"] for row in column.sources]


def _audience_of(row: Any) -> dict[str, Any]:
    return {
        "id": row["id"],
        "group_id": row["group_id"],
        "kind": row["audience"],
        "audience_han_id": row["audience_han_id"],
        "audience_office_id": row["audience_office_id"],
    }


async def _receipts(
    root: strawberry.Parent[Any],
    info: Info,
    state: Annotated[
        ReceiptState | None, strawberry.argument(description="Only receipts in this state.")
    ] = None,
    first: First = None,
    after: After = None,
) -> Any:
    wanted = state.value if state is not None else None
    return await resolvers.receipts.page_of(
        root, info.context, state=wanted, first=first, after=after
    )


def _all_receipts(
    column: Column, *, state: str | None = None, first: int | None = None, after: str | None = None
) -> Any:
    return resolvers.receipts.pages_of(
        column.sources, column, state=state, first=first, after=after
    )


async def _summary(root: strawberry.Parent[Any], info: Info) -> Any:
    return await resolvers.receipts.summary_of(root, info.context)


def _summaries(column: Column) -> Any:
    return resolvers.receipts.summaries_of(column.sources, column)


@strawberry.type(description="An electronic circular (電子回覧板) from a group's officers.")
class Circular(Node):
    id: strawberry.ID = object_id("Circular")
    group: Annotated["Group", strawberry.lazy("schema.group")] = edge(
        resolvers.groups.of_rows, description="The group it was published in."
    )
    title: str = column("The title.")
    body: str = strawberry.field(
        resolver=_body,
        metadata={COLUMN: _bodies},
        description=(
            "The text, plain, with line breaks. Having it in an answer counts as delivered to you."
        ),
    )
    published_at: datetime = column("When it was or will be published.")
    edited_at: datetime | None = column("When its words were last changed.")
    version: int = column("1 as published; one more with each edit.")
    versions: list[CircularVersion] | None = edge(
        resolvers.circulars.versions_of, description="Its words before each edit, newest first."
    )
    author: Annotated["Member", strawberry.lazy("schema.member")] | None = edge(
        resolvers.members.by_column,
        column="author_membership_id",
        description="The officer who published it; goes by 元会員 after leaving the group.",
    )
    audience: CircularAudience = computed(_audience_of, description="Whom it is addressed to.")
    status: CircularStatus = column("Whether it is out.")
    receipts: Connection[Receipt] | None = strawberry.field(
        resolver=_receipts,
        metadata={COLUMN: _all_receipts},
        description="Its recipients and how far it got with each, in a fixed order.",
    )
    receipt_summary: ReceiptSummary | None = strawberry.field(
        resolver=_summary,
        metadata={COLUMN: _summaries},
        description="Its recipients in figures.",
    )
    my_receipt: Receipt | None = edge(
        resolvers.circulars.own_receipts_of,
        description="How far it got with you; null where you are no recipient.",
    )
