"""Residents as themselves, and what they applied for. $1 is the city."""

from collections.abc import Sequence
from uuid import UUID

from db.reading import Reading, Rows, today

_SELF = """
    select 'Resident' as typename, r.city, r.id, r.id as resident_id, p.display_name,
        nullif(concat_ws(' ', p.family_name, p.given_name), '') as name, p.family_name,
        p.given_name, p.kana, p.postal_code, p.address, p.building, p.area_id, p.phone, p.email,
        p.birth_date, app.age_band(p.birth_date, $3) as age_band
    from kairan.residents r
    join kairan.profiles p on p.city = $1 and p.resident_id = r.id
    where r.city = $1 and r.id = $2
"""

# The display name of people suppressed from this viewer's sight is neutral here too.
_REQUEST_COLUMNS = """
    q.city, q.id, q.group_id, q.resident_id, q.status, q.decline_reason,
    case when q.resident_id <> all ((select app.suppressed())::uuid[])
        then q.display_name else '会員' end as display_name,
    case when q.resident_id <> all ((select app.suppressed())::uuid[])
        then q.message end as message,
    (q.requested_at at time zone 'Asia/Tokyo')::date as requested_on
"""

_OWN_REQUESTS = f"""
    select {_REQUEST_COLUMNS}
    from kairan.membership_requests q
    where q.city = $1 and q.resident_id = $2
    order by q.id
"""

_REQUESTS_BY_IDS = f"""
    select 'MembershipRequest' as typename, {_REQUEST_COLUMNS}
    from kairan.membership_requests q
    where q.city = $1 and q.id = any ($2::uuid[])
"""

_REQUEST_PAGE = f"""
    select parent.position, $3::uuid is null or mark.id is not null as cursor_known, page.*
    from unnest($2::uuid[]) with ordinality as parent (group_id, position)
    left join kairan.membership_requests mark
        on mark.city = $1 and mark.group_id = parent.group_id and mark.id = $3
    left join lateral (
        select {_REQUEST_COLUMNS}
        from kairan.membership_requests q
        where q.city = $1 and q.group_id = parent.group_id and q.status = 'PENDING'
            and ($3::uuid is null or q.id > mark.id)
        order by q.id
        limit $4
    ) page on $3::uuid is null or mark.id is not null
    order by parent.position, page.id
"""


async def viewer(reading: Reading) -> Rows:
    """The signed-in resident's own row, or none."""
    return await reading.fetch(_SELF, reading.viewer.city, reading.viewer.person, today(reading))


async def own_requests(reading: Reading) -> Rows:
    """The viewer's own applications, oldest first."""
    return await reading.fetch(_OWN_REQUESTS, reading.viewer.city, reading.viewer.person)


async def requests_by_ids(reading: Reading, ids: Sequence[UUID]) -> Rows:
    """Applications by id that row security shows, in no order."""
    return await reading.fetch(_REQUESTS_BY_IDS, reading.viewer.city, ids)


async def request_page(
    reading: Reading, groups: Sequence[UUID], *, first: int, after: UUID | None
) -> Rows:
    """Each group's pending applications, oldest first, at most ``first`` after one.

    :return: rows with ``position``; at least one per group, its ``id`` NULL on an empty page.
    """
    return await reading.fetch(_REQUEST_PAGE, reading.viewer.city, groups, after, first)
