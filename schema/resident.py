"""Yourself."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.groups
import resolvers.oneself
import resolvers.releases
import resolvers.residents
import resolvers.sessions
from schema.connections import Connection
from schema.edges import column, edge, pages
from schema.enums import RequestStatus
from schema.node import Node, Person, object_id
from schema.session import Session

if TYPE_CHECKING:
    from schema.group import Group
    from schema.ledger import Release
    from schema.member import Member


@strawberry.type(description="Where residents live (地区・町丁目).")
class Area(Node):
    id: strawberry.ID = object_id("Area")
    name: str = column("The area's name.")


@strawberry.type(
    description=(
        "Your own account (個人アカウント). Nobody else's is ever shown: other people are met as"
        " `Member` of a group."
    )
)
class Resident(Node, Person):
    id: strawberry.ID = object_id("Resident")
    area: Area | None = edge(resolvers.groups.area_of, description="The area you live in.")
    memberships: list[Annotated["Member", strawberry.lazy("schema.member")]] = edge(
        resolvers.oneself.memberships_of,
        description="You in each of your groups, past memberships included.",
    )
    membership_requests: list["MembershipRequest"] = edge(
        resolvers.residents.own_requests, description="Your applications to join a group."
    )
    sessions: list[Session] = edge(
        resolvers.sessions.own,
        description="Your open sessions, the one used last first, at most 100.",
    )
    releases: Connection[Annotated["Release", strawberry.lazy("schema.ledger")]] = pages(
        resolvers.releases.about_viewer,
        description="Who was given your personal data, newest first. Never the data itself.",
    )


@strawberry.type(
    description=(
        "An application to join a group (加入申込). Not a member yet: it shows what the applicant"
        " wrote, and releases nothing."
    )
)
class MembershipRequest(Node):
    id: strawberry.ID = object_id("MembershipRequest")
    group: Annotated["Group", strawberry.lazy("schema.group")] = edge(
        resolvers.groups.of_rows, description="The group applied to."
    )
    display_name: str = column("The name the applicant goes by.")
    message: str | None = column("What the applicant wrote to the officers.")
    requested_on: date = column("The day of the application, in Asia/Tokyo.")
    status: RequestStatus = column("Where the application stands.")
    decline_reason: str | None = column("What the applicant was told, if it was turned down.")
