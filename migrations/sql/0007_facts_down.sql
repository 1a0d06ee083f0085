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
    v_standing json := '[]';
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
        -- Each membership with what it makes of the viewer: once to be told, once to be kept.
        select
            coalesce(array_agg(own.id), '{}'),
            coalesce(array_agg(distinct own.group_id), '{}'),
            coalesce(json_agg(own.told order by own.id) filter (where own.is_active), '[]'),
            coalesce(
                array_agg(own.group_id)
                    filter (where own.is_active and own.participation <> 'ENDED'), '{}'
            ),
            coalesce(array_agg(own.group_id) filter (where 'VIEW_ROSTER' = any (own.powers)), '{}'),
            coalesce(array_agg(own.group_id) filter (where 'VIEW_RECEIPTS' = any (own.powers)), '{}'),
            coalesce(array_agg(own.group_id) filter (where 'MANAGE_MEMBERS' = any (own.powers)), '{}'),
            coalesce(array_agg(own.group_id) filter (where 'MANAGE_OFFICES' = any (own.powers)), '{}'),
            coalesce(array_agg(own.group_id) filter (where 'PUBLISH' = any (own.powers)), '{}')
        into v_own, v_ever_in, v_standing, v_groups, v_roster, v_receipts, v_requests, v_offices,
            v_publish
        from (
            select m.id, m.group_id, m.is_active, m.participation,
                case when m.is_active and m.participation in ('TRIAL', 'ACTIVE')
                    then held.powers end as powers,
                json_build_object(
                    'membership', m.id,
                    'group', m.group_id,
                    'participation', m.participation,
                    'directory', m.member_directory,
                    -- For the ledger's "who saw": a suppressed officer is named like everywhere else.
                    'displayName', case when exists (
                        select from kairan.suppressions s
                        where s.city = p_city and s.resident_id = p_person and s.lifted_at is null
                    ) then '会員' else d.display_name end,
                    'han', d.han_id,
                    'appointments', coalesce(held.appointments, '[]')
                ) as told
            from (
                select m.id, m.group_id, m.status = 'ACTIVE' as is_active, g.member_directory,
                    case when g.next_participation_from <= v_today
                        then g.next_participation else g.participation end as participation
                from kairan.memberships m
                join kairan.groups g on g.city = p_city and g.id = m.group_id
                where m.city = p_city and m.resident_id = p_person
                offset 0
            ) m
            left join kairan.member_details d on d.city = p_city and d.membership_id = m.id
            left join lateral (
                select
                    json_agg(json_build_object(
                        'id', a.id, 'office', o.id, 'title', o.title, 'powers', given.powers
                    ) order by a.starts_on, a.id) as appointments,
                    string_to_array(string_agg(array_to_string(given.powers, ' '), ' '), ' ') as powers
                from kairan.appointments a
                join kairan.offices o
                    on o.city = p_city and o.group_id = a.group_id and o.id = a.office_id
                cross join lateral (
                    select array(
                        select given.power::text
                        from kairan.delegations given
                        where given.city = p_city and given.group_id = m.group_id
                            and given.power = any (o.powers)
                        order by given.power
                    ) as powers
                    offset 0
                ) given
                where a.city = p_city and a.membership_id = m.id and a.ended_at is null
                    and a.starts_on <= v_today and a.ends_on >= v_today
                    and m.is_active
            ) held on true
            offset 0
        ) own;

        -- Looked for among those the viewer may come across, and not the other way round: a city
        -- has many more.
        select
            coalesce(array_agg(distinct m.resident_id), '{}'),
            coalesce(array_agg(distinct m.id), '{}')
        into v_suppressed, v_suppressed_memberships
        from kairan.memberships m
        where m.city = p_city and m.group_id = any (v_ever_in) and m.resident_id <> p_person
            and m.resident_id in (
                select s.resident_id from kairan.suppressions s
                where s.city = p_city and s.lifted_at is null
            );
        if v_requests <> '{}' then
            select v_suppressed || coalesce(array_agg(distinct r.resident_id), '{}') into v_suppressed
            from kairan.membership_requests r
            where r.city = p_city and r.group_id = any (v_requests) and r.resident_id <> p_person
                and r.resident_id <> all (v_suppressed)
                and r.resident_id in (
                    select s.resident_id from kairan.suppressions s
                    where s.city = p_city and s.lifted_at is null
                );
        end if;

        -- A household with nobody left to show would betray that somebody is in it. Whoever keeps to
        -- himself where he lives counts here like a suppressed one, or an officer who moves the two
        -- into empty households would see only one of these go.
        if v_roster <> '{}' then
            select coalesce(array_agg(distinct d.household_id), '{}') into v_suppressed_households
            from (
                select d.group_id, d.household_id
                from kairan.member_details d
                where d.city = p_city and d.group_id = any (v_roster)
                    and d.status = 'ACTIVE' and d.household_id is not null
                    and cardinality(d.kept_private) > 0
                    and d.kept_private @> '{PLACE}' and d.resident_id <> p_person
                union all
                select d.group_id, d.household_id
                from kairan.member_details d
                where d.city = p_city and d.resident_id = any (v_suppressed)
                    and d.group_id = any (v_roster)
                    and d.status = 'ACTIVE' and d.household_id is not null
            ) d
            where not exists (
                select from kairan.member_details other
                where other.city = p_city and other.group_id = d.group_id
                    and other.household_id = d.household_id and other.status = 'ACTIVE'
                    and other.resident_id <> all (v_suppressed)
                    and (other.resident_id = p_person or not other.kept_private @> '{PLACE}')
            );
        end if;
    end if;

    v_switched_off := array(
        select p.category::text from kairan.city_policies p where p.city = p_city order by p.category
    );

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

    return json_build_object(
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
