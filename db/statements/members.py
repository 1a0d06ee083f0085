"""Members: a resident as seen in one group, with what row security and the person's choice leave.

In every statement $1 is the city, $2 the viewer's person, $3 today, $4 the groups in which the
roster is open to the viewer. A profile is joined only through those groups, or to its own person:
the same resident's row under another group is loaded without one.
"""

from collections.abc import Sequence
from uuid import UUID

from db.reading import Reading, Rows, today
from permissions.words import Power

_COLUMNS = """
    m.city, m.group_id, m.id, m.resident_id, m.status as member_status,
    coalesce(d.display_name, case m.status when 'ACTIVE' then '会員' else '元会員' end)
        as display_name,
    case when not kept.categories @> '{PLACE}' then d.han_id end as han_id,
    case when not kept.categories @> '{PLACE}' then d.household_id end as household_id,
    case when not kept.categories @> '{PLACE}' then d.joined_on end as joined_on,
    case when not kept.categories @> '{NAME}'
        then nullif(concat_ws(' ', p.family_name, p.given_name), '') end as name,
    case when not kept.categories @> '{NAME}' then p.family_name end as family_name,
    case when not kept.categories @> '{NAME}' then p.given_name end as given_name,
    case when not kept.categories @> '{NAME}' then p.kana end as kana,
    case when not kept.categories @> '{ADDRESS}' then p.postal_code end as postal_code,
    case when not kept.categories @> '{ADDRESS}' then p.address end as address,
    case when not kept.categories @> '{ADDRESS}' then p.building end as building,
    case when not kept.categories @> '{PHONE}' then p.phone end as phone,
    case when not kept.categories @> '{EMAIL}' then p.email end as email,
    case when m.resident_id = $2 then p.birth_date end as birth_date,
    case when m.resident_id = $2 then app.age_band(p.birth_date, $3) end as age_band
"""

_SOURCES = """
    kairan.memberships m
    left join kairan.member_details d
        on d.city = $1 and d.membership_id = m.id and d.group_id = m.group_id
    left join kairan.profiles p
        on p.city = $1 and p.resident_id = m.resident_id
        and (m.resident_id = $2 or (m.status = 'ACTIVE' and m.group_id = any ($4::uuid[])))
    cross join lateral (
        select case when m.resident_id = $2 then '{}'::text[]
            else coalesce(d.kept_private, '{}') end as categories
    ) kept
"""

_BY_IDS = f"""
    select {_COLUMNS}
    from {_SOURCES}
    where m.city = $1 and m.id = any ($5::uuid[])
"""

# For a look-up by id there is no edge that showed why the member is known to all: an office does.
_BY_IDS_ALONE = f"""
    select 'Member' as typename, {_COLUMNS},
        exists (
            select from kairan.appointments a where a.city = $1 and a.membership_id = m.id
        ) as has_held_office
    from {_SOURCES}
    where m.city = $1 and m.id = any ($5::uuid[])
"""

_OF_RESIDENT = f"""
    select {_COLUMNS}
    from {_SOURCES}
    where m.city = $1 and m.resident_id = $2
    order by m.began_at, m.id
"""

# $5 groups in which names, $6 groups in which places of others are shown to the viewer.
# The sort key, the filters and the search see a value only where the viewer would.
_SORT_KEY = """
    case when (m.resident_id = $2 or m.group_id = any ($5::uuid[]))
        and not kept.categories @> '{NAME}' then p.kana end
"""
_SHOWN_PLACE = """
    (m.resident_id = $2 or m.group_id = any ($6::uuid[])) and not kept.categories @> '{PLACE}'
"""
# People type full-width and half-width letters as their keyboard has it.
_FOUND = "strpos(lower(normalize({}, nfkc)), lower($12)) > 0"
_PAGE = f"""
    select parent.position, ($10::uuid is null or mark.id is not null) as cursor_known, member.*
    from unnest($7::uuid[], $8::uuid[], $9::uuid[]) with ordinality
        as parent (group_id, han_id, household_id, position)
    left join lateral (
        select m.id, {_SORT_KEY} as sort_key
        from {_SOURCES}
        where m.city = $1 and m.group_id = parent.group_id and m.id = $10 and m.status = 'ACTIVE'
    ) mark on true
    left join lateral (
        select {_COLUMNS}, {_SORT_KEY} as sort_key
        from {_SOURCES}
        where m.city = $1 and m.group_id = parent.group_id and m.status = 'ACTIVE'
            and (parent.han_id is null or (d.han_id = parent.han_id and {_SHOWN_PLACE}))
            and (
                parent.household_id is null
                or (d.household_id = parent.household_id and {_SHOWN_PLACE})
            )
            and (
                $12::text is null
                or {_FOUND.format("coalesce(d.display_name, '会員')")}
                or (
                    (m.resident_id = $2 or m.group_id = any ($5::uuid[]))
                    and not kept.categories @> '{{NAME}}'
                    and (
                        {_FOUND.format("concat(p.family_name, p.given_name)")}
                        or {_FOUND.format("concat_ws(' ', p.family_name, p.given_name)")}
                        or {_FOUND.format("p.kana")}
                    )
                )
            )
            and (
                $10::uuid is null
                or (mark.sort_key is not null and (
                    {_SORT_KEY} collate "C" > mark.sort_key collate "C"
                    or {_SORT_KEY} is null
                    or ({_SORT_KEY} = mark.sort_key and m.id > mark.id)
                ))
                or (mark.sort_key is null and {_SORT_KEY} is null and m.id > mark.id)
            )
        order by {_SORT_KEY} collate "C" nulls last, m.id
        limit $11
    ) member on $10::uuid is null or mark.id is not null
    order by parent.position, member.sort_key collate "C" nulls last, member.id
"""


def _scope(reading: Reading) -> tuple[int, UUID | None, object, list[UUID]]:
    viewer = reading.viewer
    return (
        viewer.city,
        viewer.person,
        today(reading),
        viewer.groups_with(Power.VIEW_ROSTER),
    )


async def by_ids(reading: Reading, ids: Sequence[UUID]) -> Rows:
    """Members by membership id, in no order; ids that are not visible are missing."""
    return await reading.fetch(_BY_IDS, *_scope(reading), ids)


async def by_ids_alone(reading: Reading, ids: Sequence[UUID]) -> Rows:
    """The same for ``Query.node``, with ``typename`` and ``has_held_office``."""
    return await reading.fetch(_BY_IDS_ALONE, *_scope(reading), ids)


async def of_viewer(reading: Reading) -> Rows:
    """The viewer's own memberships, past ones included, oldest first."""
    return await reading.fetch(_OF_RESIDENT, *_scope(reading))


async def page(
    reading: Reading,
    parents: Sequence[tuple[UUID, UUID | None, UUID | None]],
    *,
    names_in: Sequence[UUID],
    places_in: Sequence[UUID],
    first: int,
    after: UUID | None,
    search: str | None,
) -> Rows:
    """Active members of each parent: at most ``first`` after the member ``after``.

    :param parents: group, han or None, household or None.
    :param names_in: groups in which the viewer is shown others' names: sorts and searches by them.
    :param places_in: the same for han and household.
    :param search: text in Unicode's NFKC to find in display name, name or kana, where shown.
    :return: rows with ``position`` (1 for the first parent) in order; at least one per parent, its
        ``id`` NULL on an empty page, ``cursor_known`` false where ``after`` is none of its members.
    """
    groups, hans, households = zip(*parents, strict=True)
    return await reading.fetch(
        _PAGE,
        *_scope(reading),
        names_in,
        places_in,
        groups,
        hans,
        households,
        after,
        first,
        search,
    )
