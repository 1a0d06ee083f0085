-- The facts say what the viewer's groups are called: of one's own group most ask no more than that.
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
    v_standings json[] := '{}';
    v_held json[];
    v_powers text[];
    v_groups uuid[] := '{}';
    v_roster uuid[] := '{}';
    v_receipts uuid[] := '{}';
    v_requests uuid[] := '{}';
    v_offices uuid[] := '{}';
    v_publish uuid[] := '{}';
    -- Nobody is out of sight of whoever sees no members.
    v_unseen text := '{}';
    v_switched_off text[];
    v_set text[];
    one record;
    held record;
begin
    if p_person is null then
        v_switched_off := array(
            select p.category::text from kairan.city_policies p
            where p.city = p_city
        );
    else
        for one in
            select s.kind,
                array(
                    select p.category::text from kairan.city_policies p
                    where p.city = p_city
                ) as switched_off,
                m.id, m.group_id, m.status, g.name, g.member_directory, d.han_id,
                case when g.next_participation_from <= v_today
                    then g.next_participation else g.participation end as participation,
                -- For the ledger's "who saw": a suppressed officer is named like everywhere else.
                case when exists (
                    select from kairan.suppressions own
                    where own.city = p_city and own.resident_id = p_person
                        and own.lifted_at is null
                ) then '会員' else d.display_name end as display_name,
                m.status = 'ACTIVE' and exists (
                    select from kairan.appointments a
                    where a.city = p_city and a.membership_id = m.id and a.ended_at is null
                        and a.starts_on <= v_today and a.ends_on >= v_today
                ) as holds_office
            from kairan.sessions s
            left join kairan.memberships m
                on m.city = p_city and m.resident_id = p_person and s.kind = 'RESIDENT'
            left join kairan.groups g on g.city = p_city and g.id = m.group_id
            left join kairan.member_details d on d.city = p_city and d.membership_id = m.id
            where s.city = p_city and s.id = p_session and s.person = p_person
                and s.ended_at is null and s.opened_at <= p_at and s.expires_at > p_at
            order by m.id
        loop
            v_kind := one.kind;
            v_switched_off := one.switched_off;
            exit when one.id is null;
            v_own := v_own || one.id;
            continue when one.status <> 'ACTIVE';

            v_held := '{}';
            if one.holds_office then
                v_powers := '{}';
                for held in
                    select a.id, a.office_id, o.title, array(
                        select given.power::text
                        from kairan.delegations given
                        where given.city = p_city and given.group_id = one.group_id
                            and given.power = any (o.powers)
                        order by given.power
                    ) as powers
                    from kairan.appointments a
                    join kairan.offices o
                        on o.city = p_city and o.group_id = a.group_id and o.id = a.office_id
                    where a.city = p_city and a.membership_id = one.id and a.ended_at is null
                        and a.starts_on <= v_today and a.ends_on >= v_today
                    order by a.starts_on, a.id
                loop
                    v_powers := v_powers || held.powers;
                    v_held := v_held || json_build_object(
                        'id', held.id,
                        'office', held.office_id,
                        'title', held.title,
                        'powers', held.powers
                    );
                end loop;
                if one.participation in ('TRIAL', 'ACTIVE') then
                    if 'VIEW_ROSTER' = any (v_powers) then
                        v_roster := v_roster || one.group_id;
                    end if;
                    if 'VIEW_RECEIPTS' = any (v_powers) then
                        v_receipts := v_receipts || one.group_id;
                    end if;
                    if 'MANAGE_MEMBERS' = any (v_powers) then
                        v_requests := v_requests || one.group_id;
                    end if;
                    if 'MANAGE_OFFICES' = any (v_powers) then
                        v_offices := v_offices || one.group_id;
                    end if;
                    if 'PUBLISH' = any (v_powers) then
                        v_publish := v_publish || one.group_id;
                    end if;
                end if;
            end if;
            if one.participation <> 'ENDED' then
                v_groups := v_groups || one.group_id;
            end if;
            v_standings := v_standings || json_build_object(
                'membership', one.id,
                'group', one.group_id,
                'name', one.name,
                'participation', one.participation,
                'directory', one.member_directory,
                'displayName', one.display_name,
                'han', one.han_id,
                'appointments', v_held
            );
        end loop;
        if v_kind = 'ANONYMOUS' then
            raise exception 'the session is not alive' using errcode = 'KA401';
        end if;
    end if;

    if v_kind = 'STAFF' then
        select s.roles into v_roles from kairan.staff s where s.city = p_city and s.id = p_person;
        v_roles := coalesce(v_roles, '{}');
    elsif v_own <> '{}' then
        -- Unknown yet: app.suppressed() and its like look for them where a statement comes that far.
        v_unseen := '';
    end if;

    -- All are set every time: what an earlier call in this transaction left must not stand.
    v_set := array[
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
        set_config('app.suppressed', v_unseen, true),
        set_config('app.suppressed_memberships', v_unseen, true),
        set_config('app.suppressed_households', v_unseen, true)
    ];

    return json_build_object(
        'kind', v_kind,
        'staffRoles', v_roles,
        'memberships', v_standings,
        'switchedOff', v_switched_off
    )::text;
end
$$;

reset role;
revoke create on schema app from kairan_enter;

-- The policies are what they were, in an order that says no or yes soonest: an officer goes through the
-- receipts of his whole group, nearly always in one group, where nearly always nobody is suppressed. To
-- compare with one value takes a tenth of a look into an array. Without such a group it is a value that
-- no group has: a NULL would leave the question open, and have suppressed people looked for.
alter policy own_or_officer_reads on kairan.receipts using (
    city = (select nullif(current_setting('app.city', true), '')::int)
    and (
        (
            (
                group_id = (
                    select coalesce(
                        (nullif(current_setting('app.receipt_groups', true), '')::uuid[]) [1],
                        '00000000-0000-0000-0000-000000000000'
                    )
                )
                or group_id = any ((select nullif(current_setting('app.receipt_groups', true), '')::uuid[])::uuid[])
            )
            and (
                (select app.suppressed_memberships() = '{}')
                or membership_id <> all ((select app.suppressed_memberships())::uuid[])
            )
        )
        or membership_id = any ((select nullif(current_setting('app.memberships', true), '')::uuid[])::uuid[])
    )
);
alter policy own_or_officer_reads on kairan.paper_deliveries using (
    city = (select nullif(current_setting('app.city', true), '')::int)
    and (
        group_id = (
            select coalesce(
                (nullif(current_setting('app.receipt_groups', true), '')::uuid[]) [1],
                '00000000-0000-0000-0000-000000000000'
            )
        )
        or group_id = any ((select nullif(current_setting('app.receipt_groups', true), '')::uuid[])::uuid[])
        or membership_id = any ((select nullif(current_setting('app.memberships', true), '')::uuid[])::uuid[])
    )
);
