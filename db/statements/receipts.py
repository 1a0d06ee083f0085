"""Who has received which circular: recipients with and without a receipt, member by member.

Of circulars to all, which are nearly all, that would be three thousand looks for a page of twenty:
:mod:`db.statements.reach` takes them together.

$1 the city, $2 the viewer's person. The recipients of a circular are those who were members, and in
its audience, when it was published, as far as the audience is shown to the viewer: a han nobody is
shown is no han here either. Who joined or moved in later reads it without being counted; who left
still counts, and nothing is told of him. Row security hides a suppressed member's own acts, so he
stands among the outstanding like one who never opened anything, and like one who keeps his receipts
private; a paper round is the officer's act.
"""

from collections.abc import Sequence
from uuid import UUID

from db.reading import Reading, Rows
from db.statements.reach import Listing

_NOBODY = Listing(state=None, first=0, after=None)

# $3 circulars, $4 groups in which the place of others is shown to the viewer.
# Whom a circular reached is looked up member by member: for one to a han, to an office, to oneself.
_RECIPIENTS = """
    from unnest($3::uuid[]) with ordinality as parent (circular_id, position)
    join kairan.circulars c on c.city = $1 and c.id = parent.circular_id
    left join lateral (
        select m.id, m.group_id, m.resident_id, m.status as member_status,
            coalesce(d.display_name, case m.status when 'ACTIVE' then '会員' else '元会員' end)
                as display_name,
            r.delivered_at, r.read_at, p.recorded_at as paper_at,
            case
                when m.status <> 'ACTIVE' then null
                when r.read_at is not null then 'READ'
                when r.delivered_at is not null then 'DELIVERED'
                when p.recorded_at is not null then 'PAPER'
                else 'OUTSTANDING'
            end as state
        from kairan.memberships m
        left join kairan.member_details d
            on d.city = $1 and d.membership_id = m.id and d.group_id = m.group_id
        left join kairan.receipts r
            on r.city = $1 and r.circular_id = c.id and r.membership_id = m.id
            and (m.resident_id = $2 or not coalesce(d.kept_private, '{}') @> '{RECEIPT}')
            and m.status = 'ACTIVE'
        left join kairan.paper_deliveries p
            on p.city = $1 and p.circular_id = c.id and p.membership_id = m.id
            and m.status = 'ACTIVE'
        where m.city = $1 and m.group_id = c.group_id
            and m.began_at <= c.published_at
            and (m.ended_at is null or m.ended_at > c.published_at)
            and case c.audience
                when 'ALL' then true
                when 'HAN' then d.membership_id is not null
                    and c.audience_han_id = (coalesce(
                        (
                            select array[past.han_id] from kairan.past_places past
                            where past.city = $1 and past.membership_id = m.id
                                and past.until > c.published_at
                            order by past.until limit 1
                        ),
                        array[d.han_id]
                    )) [1]
                    and (m.resident_id = $2 or (
                        m.group_id = any ($4::uuid[]) and not d.kept_private @> '{PLACE}'
                    ))
                else exists (
                    select from kairan.appointments a
                    where a.city = $1 and a.membership_id = m.id
                        and a.office_id = c.audience_office_id
                        and (a.ended_at is null or a.ended_at > c.published_at)
                        and (c.published_at at time zone 'Asia/Tokyo')::date
                            between a.starts_on and a.ends_on
                )
            end
    ) receipt on true
"""

# Those to a han or an office: few, and each recipient is looked up in any case. $5 the state that
# recipients are listed in or NULL, $6 the member after whom or NULL, $7 how many of each circular.
_TO_SOME = f"""
    with recipient as materialized (
        select parent.circular_id, c.group_id as of_group, receipt.*
        {_RECIPIENTS}
        where c.audience <> 'ALL'
    )
    select c.circular_id, figures.*, listed.*,
        $6::uuid is null or exists (
            select from kairan.memberships mark
            where mark.city = $1 and mark.id = $6 and mark.group_id = c.of_group
        ) as cursor_known
    from (select distinct circular_id, of_group from recipient) c
    cross join lateral (
        select count(r.id) as recipients, count(r.delivered_at) as delivered,
            count(r.read_at) as read, count(r.paper_at) as paper,
            count(*) filter (where r.state = 'OUTSTANDING') as outstanding
        from recipient r where r.circular_id = c.circular_id
    ) figures
    cross join lateral (
        select array_agg(r.id) as ids, array_agg(r.resident_id) as resident_ids,
            array_agg(r.member_status) as statuses, array_agg(r.display_name) as display_names,
            array_agg(r.state) as states, array_agg(r.delivered_at) as delivered_at,
            array_agg(r.read_at) as read_at, array_agg(r.paper_at) as paper_at
        from (
            select r.* from recipient r
            where r.circular_id = c.circular_id and r.id is not null
                and ($5::text is null or r.state = $5) and ($6::uuid is null or r.id > $6)
            order by r.id
            limit $7
        ) r
    ) listed
"""

_OWN = f"""
    select parent.circular_id, receipt.*
    {_RECIPIENTS}
    where receipt.resident_id = $2 and receipt.member_status = 'ACTIVE'
"""


async def to_some(
    reading: Reading,
    circulars: Sequence[UUID],
    listing: Listing | None,
    *,
    places_in: Sequence[UUID],
) -> Rows:
    """Of circulars to a han or an office what :func:`db.statements.reach.of_circulars` has of
    others.

    :param places_in: groups in which the viewer is shown others' han.
    """
    listing = listing or _NOBODY
    return await reading.fetch(
        _TO_SOME,
        reading.viewer.city,
        reading.viewer.person,
        circulars,
        places_in,
        listing.state,
        listing.after,
        listing.first,
    )


async def own(reading: Reading, circulars: Sequence[UUID]) -> Rows:
    """The viewer's own receipt per circular; none where he is no recipient."""
    viewer = reading.viewer
    return await reading.fetch(_OWN, viewer.city, viewer.person, circulars, [])
