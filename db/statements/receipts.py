"""Who has received which circular: recipients with and without a receipt.

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

# $3 circulars, $4 groups in which the place of others is shown to the viewer.
_RECIPIENTS = """
    from unnest($3::uuid[]) with ordinality as parent (circular_id, position)
    join kairan.circulars c on c.city = $1 and c.id = parent.circular_id
    left join lateral (
        select m.id, m.group_id, m.resident_id, m.status as member_status,
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

_PAGE = f"""
    select listed.* from (
        select parent.position, parent.circular_id, receipt.*,
            $6::uuid is null or exists (
                select from kairan.memberships mark
                where mark.city = $1 and mark.id = $6 and mark.group_id = c.group_id
            ) as cursor_known,
            row_number() over (
                partition by parent.position order by receipt.id
            ) as number
        {_RECIPIENTS}
            and ($5::text is null or receipt.state = $5)
            and ($6::uuid is null or receipt.id > $6)
    ) listed
    where listed.number <= $7
    order by listed.position, listed.number
"""

_SUMMARY = f"""
    select parent.circular_id, count(receipt.id) as recipients,
        count(*) filter (where receipt.delivered_at is not null) as delivered,
        count(*) filter (where receipt.read_at is not null) as read,
        count(*) filter (where receipt.paper_at is not null) as paper,
        count(*) filter (where receipt.state = 'OUTSTANDING') as outstanding
    {_RECIPIENTS}
    group by parent.circular_id
"""

_OWN = f"""
    select parent.circular_id, receipt.*
    {_RECIPIENTS}
    where receipt.resident_id = $2 and receipt.member_status = 'ACTIVE'
"""


async def page(
    reading: Reading,
    circulars: Sequence[UUID],
    *,
    places_in: Sequence[UUID],
    state: str | None,
    first: int,
    after: UUID | None,
) -> Rows:
    """Each circular's recipients by membership id, at most ``first`` after one.

    :param places_in: groups in which the viewer is shown others' han.
    :return: rows with ``position`` and ``circular_id``; at least one per circular, its ``id`` NULL
        on an empty page, ``cursor_known`` false where ``after`` is no member of the group.
    """
    viewer = reading.viewer
    return await reading.fetch(
        _PAGE, viewer.city, viewer.person, circulars, places_in, state, after, first
    )


async def summary(
    reading: Reading, circulars: Sequence[UUID], *, places_in: Sequence[UUID]
) -> Rows:
    """Per circular: recipients, delivered, read, paper, outstanding."""
    viewer = reading.viewer
    return await reading.fetch(_SUMMARY, viewer.city, viewer.person, circulars, places_in)


async def own(reading: Reading, circulars: Sequence[UUID]) -> Rows:
    """The viewer's own receipt per circular; none where he is no recipient."""
    viewer = reading.viewer
    return await reading.fetch(_OWN, viewer.city, viewer.person, circulars, [])
