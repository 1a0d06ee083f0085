"""Offices and appointments. In every statement $1 is the city."""

from collections.abc import Sequence
from uuid import UUID

from db.reading import Reading, Rows, today

_OFFICES = """
    select 'Office' as typename, o.city, o.id, o.group_id, o.title, o.powers
    from kairan.offices o
    where o.city = $1 and (o.id = any ($2::uuid[]) or o.group_id = any ($3::uuid[]))
    order by o.position, o.id
"""

# $4 today. `resident_id` is the holder's, told to the rules and to nobody else; row security hides
# it from staff, who are shown the term and not the person.
_APPOINTMENTS = """
    select 'Appointment' as typename, a.city, a.id, a.group_id, a.office_id, a.membership_id,
        m.resident_id, a.starts_on, a.ends_on,
        case
            when a.ended_at is not null then 'ENDED'
            when m.id is not null and m.status <> 'ACTIVE' then 'ENDED'
            when a.starts_on > $4 then 'UPCOMING'
            when a.ends_on < $4 then 'ENDED'
            else 'CURRENT'
        end as status
    from kairan.appointments a
    left join kairan.memberships m
        on m.city = $1 and m.id = a.membership_id and m.group_id = a.group_id
    where a.city = $1
        and (
            a.id = any ($2::uuid[])
            or a.office_id = any ($3::uuid[])
            or a.membership_id = any ($5::uuid[])
        )
    order by a.starts_on, a.id
"""


async def offices(
    reading: Reading, *, ids: Sequence[UUID] = (), groups: Sequence[UUID] = ()
) -> Rows:
    """Offices by their own ids or by their groups, in the group's order."""
    return await reading.fetch(_OFFICES, reading.viewer.city, ids, groups)


async def appointments(
    reading: Reading,
    *,
    ids: Sequence[UUID] = (),
    offices: Sequence[UUID] = (),
    memberships: Sequence[UUID] = (),
) -> Rows:
    """Appointments by their own ids, by office or by membership, in order of their terms."""
    return await reading.fetch(
        _APPOINTMENTS, reading.viewer.city, ids, offices, today(reading), memberships
    )
