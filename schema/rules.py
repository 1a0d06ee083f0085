"""The privacy rules as data: what auditors introspect without seeing a personal value."""

import strawberry

from permissions.words import AudienceKind, Category, Power, StaffRole
from schema.edges import column


@strawberry.type(description="Somebody a field is released to.")
class PrivacyAudience:
    kind: AudienceKind = column("The permission class.")
    power: Power | None = column("The power an officer needs, for OFFICER_OF_GROUP.")
    staff_role: StaffRole | None = column("The role staff need, for CITY_STAFF.")


@strawberry.type(
    description=(
        "One row of the table of privacy rules. It is the ceiling: city policy, delegation,"
        " offices, the person's own choice and suppressions can only narrow it."
    )
)
class PrivacyRule:
    id: strawberry.ID = column("The rule's name, as `extensions.withheld` gives it in `rule`.")
    type: str = column("The type the field belongs to.")
    field: str = column("The field; `*` for the plumbing of pages.")
    audiences: list[PrivacyAudience] = column("Who receives it: any one of these suffices.")
    category: Category | None = column("What kind of personal data it is; null for none.")
    purpose: str | None = column('Why it is released, to continue "in order to".')
    version: str = column("A hash of this row; it changes when the row does.")
