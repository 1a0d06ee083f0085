"""Neighbourhood associations."""

from datetime import date
from typing import Annotated, Any

import strawberry

import resolvers.circulars
import resolvers.groups
import resolvers.history
import resolvers.members
import resolvers.offices
import resolvers.quotas
import resolvers.residents
from execution.column import COLUMN, Column
from permissions.viewer import Viewer
from permissions.words import Directory, Participation, Power
from resolvers.batching import load
from schema.change import Change
from schema.circular import Circular
from schema.connections import Connection
from schema.edges import After, First, Info, by_arguments, column, edge, pages
from schema.enums import GroupKind
from schema.member import Han, Household, Member
from schema.node import Node, object_id
from schema.office import Office
from schema.quota import ReleaseQuota
from schema.resident import Area, MembershipRequest


async def _members(
    root: strawberry.Parent[Any],
    info: Info,
    first: First = None,
    after: After = None,
    han: Annotated[
        strawberry.ID | None,
        strawberry.argument(
            description="Only members of this han, as far as their han is shown to you."
        ),
    ] = None,
    search: Annotated[
        str | None,
        strawberry.argument(
            description=(
                "Only members whose display name, or name or kana as far as they are shown to you,"
                " contains this; at most 100 characters."
            )
        ),
    ] = None,
) -> Any:
    return await load(
        info.context,
        resolvers.members.of_groups,
        root,
        first=first,
        after=after,
        han=han,
        search=search,
    )


async def _viewer_powers(root: strawberry.Parent[Any], info: Info) -> list[Power]:
    transaction = await info.context.transaction()
    return _powers_in(transaction.viewer, root)


async def _all_viewer_powers(column: Column) -> list[list[Power]]:
    viewer = (await column.context.transaction()).viewer
    return [_powers_in(viewer, group) for group in column.sources]


def _powers_in(viewer: Viewer, group: Any) -> list[Power]:
    standing = viewer.standing(group["id"])
    return sorted(standing.powers) if standing is not None else []


@strawberry.type(
    description=(
        "A neighbourhood association (町内会等). What it says of itself is public; what its members"
        " are to one another is theirs."
    )
)
class Group(Node):
    id: strawberry.ID = object_id("Group")
    name: str = column("The association's name.")
    kind: GroupKind = column("What it calls itself.")
    area: Area | None = edge(resolvers.groups.area_of, description="The area it belongs to.")
    introduction: str = column("What it says of itself, for people who might join.")
    participation: Participation = column("How it takes part in the platform today.")
    participation_since: date | None = column("Since when it takes part in this way.")
    next_participation: Participation | None = column("How it will take part; null for no change.")
    next_participation_from: date | None = column("From which day on it will.")
    member_directory: Directory = column("Who may list its members by display name.")
    delegated_powers: list[Power] = column("The powers the city delegates to it: the ceiling.")
    viewer_powers: list[Power] = strawberry.field(
        resolver=_viewer_powers,
        metadata={COLUMN: _all_viewer_powers},
        description="The powers you have here right now.",
    )
    viewer_membership: Member | None = edge(
        resolvers.members.viewer_in, description="You as a member; null where you are none."
    )
    offices: list[Office] | None = edge(
        resolvers.offices.of_groups, description="Its offices, in its own order."
    )
    hans: list[Han] | None = edge(
        resolvers.groups.hans_of, description="Its han, in its own order."
    )
    households: list[Household] | None = edge(
        resolvers.groups.households_of, description="Its households."
    )
    members: Connection[Member] | None = strawberry.field(
        resolver=_members,
        metadata={COLUMN: by_arguments(resolvers.members.of_groups, "han", "search")},
        description=(
            "Its active members, by kana as far as it is shown to you, then in a fixed order."
        ),
    )
    membership_requests: Connection[MembershipRequest] | None = pages(
        resolvers.residents.requests_of_groups,
        description="Applications waiting for a decision, oldest first.",
    )
    circulars: Connection[Circular] | None = pages(
        resolvers.circulars.of_groups, description="The circulars you may read here, newest first."
    )
    history: Connection[Change] | None = pages(
        resolvers.history.of_groups, description="Who changed what here, newest first."
    )
    release_quota: ReleaseQuota | None = edge(
        resolvers.quotas.of_groups,
        description="How many people's personal fields one officer may be shown here per hour.",
    )
    unread_circular_count: int | None = edge(
        resolvers.circulars.unread_in,
        description="How many published circulars here you have not marked read.",
    )
