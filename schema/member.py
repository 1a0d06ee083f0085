"""A resident as seen in one group."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.groups
import resolvers.members
import resolvers.offices
from schema.connections import Connection
from schema.edges import column, edge, pages
from schema.enums import MemberStatus
from schema.node import Node, Person, object_id

if TYPE_CHECKING:
    from schema.group import Group
    from schema.office import Appointment


@strawberry.type(
    description=(
        "A resident as seen in one group (会員). The group is part of the identity: the same person"
        " in another group is another `Member` with another id, and may be open there and closed"
        " here. Cache by id."
    )
)
class Member(Node, Person):
    id: strawberry.ID = object_id("Member")
    group: Annotated["Group", strawberry.lazy("schema.group")] = edge(
        resolvers.groups.of_rows, description="The group this membership is of."
    )
    han: Annotated["Han", strawberry.lazy("schema.member")] | None = edge(
        resolvers.groups.han_by_column, column="han_id", description="The member's han (班・組)."
    )
    household: Annotated["Household", strawberry.lazy("schema.member")] | None = edge(
        resolvers.groups.household_of, description="The member's household (世帯) in this group."
    )
    appointments: list[Annotated["Appointment", strawberry.lazy("schema.office")]] = edge(
        resolvers.offices.appointments_of_members,
        description="The offices this member held, holds or will hold, in order of their terms.",
    )
    joined_on: date | None = column("The day this person joined the group.")
    member_status: MemberStatus = column("Whether the membership still stands.", name="status")


@strawberry.type(description="A sub-unit of a group (班・組).")
class Han(Node):
    id: strawberry.ID = object_id("Han")
    name: str = column("The han's name within its group.")
    members: Connection[Member] | None = pages(
        resolvers.members.of_hans, description="The members of this han, by kana."
    )


@strawberry.type(description="People of one address in a group (世帯).")
class Household(Node):
    id: strawberry.ID = object_id("Household")
    paper_only: bool | None = column("Whether this household is to be reached on paper.")
    han: Han | None = edge(
        resolvers.groups.han_by_column,
        column="han_id",
        description="The han this household belongs to.",
    )
    members: Connection[Member] | None = pages(
        resolvers.members.of_households, description="The members of this household, by kana."
    )
