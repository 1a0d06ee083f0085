"""The best statements we could write for each request: nothing is fetched that is not answered.

They read past row security. $1 is the city in all of them, $2 whatever the request names. Of each
there were several; the one kept took the least processor time in PostgreSQL and here together.
PostgreSQL can make the JSON itself (json_agg over row_to_json): for a roster of 150 that cost it
0.33 ms more and saved 0.16 ms here, so rows are fetched and orjson writes them.
"""

# $2 group, $3 person, $4 today: the powers of the offices held in term, inside the delegation, and
# what city policy switches off. No row for who is no member.
OFFICE = """
    select m.id as membership_id, g.name,
        case when g.next_participation_from <= $4 then g.next_participation
            else g.participation end as participation,
        array(
            select given.power::text
            from kairan.appointments a
            join kairan.offices o on o.city = $1 and o.id = a.office_id
            join kairan.delegations given
                on given.city = $1 and given.group_id = $2 and given.power = any (o.powers)
            where a.city = $1 and a.membership_id = m.id and a.ended_at is null
                and a.starts_on <= $4 and a.ends_on >= $4
        ) as powers,
        array(select p.category::text from kairan.city_policies p where p.city = $1) as switched_off
    from kairan.memberships m
    join kairan.groups g on g.city = $1 and g.id = $2
    where m.city = $1 and m.group_id = $2 and m.resident_id = $3 and m.status = 'ACTIVE'
"""

# $2 group, $3 how many. What a member goes by, where, is kept beside the membership: that table is
# not needed.
ROSTER = """
    select d.membership_id::text as id, d.display_name as "displayName",
        nullif(concat_ws(' ', p.family_name, p.given_name), '') as name, p.kana,
        p.postal_code as "postalCode", p.address, p.building, p.phone, p.email
    from kairan.member_details d
    left join kairan.profiles p on p.city = $1 and p.resident_id = d.resident_id
    where d.city = $1 and d.group_id = $2 and d.status = 'ACTIVE'
    order by p.kana collate "C" nulls last, d.membership_id
    limit $3
"""

# The same where city policy lets nothing through but what is one's own: $4 is the person, and his
# profile the only one that is read.
ROSTER_OF_NAMES = """
    select d.membership_id::text as id, d.display_name as "displayName",
        nullif(concat_ws(' ', p.family_name, p.given_name), '') as name, p.kana,
        p.postal_code as "postalCode", p.address, p.building, p.phone, p.email
    from kairan.member_details d
    left join kairan.profiles p
        on p.city = $1 and p.resident_id = $4 and p.resident_id = d.resident_id
    where d.city = $1 and d.group_id = $2 and d.status = 'ACTIVE'
    order by p.kana collate "C" nulls last, d.membership_id
    limit $3
"""

# $2 group, $3 the moment. Limit first, then join: the newest 20 and one more, which only tells that
# there are more; the members once, in order; then each circular's receipts and paper rounds by one
# index range each, merged with them.
DASHBOARD = """
    with page as materialized (
        select c.id, c.title, c.published_at, c.withdrawn_at, c.audience, c.audience_han_id,
            c.audience_office_id
        from kairan.circulars c
        where c.city = $1 and c.group_id = $2
        order by c.published_at desc, c.id desc
        limit 21
    ), member as materialized (
        select m.id, m.began_at, m.ended_at, m.status = 'ACTIVE' as is_active, d.han_id,
            d.display_name
        from kairan.memberships m
        left join kairan.member_details d
            on d.city = $1 and d.group_id = $2 and d.membership_id = m.id
        where m.city = $1 and m.group_id = $2
        order by m.id
    )
    select c.id::text, c.title, c.published_at,
        case
            when c.withdrawn_at is not null then 'WITHDRAWN'
            when c.published_at > $3 then 'SCHEDULED'
            else 'PUBLISHED'
        end as status,
        counted.*
    from page c
    cross join lateral (
        select count(*) as recipients, count(r.delivered_at) as delivered,
            count(r.read_at) as read, count(p.recorded_at) as paper,
            count(*) filter (where m.is_active and r.delivered_at is null and p.recorded_at is null)
                as outstanding,
            (array_agg(m.id::text)
                filter (where m.is_active and r.delivered_at is null and p.recorded_at is null)
            )[1:11] as ids,
            (array_agg(m.display_name)
                filter (where m.is_active and r.delivered_at is null and p.recorded_at is null)
            )[1:11] as names
        from member m
        left join kairan.receipts r
            on r.city = $1 and r.circular_id = c.id and r.membership_id = m.id and m.is_active
        left join kairan.paper_deliveries p
            on p.city = $1 and p.circular_id = c.id and p.membership_id = m.id and m.is_active
        where m.began_at <= c.published_at and (m.ended_at is null or m.ended_at > c.published_at)
            and case c.audience
                when 'ALL' then true
                when 'HAN' then m.han_id = c.audience_han_id
                else exists (
                    select from kairan.appointments a
                    where a.city = $1 and a.membership_id = m.id
                        and a.office_id = c.audience_office_id
                        and (a.ended_at is null or a.ended_at > c.published_at)
                        and (c.published_at at time zone 'Asia/Tokyo')::date
                            between a.starts_on and a.ends_on
                )
            end
    ) counted
    order by c.published_at desc, c.id desc
"""

# $2 person, $3 the moment, $4 today. One row for each membership, the oldest first.
ME = """
    select r.id::text as person, p.display_name as person_name,
        nullif(concat_ws(' ', p.family_name, p.given_name), '') as full_name,
        m.id::text as id, d.display_name, m.status, g.id::text as group_id, g.name as group_name,
        case when m.status = 'ACTIVE' then (
            select count(*)
            from kairan.circulars c
            where c.city = $1 and c.group_id = m.group_id and c.published_at <= $3
                and c.withdrawn_at is null
                and case c.audience
                    when 'ALL' then true
                    when 'HAN' then c.audience_han_id = d.han_id
                    else exists (
                        select from kairan.appointments a
                        where a.city = $1 and a.membership_id = m.id
                            and a.office_id = c.audience_office_id and a.ended_at is null
                            and a.starts_on <= $4 and a.ends_on >= $4
                    )
                end
                and not exists (
                    select from kairan.receipts had
                    where had.city = $1 and had.membership_id = m.id and had.circular_id = c.id
                        and had.read_at is not null
                )
        ) end as unread
    from kairan.residents r
    join kairan.profiles p on p.city = $1 and p.resident_id = r.id
    left join kairan.memberships m on m.city = $1 and m.resident_id = r.id
    left join kairan.member_details d on d.city = $1 and d.membership_id = m.id
    left join kairan.groups g on g.city = $1 and g.id = m.group_id
    where r.city = $1 and r.id = $2
    order by m.began_at, m.id
"""

# $2 circular, $3 person, $4 the moment, $5 today. A row where it is out, and addressed to him.
MARK_READ = """
    insert into kairan.receipts (city, circular_id, membership_id, group_id, delivered_at, read_at)
    select $1, c.id, m.id, c.group_id, $4, $4
    from kairan.circulars c
    join kairan.memberships m
        on m.city = $1 and m.group_id = c.group_id and m.resident_id = $3 and m.status = 'ACTIVE'
    where c.city = $1 and c.id = $2 and c.published_at <= $4 and c.withdrawn_at is null
        and case c.audience
            when 'ALL' then true
            when 'HAN' then exists (
                select from kairan.member_details d
                where d.city = $1 and d.membership_id = m.id and d.han_id = c.audience_han_id
            )
            else exists (
                select from kairan.appointments a
                where a.city = $1 and a.membership_id = m.id
                    and a.office_id = c.audience_office_id and a.ended_at is null
                    and a.starts_on <= $5 and a.ends_on >= $5
            )
        end
    on conflict (city, circular_id, membership_id) do update
    set read_at = coalesce(receipts.read_at, excluded.read_at)
    returning read_at
"""
