"""Offices and who holds them."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.members
import resolvers.offices
from permissions.words import Power
from schema.edges import column, edge
from schema.enums import AppointmentStatus
from schema.node import Node, object_id

if TYPE_CHECKING:
    from schema.member import Member


@strawberry.type(
    description="An office (役職) as its group defines it: 会長, 副会長, 総務部長 and so on."
)
class Office(Node):
    id: strawberry.ID = object_id("Office")
    title: str = column("The office's title.")
    powers: list[Power] = column(
        "The powers the group lends to this office. Only those that the city delegates to the group"
        " are in force: see `Group.delegatedPowers`."
    )
    appointments: list["Appointment"] | None = edge(
        resolvers.offices.appointments_of_offices,
        description="Past, current and coming holders, in order of their terms.",
    )


@strawberry.type(description="One member holding one office for a term (任命).")
class Appointment(Node):
    id: strawberry.ID = object_id("Appointment")
    office: Office | None = edge(
        resolvers.offices.by_column, column="office_id", description="The office held."
    )
    holder: Annotated["Member", strawberry.lazy("schema.member")] | None = edge(
        resolvers.members.by_column, column="membership_id", description="The member who holds it."
    )
    starts_on: date = column("The first day of the term, in Asia/Tokyo.")
    ends_on: date = column("The last day of the term, which still counts in full.")
    status: AppointmentStatus = column("Where the term stands today.")
