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
# Whom a circular reached is looked up member by member: for one to a han, to an office, to oneself.
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

# For those to all, which are nearly all, a member by member look would be three thousand of them
# for a page of twenty. Whose receipts are nobody else's business is found once for each group; row
# security keeps back those of suppressed people.
_TO_ALL = """
    with sent as materialized (
        select parent.position, c.id, c.group_id, c.published_at
        from unnest($3::uuid[]) with ordinality as parent (circular_id, position)
        join kairan.circulars c on c.city = $1 and c.id = parent.circular_id
        where c.audience = 'ALL'
    )
"""
_QUIET = """
    array(
        select d.membership_id from kairan.member_details d
        where d.city = $1 and d.group_id = town.group_id
            and cardinality(d.kept_private) > 0 and d.kept_private @> '{RECEIPT}'
            and d.resident_id is distinct from $2
    ) as quiet
"""
# What became of one recipient; of one who left nothing is told.
_STAYED = "any_value(act.member_status) = 'ACTIVE'"
_STATE = f"""
    case
        when not {_STAYED} then null
        when any_value(act.read_at) is not null then 'READ'
        when any_value(act.delivered_at) is not null then 'DELIVERED'
        when any_value(act.paper_at) is not null then 'PAPER'
        else 'OUTSTANDING'
    end
"""
_FIRST = "'00000000-0000-0000-0000-000000000000'::uuid"

# Members, receipts and paper rounds stand in their indexes in the same order, by membership: merged
# like three sorted lists they are read only as far as the page goes.
_PAGE = f"""
    {_TO_ALL}, town as materialized (
        select town.group_id, {_QUIET}
        from (select distinct group_id from sent) town
    )
    select c.position, c.id as circular_id,
        $5::uuid is null or exists (
            select from kairan.memberships mark
            where mark.city = $1 and mark.id = $5 and mark.group_id = c.group_id
        ) as cursor_known,
        receipt.*
    from sent c
    join town on town.group_id = c.group_id
    left join lateral (
        select act.id, c.group_id, any_value(act.resident_id) as resident_id,
            any_value(act.member_status) as member_status,
            case when {_STAYED} then any_value(act.delivered_at) end as delivered_at,
            case when {_STAYED} then any_value(act.read_at) end as read_at,
            case when {_STAYED} then any_value(act.paper_at) end as paper_at, {_STATE} as state
        from (
            (
                select m.id, m.resident_id, m.status as member_status,
                    null::timestamptz as delivered_at, null::timestamptz as read_at,
                    null::timestamptz as paper_at
                from kairan.memberships m
                where m.city = $1 and m.group_id = c.group_id
                    and m.began_at <= c.published_at
                    and (m.ended_at is null or m.ended_at > c.published_at)
                    and m.id > coalesce($5, {_FIRST})
                order by m.id
            )
            union all
            (
                select r.membership_id, null, null, r.delivered_at, r.read_at, null
                from kairan.receipts r
                where r.city = $1 and r.circular_id = c.id
                    and r.membership_id <> all (town.quiet)
                    and r.membership_id > coalesce($5, {_FIRST})
                order by r.membership_id
            )
            union all
            (
                select p.membership_id, null, null, null, null, p.recorded_at
                from kairan.paper_deliveries p
                where p.city = $1 and p.circular_id = c.id
                    and p.membership_id > coalesce($5, {_FIRST})
                order by p.membership_id
            )
        ) act
        group by act.id
        having any_value(act.member_status) is not null and ($4::text is null or {_STATE} = $4)
        order by act.id
        limit $6
    ) receipt on true
"""
_PAGE_TO_SOME = f"""
    select listed.position, listed.circular_id, listed.cursor_known, listed.id, listed.group_id,
        listed.resident_id, listed.member_status, listed.delivered_at, listed.read_at,
        listed.paper_at, listed.state
    from (
        select parent.position, parent.circular_id, receipt.*,
            $6::uuid is null or exists (
                select from kairan.memberships mark
                where mark.city = $1 and mark.id = $6 and mark.group_id = c.group_id
            ) as cursor_known,
            row_number() over (partition by parent.position order by receipt.id) as number
        {_RECIPIENTS}
            and ($5::text is null or receipt.state = $5)
            and ($6::uuid is null or receipt.id > $6)
        where c.audience <> 'ALL'
    ) listed
    where listed.number <= $7
"""

# Who was in before the first of these circulars and still is needs no second look: the counts are
# his group's number of such, and of the others those who were in at the time.
_SUMMARY = f"""
    {_TO_ALL}, town as materialized (
        select town.group_id, {_QUIET}, known.*
        from (select group_id, min(published_at) as since from sent group by group_id) town
        cross join lateral (
            select count(*) filter (where m.stays) as staying,
                array_agg(m.id) filter (where not m.stays) as ids,
                array_agg(m.began_at) filter (where not m.stays) as began_at,
                array_agg(m.ended_at) filter (where not m.stays) as ended_at
            from (
                select m.id, m.began_at, m.ended_at,
                    m.ended_at is null and m.began_at <= town.since as stays
                from kairan.memberships m
                where m.city = $1 and m.group_id = town.group_id
                offset 0
            ) m
        ) known
    )
    select c.id as circular_id, town.staying + moving.recipients as recipients,
        reached.delivered, reached.read, handed.paper,
        town.staying + moving.active - reached.delivered - handed.alone as outstanding
    from sent c
    join town on town.group_id = c.group_id
    cross join lateral (
        select count(*) filter (where m.was_in) as recipients,
            count(*) filter (where m.was_in and m.ended_at is null) as active,
            coalesce(
                array_agg(m.id) filter (where not m.was_in or m.ended_at is not null), '{{}}'
            ) as apart
        from (
            select m.id, m.ended_at,
                m.began_at <= c.published_at
                    and (m.ended_at is null or m.ended_at > c.published_at) as was_in
            from unnest(town.ids, town.began_at, town.ended_at) as m (id, began_at, ended_at)
        ) m
    ) moving
    cross join lateral (
        select count(*) as delivered, count(r.read_at) as read
        from kairan.receipts r
        where r.city = $1 and r.circular_id = c.id
            and r.membership_id <> all (moving.apart) and r.membership_id <> all (town.quiet)
    ) reached
    cross join lateral (
        select count(*) as paper, count(*) filter (where not exists (
            select from kairan.receipts r
            where r.city = $1 and r.circular_id = c.id and r.membership_id = p.membership_id
                and r.membership_id <> all (town.quiet)
        )) as alone
        from kairan.paper_deliveries p
        where p.city = $1 and p.circular_id = c.id and p.membership_id <> all (moving.apart)
    ) handed
"""
_SUMMARY_TO_SOME = f"""
    select parent.circular_id, count(receipt.id) as recipients,
        count(receipt.delivered_at) as delivered, count(receipt.read_at) as read,
        count(receipt.paper_at) as paper,
        count(*) filter (where receipt.state = 'OUTSTANDING') as outstanding
    {_RECIPIENTS}
    where c.audience <> 'ALL'
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
    to_some: bool = True,
) -> Rows:
    """Each circular's recipients by membership id, at most ``first`` after one.

    :param places_in: groups in which the viewer is shown others' han.
    :param to_some: whether any of them is not to all but to a han or an office.
    :return: rows with ``position`` and ``circular_id``; at least one per circular, its ``id`` NULL
        on an empty page, ``cursor_known`` false where ``after`` is no member of the group.
    """
    city, person = reading.viewer.city, reading.viewer.person
    rows = await reading.fetch(_PAGE, city, person, circulars, state, after, first)
    if not to_some:
        return rows
    others = await reading.fetch(
        _PAGE_TO_SOME, city, person, circulars, places_in, state, after, first
    )
    return [*rows, *others]


async def summary(
    reading: Reading,
    circulars: Sequence[UUID],
    *,
    places_in: Sequence[UUID],
    to_some: bool = True,
) -> Rows:
    """Per circular: recipients, delivered, read, paper, outstanding; as :func:`page` asks."""
    city, person = reading.viewer.city, reading.viewer.person
    rows = await reading.fetch(_SUMMARY, city, person, circulars)
    if not to_some:
        return rows
    return [*rows, *await reading.fetch(_SUMMARY_TO_SOME, city, person, circulars, places_in)]


async def own(reading: Reading, circulars: Sequence[UUID]) -> Rows:
    """The viewer's own receipt per circular; none where he is no recipient."""
    viewer = reading.viewer
    return await reading.fetch(_OWN, viewer.city, viewer.person, circulars, [])
