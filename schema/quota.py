"""How many people an officer may be shown per hour."""

from datetime import date

import strawberry

from schema.edges import column


@strawberry.type(
    description=(
        "How many people's personal fields one officer may be shown through this group within an"
        " hour. The same people again are not counted twice. Beyond it the answer is"
        " RELEASE_QUOTA_EXCEEDED, and nobody is shown."
    )
)
class ReleaseQuota:
    people_per_hour: int | None = column(
        "People within any hour, for one officer; null: as many as there are."
    )
    until: date | None = column(
        "The last day, in Asia/Tokyo, of a number that city staff set for this group; null: it is"
        " the usual one, which counts all such groups of an officer together."
    )
    reason: str | None = column("Why city staff set it; null with the usual one.")
