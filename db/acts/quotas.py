"""The quota of people that city staff set for a group's officers. $1 is the city."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from db.reading import Reading, Row, Rows, today

_IN_FORCE = """
    select q.group_id, q.people_per_hour, q.until, q.reason
    from kairan.release_quotas q
    where q.city = $1 and q.group_id = any ($2::uuid[]) and q.until >= $3
"""
# One per group: a new one takes the place of what stood, and of one that is over.
_SET = """
    insert into kairan.release_quotas (city, group_id, people_per_hour, until, reason, set_at)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (city, group_id) do update set
        people_per_hour = excluded.people_per_hour, until = excluded.until,
        reason = excluded.reason, set_at = excluded.set_at
"""
_END = "delete from kairan.release_quotas where city = $1 and group_id = $2"


async def in_force(reading: Reading, groups: Sequence[UUID]) -> Rows:
    """The quotas in force today of those groups that have one of their own."""
    return await reading.fetch(_IN_FORCE, reading.viewer.city, groups, today(reading))


async def find(reading: Reading, group: UUID) -> Row | None:
    """The quota in force of one group, if it has one of its own."""
    rows = await in_force(reading, [group])
    return rows[0] if rows else None


async def put(
    reading: Reading, group: UUID, *, people_per_hour: int, until: date, reason: str
) -> None:
    """Set a group's quota, whatever it was."""
    await reading.fetch(
        _SET, reading.viewer.city, group, people_per_hour, until, reason, reading.at
    )


async def end(reading: Reading, group: UUID) -> None:
    """The installation's quota holds again."""
    await reading.fetch(_END, reading.viewer.city, group)
