"""Circulars, whom they are addressed to, and whom they reached.

In every statement but the last $1 is the city, $2 the moment, $3 the viewer's own active
memberships, $4 the groups where the viewer sees every circular (PUBLISH or VIEW_RECEIPTS), $5 the
han he lives in, $6 the offices he holds now.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from db.reading import Reading, Rows
from permissions.viewer import Standing
from permissions.words import Power

# Words may be long, and of a page of circulars most ask for no more than the titles.
_WITHOUT_BODY = """
    c.city, c.id, c.group_id, c.title, c.published_at, c.withdrawn_at,
    c.edited_at, c.version, c.author_membership_id, c.audience, c.audience_han_id,
    c.audience_office_id,
    case
        when c.withdrawn_at is not null then 'WITHDRAWN'
        when c.published_at > $2 then 'SCHEDULED'
        else 'PUBLISHED'
    end as status
"""
COLUMNS = f"{_WITHOUT_BODY}, c.body"

# What a member may read: published and not withdrawn, and addressed to all, to his han, or to an
# office he holds now. Officers who publish or follow receipts see the others too. His han and his
# offices are facts of this transaction: to ask the tables again, under row security, took longer
# than the circulars themselves.
ADDRESSED = """
    (
        c.group_id = any ($4::uuid[])
        or (
            c.published_at <= $2
            and c.withdrawn_at is null
            and (
                c.audience = 'ALL'
                or c.author_membership_id = any ($3::uuid[])
                or (c.audience = 'HAN' and c.audience_han_id = any ($5::uuid[]))
                or (c.audience = 'OFFICE' and c.audience_office_id = any ($6::uuid[]))
            )
        )
    )
"""

_BY_IDS = f"""
    select 'Circular' as typename, {COLUMNS}
    from kairan.circulars c
    where c.city = $1 and c.id = any ($7::uuid[]) and {ADDRESSED}
"""

_PARENTS = f"""
    select parent.position, $8::uuid is null or mark.id is not null as cursor_known, page.*
    from unnest($7::uuid[]) with ordinality as parent (group_id, position)
    left join lateral (
        select c.id, c.published_at from kairan.circulars c
        where c.city = $1 and c.group_id = parent.group_id and c.id = $8 and {ADDRESSED}
    ) mark on true
"""
_NEWEST = f"""
        from kairan.circulars c
        where c.city = $1 and c.group_id = parent.group_id and {ADDRESSED}
            and ($8::uuid is null or (c.published_at, c.id) < (mark.published_at, mark.id))
        order by c.published_at desc, c.id desc
        limit $9
    ) page on $8::uuid is null or mark.id is not null
    order by parent.position, page.published_at desc, page.id desc
"""
_PAGE = f"{_PARENTS} left join lateral (select {COLUMNS} {_NEWEST}"
_PAGE_WITHOUT_BODIES = f"{_PARENTS} left join lateral (select {_WITHOUT_BODY} {_NEWEST}"

# How many are unread in the group of `mine`. What was read is gathered once for all groups, and not
# asked for circular by circular: of the memberships $3.
COUNT_UNREAD = f"""
    select count(*) from kairan.circulars c
    where c.city = $1 and c.group_id = mine.group_id and {ADDRESSED}
        and c.published_at <= $2 and c.withdrawn_at is null
        and c.id not in (
            select r.circular_id from kairan.receipts r
            where r.city = $1 and r.membership_id = any ($3::uuid[]) and r.read_at is not null
        )
"""

# $3 here are the memberships of the groups asked about alone: a receipt is of a circular of its own
# group.
_UNREAD = f"""
    select mine.group_id, ({COUNT_UNREAD}) as unread
    from unnest($7::uuid[]) as mine (group_id)
"""

_VERSIONS = """
    select v.circular_id, v.version, v.title, v.body, v.replaced_at
    from kairan.circular_versions v
    where v.city = $1 and v.circular_id = any ($2::uuid[])
    order by v.circular_id, v.version desc
"""


def scope(reading: Reading, standings: Iterable[Standing] | None = None) -> tuple[object, ...]:
    """What $1 to $6 are; $3 of all active memberships, or of ``standings`` alone."""
    viewer = reading.viewer
    own = list(viewer.standings.values() if standings is None else standings)
    publishing = viewer.groups_with(Power.PUBLISH)
    following = viewer.groups_with(Power.VIEW_RECEIPTS)
    return (
        viewer.city,
        reading.at,
        [standing.membership_id for standing in own],
        sorted({*publishing, *following}),
        [standing.han_id for standing in own if standing.han_id is not None],
        [holding.office_id for standing in own for holding in standing.holdings],
    )


async def by_ids(reading: Reading, ids: Sequence[UUID]) -> Rows:
    """Circulars by id that the viewer may read, in no order."""
    return await reading.fetch(_BY_IDS, *scope(reading), ids)


async def page(
    reading: Reading,
    groups: Sequence[UUID],
    *,
    first: int,
    after: UUID | None,
    with_bodies: bool = True,
) -> Rows:
    """Each group's circulars that the viewer may read, newest first, at most ``first`` after one.

    :param with_bodies: whether ``body`` is read of them.
    :return: rows with ``position`` (1 for the first group); at least one per group, its ``id`` NULL
        on an empty page, ``cursor_known`` false where ``after`` is none of its circulars.
    """
    if with_bodies:
        return await reading.fetch(_PAGE, *scope(reading), groups, after, first)
    return await reading.fetch(_PAGE_WITHOUT_BODIES, *scope(reading), groups, after, first)


async def versions(reading: Reading, circulars: Sequence[UUID]) -> Rows:
    """Earlier words of circulars, newest first, where row security shows them."""
    return await reading.fetch(_VERSIONS, reading.viewer.city, circulars)


async def unread(reading: Reading, groups: Sequence[UUID]) -> Rows:
    """``group_id`` and how many published circulars there the viewer has not marked read."""
    standings = reading.viewer.standings
    own = [standings[group] for group in groups if group in standings]
    return await reading.fetch(_UNREAD, *scope(reading, own), groups)
