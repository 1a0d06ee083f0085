"""A sign-in that goes on, as shown to whose it is."""

from datetime import datetime

import strawberry

from schema.edges import column
from schema.node import object_id


@strawberry.type(
    description=(
        "A session: one sign-in on one device, until it ends. Only your own are ever shown, and"
        " only while they are open."
    )
)
class Session:
    id: strawberry.ID = object_id("Session", "Opaque and stable: what `endSession` takes.")
    device: str | None = column(
        "What the client called itself at sign-in; null if it gave no label. Nobody checked it."
    )
    opened_at: datetime = column("When you signed in.")
    last_used_at: datetime = column("When it was refreshed last; at first, when you signed in.")
    expires_at: datetime = column("When it ends by itself unless it is refreshed before.")
    current: bool = column("Whether this request came in it.")
