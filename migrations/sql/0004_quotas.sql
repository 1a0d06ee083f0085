-- How many people's personal fields one officer may receive per hour through a group, where city staff
-- set another number than the installation's, until a day (that day included, Asia/Tokyo).
create table kairan.release_quotas (
    city integer not null,
    group_id uuid not null,
    people_per_hour integer not null,
    until date not null,
    reason varchar not null,
    set_at timestamptz not null,
    constraint release_quotas_pkey primary key (city, group_id),
    constraint release_quotas_city_group_id_fkey
        foreign key (city, group_id) references kairan.groups (city, id) on delete cascade,
    constraint release_quotas_people_per_hour_check check (people_per_hour >= 0)
);
alter table kairan.release_quotas enable row level security;
alter table kairan.release_quotas force row level security;
create policy members_and_staff_read on kairan.release_quotas for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            group_id = any ((select nullif(current_setting('app.member_groups', true), '')::uuid[])::uuid[])
            or (select nullif(current_setting('app.staff', true), '')::text[])
                && array['OPERATIONS', 'AUDITOR']
        )
    );
create policy staff_sets on kairan.release_quotas for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS']
    );
create policy staff_changes on kairan.release_quotas for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS']
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS']
    );
create policy staff_ends on kairan.release_quotas for delete to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS']
    );
grant select, insert, delete on kairan.release_quotas to kairan_server;
grant update (people_per_hour, until, reason, set_at) on kairan.release_quotas to kairan_server;

-- Whom the viewer received personal fields of in the hour before p_at, each person once: by the ledger,
-- and those of p_lately, whom another answer of his is about to be given. p_group: through that group;
-- null: through all groups for which no other quota is in force. A definer's, because nobody reads the
-- ledger for whom he saw; it tells the viewer's own number and nothing else.
-- people: how many. frees_at: from when on p_most are not exceeded, as far as it is the earlier ones
-- (none of p_now) that are too many; null where asking later would not help.
create function app.people_received(
    p_group uuid, p_now uuid[], p_lately uuid[], p_most integer, p_from uuid, p_at timestamptz
)
returns table (people bigint, frees_at timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_city integer := nullif(current_setting('app.city', true), '')::int;
    v_person uuid := nullif(current_setting('app.person', true), '')::uuid;
    v_today date := (p_at at time zone 'Asia/Tokyo')::date;
begin
    return query
    with released as (
        select subject.id, max(r.released_at) as last
        from (
            -- Not only where he is an officer now: he may have been one within the hour.
            select distinct m.group_id
            from kairan.memberships m
            where m.city = v_city and m.resident_id = v_person
                and case when p_group is not null then m.group_id = p_group else not exists (
                    select from kairan.release_quotas q
                    where q.city = v_city and q.group_id = m.group_id and q.until >= v_today
                ) end
        ) mine
        cross join lateral (
            select r.released_at, r.subjects
            from kairan.releases r
            where r.city = v_city and r.group_id = mine.group_id and r.id >= p_from
                and r.viewer = v_person and r.released_at > p_at - interval '1 hour'
        ) r
        cross join lateral unnest(r.subjects) subject (id)
        group by subject.id
    ), counted as (
        select released.id, released.last from released
        union all
        select lately.id, p_at from unnest(p_lately) lately (id)
        where lately.id not in (select released.id from released)
    )
    select
        (select count(*) from counted),
        (
            select c.last + interval '1 hour' from counted c
            where c.id <> all (p_now)
            order by c.last
            offset greatest((select count(*) from counted) - p_most - 1, 0) limit 1
        );
end
$$;

grant select (city, group_id, resident_id) on kairan.memberships to kairan_rates;
grant select (city, id, group_id, viewer, released_at, subjects) on kairan.releases to kairan_rates;
grant select (city, group_id, until) on kairan.release_quotas to kairan_rates;
create policy rates_reads on kairan.memberships for select to kairan_rates
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
    );
create policy rates_reads on kairan.releases for select to kairan_rates
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and viewer = (select nullif(current_setting('app.person', true), '')::uuid)
    );
create policy rates_reads on kairan.release_quotas for select to kairan_rates
    using (city = (select nullif(current_setting('app.city', true), '')::int));

grant create on schema app to kairan_rates;
revoke all on function
    app.people_received(uuid, uuid[], uuid[], integer, uuid, timestamptz) from public;
grant execute on function
    app.people_received(uuid, uuid[], uuid[], integer, uuid, timestamptz) to kairan_server;
alter function app.people_received(uuid, uuid[], uuid[], integer, uuid, timestamptz)
    owner to kairan_rates;
revoke create on schema app from kairan_rates;
