"""Offices and terms. $1 is the city."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from db.ids import new_id
from db.reading import Reading, Row, Rows, today

_OFFICE = """
    select o.id, o.group_id, o.title, o.powers from kairan.offices o
    where o.city = $1 and o.id = $2
"""
_DELEGATED = """
    select d.power from kairan.delegations d where d.city = $1 and d.group_id = $2
"""
_LENT_BY = """
    select distinct unnest(o.powers) as power from kairan.offices o
    where o.city = $1 and o.id = any ($2::uuid[])
"""
# Whether anybody holds a power in a group today or will: then the group can help itself.
_ANYBODY_WITH = """
    select exists (
        select from kairan.appointments a
        join kairan.offices o on o.city = $1 and o.id = a.office_id and o.group_id = a.group_id
        where a.city = $1 and a.group_id = $2 and a.ended_at is null and a.ends_on >= $4
            and $3 = any (o.powers)
    ) as anybody
"""
_DEFINE = """
    insert into kairan.offices (city, id, group_id, title, powers, position)
    values ($1, $2, $3, $4, $5, $6)
"""
_CHANGE = """
    update kairan.offices set title = $3, powers = $4 where city = $1 and id = $2
"""
_TERMS = """
    select a.id, a.membership_id, a.starts_on, a.ends_on from kairan.appointments a
    where a.city = $1 and a.office_id = $2 and a.membership_id = any ($3::uuid[])
        and a.ended_at is null
    order by a.starts_on
"""
_HOLDS = """
    select exists (
        select from kairan.appointments a
        where a.city = $1 and a.office_id = $2 and a.membership_id = any ($3::uuid[])
            and a.ended_at is null and a.ends_on >= $4
    ) as holds
"""
_APPOINT = """
    insert into kairan.appointments (
        city, id, group_id, office_id, membership_id, starts_on, ends_on
    )
    select $1, term.id, $3, $4, term.membership_id, $6, $7
    from unnest($2::uuid[], $5::uuid[]) as term (id, membership_id)
"""
_APPOINTMENT = """
    select a.id, a.group_id, a.office_id, a.membership_id, a.starts_on, a.ends_on, a.ended_at
    from kairan.appointments a where a.city = $1 and a.id = $2
"""
_SHORTEN = """
    update kairan.appointments set ends_on = $3 where city = $1 and id = $2
"""
_END_NOW = """
    update kairan.appointments set ended_at = $3 where city = $1 and id = $2
"""
_ACTIVE = """
    select m.id from kairan.memberships m
    where m.city = $1 and m.group_id = $2 and m.id = any ($3::uuid[]) and m.status = 'ACTIVE'
"""

# For city staff, whom row security shows no members.
_ARE_ACTIVE = "select app.are_active($1, $2) as active"


async def office(reading: Reading, office_id: UUID) -> Row | None:
    """An office that row security shows the viewer, or None."""
    rows = await reading.fetch(_OFFICE, reading.viewer.city, office_id)
    return rows[0] if rows else None


async def delegated(reading: Reading, group: UUID) -> set[str]:
    """The powers the city delegates to a group."""
    rows = await reading.fetch(_DELEGATED, reading.viewer.city, group)
    return {row["power"] for row in rows}


async def lent_by(reading: Reading, offices: Sequence[UUID]) -> set[str]:
    """The powers of some offices, those included that the city does not delegate at the moment."""
    rows = await reading.fetch(_LENT_BY, reading.viewer.city, offices)
    return {row["power"] for row in rows}


async def anybody_with(reading: Reading, group: UUID, power: str) -> bool:
    """Whether anybody holds ``power`` in a group, now or later."""
    rows = await reading.fetch(_ANYBODY_WITH, reading.viewer.city, group, power, today(reading))
    return bool(rows[0]["anybody"])


async def define(
    reading: Reading, group: UUID, title: str, powers: Sequence[str], position: int
) -> UUID:
    """A new office."""
    office_id = new_id(reading.at)
    await reading.fetch(_DEFINE, reading.viewer.city, office_id, group, title, powers, position)
    return office_id


async def change(reading: Reading, office_id: UUID, title: str, powers: Sequence[str]) -> None:
    """Another title or other powers."""
    await reading.fetch(_CHANGE, reading.viewer.city, office_id, title, powers)


async def active_members(reading: Reading, group: UUID, memberships: Sequence[UUID]) -> set[UUID]:
    """Which of ``memberships`` are active ones of a group."""
    rows = await reading.fetch(_ACTIVE, reading.viewer.city, group, memberships)
    return {row["id"] for row in rows}


async def are_active(reading: Reading, group: UUID, memberships: Sequence[UUID]) -> bool:
    """Whether all of ``memberships`` are active ones of a group; asked by city staff alone."""
    rows = await reading.fetch(_ARE_ACTIVE, group, memberships)
    return bool(rows[0]["active"])


async def terms(reading: Reading, office_id: UUID, memberships: Sequence[UUID]) -> Rows:
    """The terms of some members in an office, those ended early aside."""
    return await reading.fetch(_TERMS, reading.viewer.city, office_id, memberships)


async def holds(reading: Reading, office_id: UUID, memberships: Sequence[UUID]) -> bool:
    """Whether any of ``memberships`` holds an office now or will."""
    rows = await reading.fetch(_HOLDS, reading.viewer.city, office_id, memberships, today(reading))
    return bool(rows[0]["holds"])


async def appoint(
    reading: Reading,
    group: UUID,
    office_id: UUID,
    memberships: Sequence[UUID],
    starts_on: date,
    ends_on: date,
) -> list[UUID]:
    """A new term for each of ``memberships``, in their order."""
    ids = [new_id(reading.at) for _ in memberships]
    await reading.fetch(
        _APPOINT, reading.viewer.city, ids, group, office_id, memberships, starts_on, ends_on
    )
    return ids


async def appointment(reading: Reading, appointment_id: UUID) -> Row | None:
    """A term that row security shows the viewer, or None."""
    rows = await reading.fetch(_APPOINTMENT, reading.viewer.city, appointment_id)
    return rows[0] if rows else None


async def shorten(reading: Reading, appointment_id: UUID, ends_on: date) -> None:
    """Another last day."""
    await reading.fetch(_SHORTEN, reading.viewer.city, appointment_id, ends_on)


async def end_now(reading: Reading, appointment_id: UUID) -> None:
    """End a term at once."""
    await reading.fetch(_END_NOW, reading.viewer.city, appointment_id, reading.at)
