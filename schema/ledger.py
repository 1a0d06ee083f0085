"""The ledger as auditors and the person concerned see it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.groups
from schema.edges import column, edge
from schema.node import object_id

if TYPE_CHECKING:
    from schema.group import Group


@strawberry.type(
    description=(
        "A release (提供): one look, in which personal fields of other people left the system: one"
        " answer, one group and the office that opened them. Written before the answer left. Never"
        " the values."
    )
)
class Release:
    id: strawberry.ID = object_id("Release", "Opaque and stable: a key for caches.")
    released_at: datetime = column("When.")
    group: Annotated["Group", strawberry.lazy("schema.group")] = edge(
        resolvers.groups.of_rows, description="The group through which the people were reached."
    )
    office_title: str = column("The office, by its title at that time.", name="office")
    fields: list[str] = column(
        "The fields that left, as `Type.field`. To the person concerned: those that left of him,"
        " and no others. To an auditor: those that left of at least one of the people counted."
        " `Type.field(argument:)` means people were picked by a value they were not shown."
    )
    purposes: list[str] = column("What these fields are released for, each purpose once.")
    rule_version: str = column("The version of the privacy rules in force.")
    operation_name: str | None = column("The name of the client's operation, if it had one.")
    subject_count: int = column(
        "Of how many people at least one field left. Others than you may have been seen with other"
        " fields than `fields` tells you of yourself."
    )
    viewer_name: str | None = column(
        "Who saw it, by display name at that time; told to the person concerned.", name="seenBy"
    )
