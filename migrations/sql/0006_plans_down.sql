drop index kairan.member_details_private_idx;
drop index kairan.suppressions_alive_idx;
drop index kairan.memberships_people_idx;
alter policy own_or_fellow_reads on kairan.memberships
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
            or group_id = any ((select nullif(current_setting('app.member_groups', true), '')::uuid[])::uuid[])
        )
    );

grant create on schema app to kairan_enter;
set role kairan_enter;

create or replace function app.enter(p_city integer, p_person uuid, p_session uuid, p_at timestamptz)
returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_today date := (p_at at time zone 'Asia/Tokyo')::date;
    v_kind text := 'ANONYMOUS';
    v_roles text[] := '{}';
    v_own uuid[] := '{}';
    v_ever_in uuid[] := '{}';
    v_standing jsonb := '[]';
    v_groups uuid[] := '{}';
    v_roster uuid[] := '{}';
    v_receipts uuid[] := '{}';
    v_requests uuid[] := '{}';
    v_offices uuid[] := '{}';
    v_publish uuid[] := '{}';
    v_suppressed uuid[] := '{}';
    v_suppressed_memberships uuid[] := '{}';
    v_suppressed_households uuid[] := '{}';
    v_switched_off text[];
begin
    if p_person is not null then
        select s.kind into v_kind
        from kairan.sessions s
        where s.city = p_city and s.id = p_session and s.person = p_person
            and s.ended_at is null and s.opened_at <= p_at and s.expires_at > p_at;
        if not found then
            raise exception 'the session is not alive' using errcode = 'KA401';
        end if;
    end if;

    if v_kind = 'STAFF' then
        select s.roles into v_roles from kairan.staff s where s.city = p_city and s.id = p_person;
        v_roles := coalesce(v_roles, '{}');
    elsif v_kind = 'RESIDENT' then
        select coalesce(array_agg(m.id), '{}'), coalesce(array_agg(distinct m.group_id), '{}')
        into v_own, v_ever_in
        from kairan.memberships m where m.city = p_city and m.resident_id = p_person;

        select coalesce(jsonb_agg(jsonb_build_object(
            'membership', m.id,
            'group', m.group_id,
            'participation', case when g.next_participation_from <= v_today
                then g.next_participation else g.participation end,
            'directory', g.member_directory,
            -- For the ledger's "who saw": a suppressed officer is named like everywhere else.
            'displayName', case when exists (
                select from kairan.suppressions s
                where s.city = p_city and s.resident_id = p_person and s.lifted_at is null
            ) then '会員' else d.display_name end,
            'han', d.han_id,
            'appointments', (
                select coalesce(jsonb_agg(jsonb_build_object(
                    'id', a.id,
                    'office', o.id,
                    'title', o.title,
                    'powers', (
                        select coalesce(jsonb_agg(given.power order by given.power), '[]')
                        from kairan.delegations given
                        where given.city = p_city and given.group_id = m.group_id
                            and given.power = any (o.powers)
                    )
                ) order by a.starts_on, a.id), '[]')
                from kairan.appointments a
                join kairan.offices o
                    on o.city = p_city and o.group_id = a.group_id and o.id = a.office_id
                where a.city = p_city and a.membership_id = m.id and a.ended_at is null
                    and a.starts_on <= v_today and a.ends_on >= v_today
            )
        ) order by m.id), '[]') into v_standing
        from kairan.memberships m
        join kairan.groups g on g.city = p_city and g.id = m.group_id
        left join kairan.member_details d on d.city = p_city and d.membership_id = m.id
        where m.city = p_city and m.resident_id = p_person and m.status = 'ACTIVE';

        select
            coalesce(array_agg(standing.group_id) filter (where standing.reads), '{}'),
            coalesce(array_agg(standing.group_id) filter (where standing.powers ? 'VIEW_ROSTER'), '{}'),
            coalesce(array_agg(standing.group_id) filter (where standing.powers ? 'VIEW_RECEIPTS'), '{}'),
            coalesce(array_agg(standing.group_id) filter (where standing.powers ? 'MANAGE_MEMBERS'), '{}'),
            coalesce(array_agg(standing.group_id) filter (where standing.powers ? 'MANAGE_OFFICES'), '{}'),
            coalesce(array_agg(standing.group_id) filter (where standing.powers ? 'PUBLISH'), '{}')
        into v_groups, v_roster, v_receipts, v_requests, v_offices, v_publish
        from (
            select
                (entry ->> 'group')::uuid as group_id,
                entry ->> 'participation' <> 'ENDED' as reads,
                case when entry ->> 'participation' in ('TRIAL', 'ACTIVE')
                    then jsonb_path_query_array(entry, '$.appointments[*].powers[*]')
                    else '[]' end as powers
            from jsonb_array_elements(v_standing) entry
        ) standing;

        select
            coalesce(array_agg(distinct s.resident_id), '{}'),
            coalesce(array_agg(distinct m.id) filter (where m.id is not null), '{}')
        into v_suppressed, v_suppressed_memberships
        from kairan.suppressions s
        left join kairan.memberships m
            on m.city = p_city and m.resident_id = s.resident_id and m.group_id = any (v_ever_in)
        where s.city = p_city and s.lifted_at is null and s.resident_id <> p_person
            and (m.id is not null or exists (
                select from kairan.membership_requests r
                where r.city = p_city and r.resident_id = s.resident_id
                    and r.group_id = any (v_requests)
            ));

        -- A household with nobody left to show would betray that somebody is in it. Whoever keeps to
        -- himself where he lives counts here like a suppressed one, or an officer who moves the two
        -- into empty households would see only one of these go.
        select coalesce(array_agg(distinct d.household_id), '{}') into v_suppressed_households
        from kairan.member_details d
        where d.city = p_city and d.group_id = any (v_roster)
            and d.status = 'ACTIVE' and d.household_id is not null
            and (
                d.resident_id = any (v_suppressed)
                or (d.kept_private @> '{PLACE}' and d.resident_id <> p_person)
            )
            and not exists (
                select from kairan.member_details other
                where other.city = p_city and other.group_id = d.group_id
                    and other.household_id = d.household_id and other.status = 'ACTIVE'
                    and other.resident_id <> all (v_suppressed)
                    and (other.resident_id = p_person or not other.kept_private @> '{PLACE}')
            );
    end if;

    select coalesce(array_agg(p.category::text order by p.category), '{}') into v_switched_off
    from kairan.city_policies p where p.city = p_city;

    -- All are set every time: what an earlier call in this transaction left must not stand.
    perform
        set_config('app.city', p_city::text, true),
        set_config('app.person', coalesce(p_person::text, ''), true),
        set_config('app.session', case when p_person is null then '' else p_session::text end, true),
        set_config('app.staff', v_roles::text, true),
        set_config('app.memberships', v_own::text, true),
        set_config('app.member_groups', v_groups::text, true),
        set_config('app.roster_groups', v_roster::text, true),
        set_config('app.receipt_groups', v_receipts::text, true),
        set_config('app.request_groups', v_requests::text, true),
        set_config('app.office_groups', v_offices::text, true),
        set_config('app.publish_groups', v_publish::text, true),
        set_config('app.suppressed', v_suppressed::text, true),
        set_config('app.suppressed_memberships', v_suppressed_memberships::text, true),
        set_config('app.suppressed_households', v_suppressed_households::text, true);

    return jsonb_build_object(
        'kind', v_kind,
        'staffRoles', v_roles,
        'memberships', v_standing,
        'suppressed', v_suppressed,
        'switchedOff', v_switched_off
    )::text;
end
$$;

reset role;
revoke create on schema app from kairan_enter;
