"""What can be asked."""

from typing import Annotated, Any

import strawberry

from execution.column import COLUMN, Column
from permissions.policy import POLICY_VERSION
from resolvers import groups, history, nodes, oneself, releases, rules
from resolvers.batching import load, load_column
from resolvers.errors import bad_input
from resolvers.global_ids import local_id
from schema.change import Change
from schema.connections import Connection
from schema.edges import After, First, Info
from schema.group import Group
from schema.ledger import Release
from schema.node import Node
from schema.resident import Resident
from schema.rules import PrivacyRule
from schema.viewer import Viewer, viewer_of

ObjectId = Annotated[strawberry.ID, strawberry.argument(description="The object's id.")]


async def _me(info: Info) -> Any:
    return await oneself.viewer(info.context)


async def _viewer(info: Info) -> Any:
    return await viewer_of(info.context)


async def _group(info: Info, id: ObjectId) -> Any:  # noqa: A002
    local = local_id("Group", id)
    return None if local is None else await load(info.context, groups.by_ids, local)


async def _me_column(column: Column) -> list[Any]:
    return [await oneself.viewer(column.context)]


async def _viewer_column(column: Column) -> list[Any]:
    return [await viewer_of(column.context)]


async def _group_column(column: Column, *, id: str) -> list[Any]:  # noqa: A002
    local = local_id("Group", id)
    if local is None:
        return [None]
    await column.context.transaction()
    # Of one's own group the facts may say enough: that needs no turn of the event loop.
    own = groups.own_by_ids([local], column.context)
    return list(own.values()) or await load_column(column, groups.by_ids, [local])


async def _groups(
    info: Info,
    first: First = None,
    after: After = None,
    area: Annotated[
        strawberry.ID | None, strawberry.argument(description="Only groups of this area.")
    ] = None,
    search: Annotated[
        str | None,
        strawberry.argument(description="Only groups whose name contains this."),
    ] = None,
) -> Any:
    return await groups.directory(info.context, first=first, after=after, area=area, search=search)


async def _node(info: Info, id: ObjectId) -> Any:  # noqa: A002
    return await nodes.by_global_id(info.context, id)


async def _nodes(
    info: Info,
    ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 200 ids.")],
) -> Any:
    if len(ids) > nodes.MOST_IDS:
        raise bad_input(f"ids has {len(ids)} entries: give at most {nodes.MOST_IDS}.")
    return await nodes.by_global_ids(info.context, ids)


def _privacy_rules() -> Any:
    return rules.all_rules()


def _privacy_rules_version() -> str:
    return POLICY_VERSION


async def _history(info: Info, first: First = None, after: After = None) -> Any:
    return await history.of_city(info.context, first=first, after=after)


async def _releases(info: Info, first: First = None, after: After = None) -> Any:
    return await releases.all_of_city(info.context, first=first, after=after)


@strawberry.type(description="What can be asked.")
class Query:
    me: Resident | None = strawberry.field(
        resolver=_me,
        description="Yourself; null when anonymous or staff.",
        metadata={COLUMN: _me_column},
    )
    viewer: Viewer = strawberry.field(
        resolver=_viewer,
        description="What the server knows of whoever asks.",
        metadata={COLUMN: _viewer_column},
    )
    group: Group | None = strawberry.field(
        resolver=_group,
        description="A group by its id; null for any other id.",
        metadata={COLUMN: _group_column},
    )
    groups: Connection[Group] = strawberry.field(
        resolver=_groups, description="The public directory of groups, by name."
    )
    node: Node | None = strawberry.field(
        resolver=_node,
        description="Any object by its id; null where it is unknown or not for you, alike.",
    )
    nodes: list[Node | None] = strawberry.field(
        resolver=_nodes,
        description="Objects by their ids, in the same order; null as for `node`.",
    )
    privacy_rules: list[PrivacyRule] = strawberry.field(
        resolver=_privacy_rules, description="The whole table of privacy rules."
    )
    privacy_rules_version: str = strawberry.field(
        resolver=_privacy_rules_version, description="A hash of the table; the ledger names it."
    )
    history: Connection[Change] | None = strawberry.field(
        resolver=_history, description="Who changed what in the whole city, newest first."
    )
    releases: Connection[Release] | None = strawberry.field(
        resolver=_releases, description="The ledger of releases, newest first."
    )
