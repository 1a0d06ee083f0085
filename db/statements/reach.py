"""How far circulars to all got: their recipients in figures, and one after the other.

Nearly all circulars are to all members of a group; :mod:`db.statements.receipts` has the others,
and says who is a recipient and what is told of whom. Figures and recipients come from one look at
each receipt: circulars first, the receipts of each by one range of their index, and members once.

Nothing is joined that could be joined in a wrong order: under row security PostgreSQL takes the
receipts of a circular for one, and would go through a hundred of them for each of 150 members.
Those whom a circular reached are an array, sorted as the index is, and whether somebody is among
them is found by halves (``width_bucket``). Members and their details meet in a full join, although
each of the latter has its member, for that is never done row by row.

$1 the city, $2 the viewer's person, $3 circulars; where recipients are listed $4 the member after
whom or NULL, $5 how many of each circular, $6 in which state or NULL.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from db.reading import Reading, Rows


@dataclass(frozen=True)
class Listing:
    """Which recipients are listed: at most ``first`` in a state, or in any, after one of them."""

    state: str | None
    first: int
    after: UUID | None


# Whose receipts are nobody else's business is found once for each group; row security keeps back
# those of suppressed people. Who was in before the first of these circulars and still is needs no
# second look: the figures are his group's number of such, and of the others those who were in then.
_SENT = """
    with sent as materialized (
        select c.id, c.group_id, c.published_at
        from unnest($3::uuid[]) as parent (circular_id)
        join kairan.circulars c on c.city = $1 and c.id = parent.circular_id
        where c.audience = 'ALL'
    ), member as materialized (
        select m.*, d.display_name, d.is_quiet
        from (
            select m.group_id, m.id, m.resident_id, m.status, m.began_at, m.ended_at
            from kairan.memberships m
            where m.city = $1 and m.group_id = any (array(select distinct group_id from sent))
        ) m
        full join (
            select d.membership_id, d.display_name,
                cardinality(d.kept_private) > 0 and d.kept_private @> '{RECEIPT}'
                    and d.resident_id is distinct from $2 as is_quiet
            from kairan.member_details d
            where d.city = $1 and d.group_id = any (array(select distinct group_id from sent))
        ) d on d.membership_id = m.id
        order by m.group_id, m.id
    ), town as materialized (
        select town.group_id, known.*
        from (select group_id, min(published_at) as since from sent group by group_id) town
        cross join lateral (
            select count(*) filter (where m.stays) as staying,
                array_agg(m.id) filter (where not m.stays) as ids,
                array_agg(m.began_at) filter (where not m.stays) as began_at,
                array_agg(m.ended_at) filter (where not m.stays) as ended_at,
                coalesce(array_agg(m.id) filter (where m.is_quiet), '{}') as quiet
            from (
                select member.*, ended_at is null and began_at <= town.since as stays
                from member where group_id = town.group_id
            ) m
        ) known
    )
"""

# `apart` are those who were not in, or are no more: what became of them is not told, nor counted.
# "offset 0" is for putting the arrays together once, and not for each receipt.
_FROM = """
    from sent c
    join town on town.group_id = c.group_id
    cross join lateral (
        select m.recipients, m.active, m.apart, m.apart || town.quiet as unseen
        from (
            select count(*) filter (where m.was_in) as recipients,
                count(*) filter (where m.was_in and m.ended_at is null) as active,
                coalesce(
                    array_agg(m.id) filter (where not m.was_in or m.ended_at is not null), '{}'
                ) as apart
            from (
                select m.id, m.ended_at,
                    m.began_at <= c.published_at
                        and (m.ended_at is null or m.ended_at > c.published_at) as was_in
                from unnest(town.ids, town.began_at, town.ended_at) as m (id, began_at, ended_at)
            ) m
        ) m
        offset 0
    ) moving
"""
_RECEIPTS = """
    select r.membership_id, r.delivered_at, r.read_at
    from kairan.receipts r
    where r.city = $1 and r.circular_id = c.id and r.membership_id <> all (moving.unseen)
    order by r.membership_id
"""
_PAPERS = """
    select p.membership_id, p.recorded_at
    from kairan.paper_deliveries p
    where p.city = $1 and p.circular_id = c.id and p.membership_id <> all (moving.apart)
    order by p.membership_id
"""
_REACHED = f"""
    cross join lateral (
        select coalesce(array_agg(r.membership_id), '{{}}') as ids, count(r.read_at) as read
        from ({_RECEIPTS}) r
    ) reached
    cross join lateral (
        select coalesce(array_agg(p.membership_id), '{{}}') as ids from ({_PAPERS}) p
    ) handed
"""
_REACHED_WHEN = f"""
    cross join lateral (
        select coalesce(array_agg(r.membership_id), '{{}}') as ids, count(r.read_at) as read,
            array_agg(r.delivered_at) as delivered_at, array_agg(r.read_at) as read_at
        from ({_RECEIPTS}) r
    ) reached
    cross join lateral (
        select coalesce(array_agg(p.membership_id), '{{}}') as ids,
            array_agg(p.recorded_at) as recorded_at
        from ({_PAPERS}) p
    ) handed
"""
_FIGURES = """
    town.staying + moving.recipients as recipients, cardinality(reached.ids) as delivered,
    reached.read, cardinality(handed.ids) as paper,
    town.staying + moving.active - cardinality(reached.ids) - (
        select count(*) from unnest(handed.ids) p (id)
        where reached.ids [width_bucket(p.id, reached.ids)] is distinct from p.id
    ) as outstanding
"""

_CURSOR_KNOWN = """
    $4::uuid is null or exists (
        select from member mark where mark.group_id = c.group_id and mark.id = $4
    ) as cursor_known
"""
_RECIPIENT = """
    m.group_id = c.group_id and m.began_at <= c.published_at
    and (m.ended_at is null or m.ended_at > c.published_at) and ($4::uuid is null or m.id > $4)
"""
_WHO = """
    array_agg(m.id) as ids, array_agg(m.resident_id) as resident_ids,
    array_agg(m.status) as statuses,
    array_agg(coalesce(
        m.display_name, case m.status when 'ACTIVE' then '会員' else '元会員' end
    )) as display_names
"""
# Of those who are outstanding there is nothing more to tell, and they are who is asked for most.
_OUTSTANDING = f"""
    cross join lateral (
        select {_WHO}
        from (
            select m.id, m.resident_id, m.status, m.display_name
            from member m
            where {_RECIPIENT} and m.status = 'ACTIVE'
                and reached.ids [width_bucket(m.id, reached.ids)] is distinct from m.id
                and handed.ids [width_bucket(m.id, handed.ids)] is distinct from m.id
            order by m.group_id, m.id
            limit $5
        ) m
    ) listed
"""
_IN_ANY_STATE = f"""
    cross join lateral (
        select {_WHO}, array_agg(m.state) as states,
            array_agg(reached.delivered_at [m.receipt]) as delivered_at,
            array_agg(reached.read_at [m.receipt]) as read_at,
            array_agg(handed.recorded_at [m.paper]) as paper_at
        from (
            select m.id, m.resident_id, m.status, m.display_name, at.receipt, at.paper, at.state
            from member m
            cross join lateral (
                select found.receipt, found.paper,
                    case
                        when m.status <> 'ACTIVE' then null
                        when reached.read_at [found.receipt] is not null then 'READ'
                        when found.receipt is not null then 'DELIVERED'
                        when found.paper is not null then 'PAPER'
                        else 'OUTSTANDING'
                    end as state
                from (
                    select
                        case when reached.ids [width_bucket(m.id, reached.ids)] = m.id
                            then width_bucket(m.id, reached.ids) end as receipt,
                        case when handed.ids [width_bucket(m.id, handed.ids)] = m.id
                            then width_bucket(m.id, handed.ids) end as paper
                    offset 0
                ) found
                offset 0
            ) at
            where {_RECIPIENT} and ($6::text is null or at.state = $6)
            order by m.group_id, m.id
            limit $5
        ) m
    ) listed
"""

_COUNTED = f"""
    {_SENT}
    select c.id as circular_id, {_FIGURES}
    {_FROM} {_REACHED}
"""
_COUNTED_AND_OUTSTANDING = f"""
    {_SENT}
    select c.id as circular_id, {_FIGURES}, {_CURSOR_KNOWN}, listed.*
    {_FROM} {_REACHED} {_OUTSTANDING}
"""
_COUNTED_AND_LISTED = f"""
    {_SENT}
    select c.id as circular_id, {_FIGURES}, {_CURSOR_KNOWN}, listed.*
    {_FROM} {_REACHED_WHEN} {_IN_ANY_STATE}
"""


async def of_circulars(
    reading: Reading, circulars: Sequence[UUID], listing: Listing | None = None
) -> Rows:
    """A row for each circular to all, in no order: ``circular_id`` and its figures, which are
    ``recipients``, ``delivered``, ``read``, ``paper`` and ``outstanding``.

    Where recipients are listed, by membership id, a column holds one value for each of them:
    ``ids``, ``resident_ids``, ``statuses`` and ``display_names``; and unless it was asked for those
    outstanding also ``states``, ``delivered_at``, ``read_at`` and ``paper_at``. All are NULL where
    nobody is listed. ``cursor_known`` is false where ``listing.after`` is no member of the group.
    """
    city, person = reading.viewer.city, reading.viewer.person
    if listing is None:
        return await reading.fetch(_COUNTED, city, person, circulars)
    after, first = listing.after, listing.first
    if listing.state == "OUTSTANDING":
        return await reading.fetch(_COUNTED_AND_OUTSTANDING, city, person, circulars, after, first)
    return await reading.fetch(
        _COUNTED_AND_LISTED, city, person, circulars, after, first, listing.state
    )
