"""Coming in and going out. $1 is the city."""

from uuid import UUID, uuid4

from db.ids import new_id
from db.reading import Reading, Row, today

_STATUS_IN = """
    select g.id, case when g.next_participation_from <= $3 then g.next_participation
        else g.participation end as participation
    from kairan.groups g where g.city = $1 and g.id = $2
"""
_OWN_REQUEST = """
    select q.id, q.status from kairan.membership_requests q
    where q.city = $1 and q.group_id = $2 and q.resident_id = $3 and q.status = 'PENDING'
"""
_OWN_NAME = """
    select p.display_name from kairan.profiles p where p.city = $1 and p.resident_id = $2
"""
_APPLY = """
    insert into kairan.membership_requests (
        city, id, group_id, resident_id, display_name, message, requested_at
    )
    values ($1, $2, $3, $4, $5, $6, $7)
"""
_REQUEST = """
    select q.id, q.group_id, q.resident_id, q.display_name, q.status, q.membership_id,
        q.decline_reason
    from kairan.membership_requests q where q.city = $1 and q.id = $2
"""
_DECIDE = """
    update kairan.membership_requests
    set status = $3, decided_at = $4, decline_reason = $5, membership_id = $6
    where city = $1 and id = $2 and status = 'PENDING'
"""
_JOIN = """
    insert into kairan.memberships (city, id, group_id, resident_id, began_at)
    values ($1, $2, $3, $4, $5)
"""
_JOIN_DETAILS = """
    insert into kairan.member_details (
        city, membership_id, group_id, resident_id, display_name, han_id, household_id, joined_on
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_MEMBERSHIP = """
    select m.id, m.group_id, m.resident_id, m.status
    from kairan.memberships m where m.city = $1 and m.id = $2
"""
_OWN_MEMBERSHIPS = """
    select m.id, m.group_id, m.resident_id, m.status
    from kairan.memberships m
    where m.city = $1 and m.group_id = $2 and m.resident_id = $3
    order by m.began_at desc limit 1
"""
_END = """
    update kairan.memberships set status = $3, ended_at = $4, end_reason = $5
    where city = $1 and id = $2 and status = 'ACTIVE'
"""
_END_TERMS = """
    update kairan.appointments set ended_at = $3
    where city = $1 and membership_id = $2 and ended_at is null and ends_on >= $4
"""
_PLACE = "select app.place_member($1, $2, $3, $4, $5) as placed"


async def participation(reading: Reading, group: UUID) -> str | None:
    """How a group takes part today, or None for no group."""
    rows = await reading.fetch(_STATUS_IN, reading.viewer.city, group, today(reading))
    return rows[0]["participation"] if rows else None


async def own_pending_request(reading: Reading, group: UUID) -> Row | None:
    """The viewer's pending application to a group."""
    rows = await reading.fetch(_OWN_REQUEST, reading.viewer.city, group, reading.viewer.person)
    return rows[0] if rows else None


async def apply(
    reading: Reading, group: UUID, *, display_name: str | None, message: str | None
) -> UUID:
    """An application in the viewer's name, by the profile's display name unless one is given."""
    viewer = reading.viewer
    if display_name is None:
        rows = await reading.fetch(_OWN_NAME, viewer.city, viewer.person)
        display_name = rows[0]["display_name"]
    request = new_id(reading.at)
    await reading.fetch(
        _APPLY, viewer.city, request, group, viewer.person, display_name, message, reading.at
    )
    return request


async def request(reading: Reading, request_id: UUID) -> Row | None:
    """An application that row security shows the viewer, or None."""
    rows = await reading.fetch(_REQUEST, reading.viewer.city, request_id)
    return rows[0] if rows else None


async def decide(
    reading: Reading,
    request_id: UUID,
    status: str,
    *,
    reason: str | None = None,
    membership: UUID | None = None,
) -> None:
    """Decide a pending application."""
    await reading.fetch(
        _DECIDE, reading.viewer.city, request_id, status, reading.at, reason, membership
    )


async def join(
    reading: Reading, application: Row, *, han: UUID | None, household: UUID | None
) -> UUID:
    """The membership an application asked for; raises ReferenceUnknown for a foreign han."""
    membership = uuid4()
    city = reading.viewer.city
    group, resident = application["group_id"], application["resident_id"]
    await reading.fetch(_JOIN, city, membership, group, resident, reading.at)
    await reading.fetch(
        _JOIN_DETAILS,
        city,
        membership,
        group,
        resident,
        application["display_name"],
        han,
        household,
        today(reading),
    )
    return membership


async def membership(reading: Reading, membership_id: UUID) -> Row | None:
    """A membership that row security shows the viewer, or None."""
    rows = await reading.fetch(_MEMBERSHIP, reading.viewer.city, membership_id)
    return rows[0] if rows else None


async def own_latest(reading: Reading, group: UUID) -> Row | None:
    """The viewer's newest membership of a group, whatever its status."""
    rows = await reading.fetch(_OWN_MEMBERSHIPS, reading.viewer.city, group, reading.viewer.person)
    return rows[0] if rows else None


async def end(reading: Reading, membership_id: UUID, status: str, reason: str | None) -> None:
    """End an active membership, and with it every term that is not over."""
    city = reading.viewer.city
    await reading.fetch(_END_TERMS, city, membership_id, reading.at, today(reading))
    await reading.fetch(_END, city, membership_id, status, reading.at, reason)


async def place(
    reading: Reading,
    group: UUID,
    membership_id: UUID,
    *,
    han: UUID | None,
    household: UUID | None,
) -> bool:
    """Put a member into a han and a household; False where any of them is not of the group."""
    rows = await reading.fetch(_PLACE, group, membership_id, han, household, reading.at)
    return bool(rows[0]["placed"])
