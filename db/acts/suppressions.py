"""Suppressions, by the staff whose duty they are. $1 is the city."""

from uuid import UUID

from db.ids import new_id
from db.reading import Reading, Row, Rows

_STANDING = """
    select s.id, s.provisional from kairan.suppressions s
    where s.city = $1 and s.resident_id = $2 and s.lifted_at is null
"""
_LATEST = """
    select s.id from kairan.suppressions s
    where s.city = $1 and s.resident_id = $2 order by s.began_at desc, s.id desc limit 1
"""
_SUPPRESS = """
    insert into kairan.suppressions (city, id, resident_id, provisional, began_at)
    values ($1, $2, $3, $4, $5)
"""
_CONFIRM = "update kairan.suppressions set provisional = $3 where city = $1 and id = $2"
_LIFT = "update kairan.suppressions set lifted_at = $3 where city = $1 and id = $2"
_BY_IDS = """
    select s.id, s.provisional, s.began_at, s.lifted_at from kairan.suppressions s
    where s.city = $1 and s.id = any ($2::uuid[])
"""


async def standing(reading: Reading, resident: UUID) -> Row | None:
    """The suppression that stands, or None."""
    rows = await reading.fetch(_STANDING, reading.viewer.city, resident)
    return rows[0] if rows else None


async def latest(reading: Reading, resident: UUID) -> UUID | None:
    """The newest suppression of a resident, lifted or not."""
    rows = await reading.fetch(_LATEST, reading.viewer.city, resident)
    return rows[0]["id"] if rows else None


async def suppress(reading: Reading, resident: UUID, *, provisional: bool) -> UUID:
    """A new suppression; raises ReferenceUnknown for an unknown resident."""
    suppression = new_id(reading.at)
    await reading.fetch(
        _SUPPRESS, reading.viewer.city, suppression, resident, provisional, reading.at
    )
    return suppression


async def confirm(reading: Reading, suppression: UUID, *, provisional: bool) -> None:
    """Make it final, or provisional again."""
    await reading.fetch(_CONFIRM, reading.viewer.city, suppression, provisional)


async def lift(reading: Reading, suppression: UUID) -> None:
    """End it."""
    await reading.fetch(_LIFT, reading.viewer.city, suppression, reading.at)


async def by_ids(reading: Reading, ids: list[UUID]) -> Rows:
    """Suppressions that row security shows the viewer."""
    return await reading.fetch(_BY_IDS, reading.viewer.city, ids)
