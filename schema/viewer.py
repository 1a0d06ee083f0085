"""What the caller is to the server."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

import resolvers.groups
import resolvers.members
import resolvers.sessions
from permissions.words import Power, StaffRole, ViewerKind
from resolvers.operation import Operation
from schema.edges import column, edge
from schema.session import Session

if TYPE_CHECKING:
    from schema.group import Group
    from schema.member import Member


@strawberry.type(description="What an active membership makes of you in one group, right now.")
class ViewerMembership:
    group: Annotated["Group", strawberry.lazy("schema.group")] = edge(
        resolvers.groups.of_rows, description="The group."
    )
    member: Annotated["Member", strawberry.lazy("schema.member")] | None = edge(
        resolvers.members.by_column, column="id", description="You as its member."
    )
    powers: list[Power] = column("The powers you have there right now.")


@strawberry.type(description="What the server knows of whoever asks.")
class Viewer:
    kind: ViewerKind = column("Anonymous, resident or staff.")
    staff_roles: list[StaffRole] = column("The duties of a city employee; empty for the others.")
    memberships: list[ViewerMembership] = column("Your active memberships with your powers.")
    sessions: list[Session] = edge(
        resolvers.sessions.own,
        description=(
            "Your open sessions, the one used last first, at most 100; of city staff too, who have"
            " no `me`. Empty when anonymous."
        ),
    )


async def viewer_of(operation: Operation) -> dict[str, Any]:
    """The viewer as a row."""
    viewer = (await operation.transaction()).viewer
    return {
        "id": viewer.person,
        "kind": viewer.kind,
        "staff_roles": sorted(viewer.staff_roles),
        "memberships": [
            {
                "id": standing.membership_id,
                "group_id": standing.group_id,
                "powers": sorted(standing.powers),
            }
            for standing in viewer.standings.values()
        ],
    }
