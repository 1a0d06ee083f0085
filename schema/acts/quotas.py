"""What is changed about how many people an officer may be shown."""

from datetime import date
from typing import Any

import strawberry

from resolvers import quotas as acts
from resolvers.operation import Operation
from schema.acts.payload import said


@strawberry.input(description="How many people an officer of a group may be shown per hour.")
class SetReleaseQuotaInput:
    group_id: strawberry.ID = said("The group.")
    people_per_hour: int | None = said(
        "People whose personal fields one officer may receive through this group within an hour:"
        " more than usual or fewer, down to 0. Null: the usual number again.",
        default=None,
    )
    until: date | None = said(
        "The last day it holds, in Asia/Tokyo; given with a number and not without.", default=None
    )
    reason: str = said(
        "Why, for the history and the officers; 1 to 1000 characters. Name no resident."
    )


async def set_release_quota(operation: Operation, input: SetReleaseQuotaInput) -> Any:  # noqa: A002
    return await acts.set_release_quota(
        operation,
        group=input.group_id,
        people_per_hour=input.people_per_hour,
        until=input.until,
        reason=input.reason,
    )
