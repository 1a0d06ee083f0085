"""How many people an officer may be shown per hour: read, and set by city staff."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from db.acts import groups as group_statements
from db.acts import quotas as statements
from db.reading import today
from resolvers.acts.act import Act, known, not_permitted, perform, refuse, text
from resolvers.errors import UserErrorCode
from resolvers.operation import Operation

MOST_PEOPLE = 1_000_000


async def of_groups(groups: Sequence[Any], operation: Operation) -> list[Any]:
    """The quota in force for each group: its own, or the installation's."""
    rows = await statements.in_force(operation.reading, [group["id"] for group in groups])
    own = {row["group_id"]: row for row in rows}
    return [
        own.get(group["id"])
        or {
            "group_id": group["id"],
            "people_per_hour": operation.services.quota.people_per_hour,
            "until": None,
            "reason": None,
        }
        for group in groups
    ]


async def set_release_quota(
    operation: Operation,
    *,
    group: str,
    people_per_hour: int | None,
    until: date | None,
    reason: str,
) -> dict[str, Any]:
    """Another quota for the officers of a group until a day, or with None the usual one again."""

    async def work(act: Act) -> UUID:
        act.permit()
        found = await group_statements.find(act.transaction, known("Group", group))
        group_id: UUID = (found or not_permitted())["id"]
        why = text(reason, 1000, "reason", lines=True)
        if people_per_hour is not None and not 0 <= people_per_hour <= MOST_PEOPLE:
            refuse(UserErrorCode.INVALID, f"Give 0 to {MOST_PEOPLE} people.", "peoplePerHour")
        if (people_per_hour is None) != (until is None):
            refuse(UserErrorCode.INVALID, "Give a last day with a number, or neither.", "until")
        if until is not None and until < today(act.transaction):
            refuse(UserErrorCode.INVALID, "Give today or a coming day.", "until")
        before = await statements.find(act.transaction, group_id)
        shown = (
            {"peoplePerHour": before["people_per_hour"], "until": before["until"]}
            if before is not None
            else {}
        )
        after = {} if until is None else {"peoplePerHour": people_per_hour, "until": until}
        if shown == after and (before is None or before["reason"] == why):
            return group_id
        if people_per_hour is None or until is None:
            await statements.end(act.transaction, group_id)
        else:
            await statements.put(
                act.transaction,
                group_id,
                people_per_hour=people_per_hour,
                until=until,
                reason=why,
            )
        await act.record(
            "RELEASE_QUOTA_SET", group=group_id, before=shown, after=after | {"reason": why}
        )
        return group_id

    return await perform(operation, "setReleaseQuota", work)
