"""The two interfaces: whatever has an id, and whoever is a person."""

from datetime import date
from typing import Any

import strawberry

from execution.column import COLUMN, Column
from resolvers.global_ids import to_global_id, to_global_ids
from schema.edges import column
from schema.enums import AgeBand

_NODE_ID = "Opaque and stable: a key for caches, and what `node` takes."


def object_id(type_name: str, description: str = _NODE_ID) -> Any:
    """The ``id`` field of a type."""

    def resolve(root: strawberry.Parent[Any]) -> strawberry.ID:
        return strawberry.ID(to_global_id(type_name, root["id"]))

    def resolve_column(column: Column) -> list[str]:
        return to_global_ids(type_name, column.items("id"))

    return strawberry.field(
        resolver=resolve, description=description, metadata={COLUMN: resolve_column}
    )


@strawberry.interface(
    description="Whatever can be asked for again by its id (Relay Global Object Identification)."
)
class Node:
    id: strawberry.ID = column(_NODE_ID)

    @classmethod
    def resolve_type(cls, obj: Any, *_: Any) -> str:
        """The type a row says it is; only statements that look up by id are asked."""
        name: str = obj["typename"]
        return name

    @classmethod
    def is_type_of(cls, *_: Any) -> bool:
        """Rows are what the statement of their field yields."""
        return True

    # Inherited by every type with an id: the breadth-first executor need not ask it of each row.
    is_type_of.__func__.accepts_everything = True  # type: ignore[attr-defined]


@strawberry.interface(
    description=(
        "A person: one fragment serves yourself and a member. Fields that are not for you are null,"
        " and `extensions.withheld` says why; fields nobody filled in are null as well."
    )
)
class Person:
    display_name: str = column("The name this person chose to go by; 会員 if none was chosen.")
    name: str | None = column("Family and given name.")
    family_name: str | None = column("Family name (氏).")
    given_name: str | None = column("Given name (名).")
    kana: str | None = column("The name in katakana; rosters are sorted by it.")
    postal_code: str | None = column("Postal code, such as 070-0036.")
    address: str | None = column("Address down to the house number.")
    building: str | None = column("Building and room.")
    phone: str | None = column("Phone number.")
    email: str | None = column("Contact e-mail address; not the login.")
    birth_date: date | None = column("Date of birth.")
    age_band: AgeBand | None = column("Age in decades, from the date of birth.")
