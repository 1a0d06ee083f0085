"""Groups and what they are divided into. In every statement $1 is the city.

A change of participation planned for a day counts from that day on: ``$2`` is today.
"""

from collections.abc import Sequence
from uuid import UUID

from db.reading import Reading, Rows, today

_COLUMNS = """
    g.city, g.id, g.id as group_id, g.name, g.kind, g.area_id, g.introduction,
    case when g.next_participation_from <= $2 then g.next_participation
        else g.participation end as participation,
    case when g.next_participation_from <= $2 then g.next_participation_from
        else g.participation_since end as participation_since,
    case when g.next_participation_from > $2 then g.next_participation end as next_participation,
    case when g.next_participation_from > $2 then g.next_participation_from end
        as next_participation_from,
    g.member_directory,
    array(
        select d.power::text from kairan.delegations d
        where d.city = $1 and d.group_id = g.id
        order by d.power
    ) as delegated_powers
"""

_BY_IDS = f"""
    select 'Group' as typename, {_COLUMNS}
    from kairan.groups g
    where g.city = $1 and g.id = any ($3::uuid[])
"""

_DIRECTORY = f"""
    select $5::uuid is null or mark.id is not null as cursor_known, page.*
    from kairan.cities
    left join kairan.groups mark on mark.city = $1 and mark.id = $5
    left join lateral (
        select {_COLUMNS}
        from kairan.groups g
        where g.city = $1
            and ($3::uuid is null or g.area_id = $3)
            and ($4::text is null or strpos(lower(normalize(g.name, nfkc)), lower($4)) > 0)
            and ($5::uuid is null or (g.name collate "C", g.id) > (mark.name collate "C", mark.id))
        order by g.name collate "C", g.id
        limit $6
    ) page on true
    where cities.city = $1
    order by page.name collate "C", page.id
"""

_AREAS = """
    select 'Area' as typename, a.city, a.id, a.name
    from kairan.areas a
    where a.city = $1 and a.id = any ($2::uuid[])
"""

_HANS = """
    select 'Han' as typename, h.city, h.id, h.group_id, h.name
    from kairan.hans h
    where h.city = $1 and (h.id = any ($2::uuid[]) or h.group_id = any ($3::uuid[]))
    order by h.position, h.id
"""

# `resident_id` is the viewer's where the household is his own: then it opens to him too. After he
# left the group it is other people's: where they live and what they need is not his to follow.
_HOUSEHOLDS = """
    select 'Household' as typename, h.city, h.id, h.group_id, h.han_id, h.paper_only,
        case when exists (
            select from kairan.member_details own
            where own.city = $1 and own.household_id = h.id and own.group_id = h.group_id
                and own.resident_id = $4 and own.status = 'ACTIVE'
        ) then $4::uuid end as resident_id
    from kairan.households h
    where h.city = $1 and (h.id = any ($2::uuid[]) or h.group_id = any ($3::uuid[]))
    order by h.id
"""


async def by_ids(reading: Reading, ids: Sequence[UUID]) -> Rows:
    """Groups by id, in no order, each with ``delegated_powers``."""
    return await reading.fetch(_BY_IDS, reading.viewer.city, today(reading), ids)


async def directory(
    reading: Reading,
    *,
    area: UUID | None,
    search: str | None,
    first: int,
    after: UUID | None,
) -> Rows:
    """The public directory by name: at most ``first`` groups after the group ``after``.

    :param search: text in Unicode's NFKC to find in the name.
    :return: one row at least; ``id`` NULL on an empty page, ``cursor_known``.
    """
    city = reading.viewer.city
    return await reading.fetch(_DIRECTORY, city, today(reading), area, search, after, first)


async def areas(reading: Reading, ids: Sequence[UUID]) -> Rows:
    """Areas by id, in no order."""
    return await reading.fetch(_AREAS, reading.viewer.city, ids)


async def hans(reading: Reading, *, ids: Sequence[UUID] = (), groups: Sequence[UUID] = ()) -> Rows:
    """Han by their own ids or by their groups, in the group's order."""
    return await reading.fetch(_HANS, reading.viewer.city, ids, groups)


async def households(
    reading: Reading, *, ids: Sequence[UUID] = (), groups: Sequence[UUID] = ()
) -> Rows:
    """Households by their own ids or by their groups, by id."""
    return await reading.fetch(_HOUSEHOLDS, reading.viewer.city, ids, groups, reading.viewer.person)
