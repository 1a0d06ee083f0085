"""History: who changed what."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import strawberry

import resolvers.groups
import resolvers.members
from schema.edges import column, computed, edge
from schema.enums import described
from schema.node import object_id

if TYPE_CHECKING:
    from schema.group import Group
    from schema.member import Member


class ChangeKind(StrEnum):
    """What was changed."""

    GROUP_CREATED = "GROUP_CREATED"
    PARTICIPATION_SET = "PARTICIPATION_SET"
    POWERS_DELEGATED = "POWERS_DELEGATED"
    CITY_POLICY_SET = "CITY_POLICY_SET"
    RELEASE_QUOTA_SET = "RELEASE_QUOTA_SET"
    MEMBER_DIRECTORY_SET = "MEMBER_DIRECTORY_SET"
    MEMBER_JOINED = "MEMBER_JOINED"
    MEMBER_LEFT = "MEMBER_LEFT"
    MEMBER_REMOVED = "MEMBER_REMOVED"
    OFFICE_DEFINED = "OFFICE_DEFINED"
    OFFICE_CHANGED = "OFFICE_CHANGED"
    OFFICER_APPOINTED = "OFFICER_APPOINTED"
    APPOINTMENT_ENDED = "APPOINTMENT_ENDED"


described(
    ChangeKind,
    "ChangeKind",
    "What was changed.",
    {
        ChangeKind.GROUP_CREATED: "The city created the group.",
        ChangeKind.PARTICIPATION_SET: "The city set how the group takes part.",
        ChangeKind.POWERS_DELEGATED: "The city set the powers delegated to the group.",
        ChangeKind.CITY_POLICY_SET: "The city switched a category of data off or on.",
        ChangeKind.RELEASE_QUOTA_SET: (
            "City staff set how many people an officer of the group may be shown per hour."
        ),
        ChangeKind.MEMBER_DIRECTORY_SET: "The group chose who may list its members.",
        ChangeKind.MEMBER_JOINED: "An application was approved.",
        ChangeKind.MEMBER_LEFT: "A member left.",
        ChangeKind.MEMBER_REMOVED: "A member was removed.",
        ChangeKind.OFFICE_DEFINED: "An office was defined.",
        ChangeKind.OFFICE_CHANGED: "An office got another title or other powers.",
        ChangeKind.OFFICER_APPOINTED: "A member was appointed for a term.",
        ChangeKind.APPOINTMENT_ENDED: "A term was ended or shortened.",
    },
)


@strawberry.type(description="One thing that was changed, in words of the rules.")
class ChangedValue:
    name: str = column("What it is.")
    value: str = column("Its value as text. Never personal.")


def _text(value: Any) -> str:
    return "" if value is None else orjson.dumps(value).decode()


def _values(column_name: str, description: str) -> Any:
    def of_row(row: Any) -> list[dict[str, str]]:
        return [
            {"name": name, "value": value if isinstance(value, str) else _text(value)}
            for name, value in orjson.loads(row[column_name]).items()
        ]

    return computed(of_row, description=description)


@strawberry.type(description="A change of rules, offices or membership. Never a personal value.")
class Change:
    id: strawberry.ID = object_id("Change")
    changed_at: datetime = column("When.")
    kind: ChangeKind = column("What.")
    group: Annotated["Group", strawberry.lazy("schema.group")] | None = edge(
        resolvers.groups.of_rows, description="Where; null for the whole city."
    )
    by_staff: bool = column("Whether city staff did it.")
    actor: Annotated["Member", strawberry.lazy("schema.member")] | None = edge(
        resolvers.members.by_column,
        column="actor_membership_id",
        description="The member who did it; null for city staff.",
    )
    before: list[ChangedValue] = _values("before", "What it was.")
    after: list[ChangedValue] = _values("after", "What it became.")
