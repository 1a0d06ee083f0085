-- Who is suppressed from a viewer's sight is looked for by the first statement that comes upon others,
-- and not by everybody who enters: most requests are about oneself, and the search was half of entering.
-- A setting that reads '' is not known yet; where nobody entered, nobody is seen.
-- The facts say what the viewer's groups are called: of one's own group most ask no more than that.
-- Those who find them call each other.
grant usage, create on schema app to kairan_enter;
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

-- Who is suppressed from the viewer's sight: himself never. Looked for among those he may come across,
-- and not the other way round: a city has many more. NULL, which hides everybody, where nobody entered.
create function app.find_suppressed()
returns uuid[]
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_city integer := nullif(current_setting('app.city', true), '');
    v_person uuid := nullif(current_setting('app.person', true), '');
    v_requests uuid[] := nullif(current_setting('app.request_groups', true), '');
    v_suppressed uuid[] := '{}';
    v_memberships uuid[] := '{}';
    one record;
begin
    if v_city is null or v_person is null or v_requests is null then
        return null;
    end if;
    -- Cities where nobody is suppressed are the rule.
    if exists (
        select from kairan.suppressions s where s.city = v_city and s.lifted_at is null
    ) then
        for one in
            select m.id, m.resident_id
            from kairan.memberships m
            where m.city = v_city and m.resident_id <> v_person
                and m.group_id in (
                    select own.group_id from kairan.memberships own
                    where own.city = v_city and own.resident_id = v_person
                )
                and m.resident_id in (
                    select s.resident_id from kairan.suppressions s
                    where s.city = v_city and s.lifted_at is null
                )
        loop
            v_memberships := v_memberships || one.id;
            if one.resident_id <> all (v_suppressed) then
                v_suppressed := v_suppressed || one.resident_id;
            end if;
        end loop;
        if v_requests <> '{}' then
            v_suppressed := v_suppressed || array(
                select distinct r.resident_id
                from kairan.membership_requests r
                where r.city = v_city and r.group_id = any (v_requests)
                    and r.resident_id <> v_person and r.resident_id <> all (v_suppressed)
                    and r.resident_id in (
                        select s.resident_id from kairan.suppressions s
                        where s.city = v_city and s.lifted_at is null
                    )
            );
        end if;
    end if;
    perform set_config('app.suppressed_memberships', v_memberships::text, true);
    perform set_config('app.suppressed', v_suppressed::text, true);
    return v_suppressed;
end
$$;

create function app.find_suppressed_memberships()
returns uuid[]
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform app.find_suppressed();
    return nullif(current_setting('app.suppressed_memberships', true), '')::uuid[];
end
$$;

-- A household with nobody left to show would betray that somebody is in it. Whoever keeps to himself
-- where he lives counts here like a suppressed one, or an officer who moves the two into empty
-- households would see only one of these go.
create function app.find_suppressed_households()
returns uuid[]
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_city integer := nullif(current_setting('app.city', true), '');
    v_person uuid := nullif(current_setting('app.person', true), '');
    v_roster uuid[] := nullif(current_setting('app.roster_groups', true), '');
    v_suppressed uuid[];
    v_memberships uuid[];
    v_households uuid[] := '{}';
begin
    if v_city is null or v_person is null or v_roster is null then
        return null;
    end if;
    if v_roster <> '{}' then
        v_suppressed := app.suppressed();
        v_memberships := app.suppressed_memberships();
        if v_suppressed is null or v_memberships is null then
            return null;
        end if;
        v_households := array(
            select distinct d.household_id
            from (
                select d.group_id, d.household_id
                from kairan.member_details d
                where d.city = v_city and d.group_id = any (v_roster)
                    and d.status = 'ACTIVE' and d.household_id is not null
                    and cardinality(d.kept_private) > 0
                    and d.kept_private @> '{PLACE}' and d.resident_id <> v_person
                union all
                select d.group_id, d.household_id
                from kairan.member_details d
                where d.city = v_city and d.membership_id = any (v_memberships)
                    and d.group_id = any (v_roster)
                    and d.status = 'ACTIVE' and d.household_id is not null
            ) d
            where not exists (
                select from kairan.member_details other
                where other.city = v_city and other.group_id = d.group_id
                    and other.household_id = d.household_id and other.status = 'ACTIVE'
                    and other.resident_id <> all (v_suppressed)
                    and (other.resident_id = v_person or not other.kept_private @> '{PLACE}')
            )
        );
    end if;
    perform set_config('app.suppressed_households', v_households::text, true);
    return v_households;
end
$$;

revoke all on function
    app.find_suppressed(),
    app.find_suppressed_memberships(),
    app.find_suppressed_households()
from public;
grant execute on function
    app.find_suppressed(),
    app.find_suppressed_memberships(),
    app.find_suppressed_households()
to kairan_server;

reset role;
revoke create on schema app from kairan_enter;

-- What was found, or looked for now. They stand in a statement's plan as what they say.
create function app.suppressed()
returns uuid[]
language sql volatile
return coalesce(
    nullif(pg_catalog.current_setting('app.suppressed', true), '')::uuid[], app.find_suppressed()
);

create function app.suppressed_memberships()
returns uuid[]
language sql volatile
return coalesce(
    nullif(pg_catalog.current_setting('app.suppressed_memberships', true), '')::uuid[], app.find_suppressed_memberships()
);

create function app.suppressed_households()
returns uuid[]
language sql volatile
return coalesce(
    nullif(pg_catalog.current_setting('app.suppressed_households', true), '')::uuid[], app.find_suppressed_households()
);

revoke all on function
    app.suppressed(),
    app.suppressed_memberships(),
    app.suppressed_households()
from public;
grant execute on function
    app.suppressed(),
    app.suppressed_memberships(),
    app.suppressed_households()
to kairan_server;
grant execute on function app.suppressed(), app.suppressed_memberships() to kairan_enter;

-- The policies are what they were, but for asking a function.
alter policy own_or_fellow_reads on kairan.member_details using (
    city = (select nullif(current_setting('app.city', true), '')::int)
    and (
        resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
        or (
            status = 'ACTIVE'
            and group_id = any ((select nullif(current_setting('app.member_groups', true), '')::uuid[])::uuid[])
            and resident_id <> all ((select app.suppressed())::uuid[])
        )
    )
);
alter policy own_or_roster_reads on kairan.households using (
    city = (select nullif(current_setting('app.city', true), '')::int)
    and (
        (
            group_id = any ((select nullif(current_setting('app.roster_groups', true), '')::uuid[])::uuid[])
            and id <> all ((select app.suppressed_households())::uuid[])
        )
        or id in (
            select own.household_id
            from kairan.member_details own
            where own.city = (select nullif(current_setting('app.city', true), '')::int)
                and own.resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
        )
    )
);
alter policy own_or_officer_reads on kairan.profiles using (
    city = (select nullif(current_setting('app.city', true), '')::int)
    and (
        resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
        or (
            resident_id <> all ((select app.suppressed())::uuid[])
            and resident_id in (
                select m.resident_id
                from kairan.memberships m
                where m.city = (select nullif(current_setting('app.city', true), '')::int)
                    and m.status = 'ACTIVE'
                    and m.group_id = any ((select nullif(current_setting('app.roster_groups', true), '')::uuid[])::uuid[])
            )
        )
    )
);
alter policy own_or_roster_reads on kairan.past_places using (
    city = (select nullif(current_setting('app.city', true), '')::int)
    and (
        resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
        or (
            (
                group_id = any ((select nullif(current_setting('app.roster_groups', true), '')::uuid[])::uuid[])
                or group_id = any ((select nullif(current_setting('app.receipt_groups', true), '')::uuid[])::uuid[])
            )
            and resident_id <> all ((select app.suppressed())::uuid[])
        )
    )
);

-- These two in an order that says no or yes soonest: an officer goes through the receipts of his whole
-- group, nearly always in one group, where nearly always nobody is suppressed. To compare with one value
-- takes a tenth of a look into an array. Without such a group it is a value that no group has: a NULL
-- would leave the question open, and have suppressed people looked for.
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
