-- Where suppressed people are met: every membership and application of theirs, ended ones too, by the
-- group. Every request has to know who of the viewer's groups is suppressed, and found it out among all
-- who ever were in them: that was most of what entering took. Nobody reads this but app.enter.
create table kairan.suppressed_in (
    city integer not null,
    group_id uuid not null,
    id uuid not null,
    resident_id uuid not null,
    is_application boolean not null,
    constraint suppressed_in_pkey primary key (city, group_id, id),
    constraint suppressed_in_city_resident_id_fkey foreign key (city, resident_id)
        references kairan.residents (city, id) on delete cascade
);
create index suppressed_in_resident_idx on kairan.suppressed_in (city, resident_id);
alter table kairan.suppressed_in enable row level security;
alter table kairan.suppressed_in force row level security;

grant usage on schema kairan to kairan_veil;
grant select (city, resident_id, lifted_at) on kairan.suppressions to kairan_veil;
grant select (city, id, group_id, resident_id)
    on kairan.memberships, kairan.membership_requests to kairan_veil;
grant select, insert, delete on kairan.suppressed_in to kairan_veil;
create policy veil_reads on kairan.suppressions for select to kairan_veil using (true);
create policy veil_reads on kairan.memberships for select to kairan_veil using (true);
create policy veil_reads on kairan.membership_requests for select to kairan_veil using (true);
create policy veil_reads on kairan.suppressed_in for select to kairan_veil using (true);
create policy veil_notes on kairan.suppressed_in for insert to kairan_veil
    with check (
        exists (
            select from kairan.suppressions s
            where s.city = suppressed_in.city and s.resident_id = suppressed_in.resident_id
                and s.lifted_at is null
        )
    );
create policy veil_forgets on kairan.suppressed_in for delete to kairan_veil
    using (resident_id is not null);

grant select on kairan.suppressed_in to kairan_enter;
create policy enter_reads on kairan.suppressed_in for select to kairan_enter using (true);
revoke select on kairan.membership_requests from kairan_enter;
drop policy enter_reads on kairan.membership_requests;

-- Somebody becomes suppressed, or ceases to be; or a membership of his is no more what it was. All of
-- his are noted anew. Who joins meanwhile waits for the lock, and then sees what was decided: at READ
-- COMMITTED. SERIALIZABLE, which is what the server does either at, fails one of the two.
create function app.note_suppressed()
returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_city integer;
    v_resident uuid;
begin
    for v_city, v_resident in
        select distinct one.city, one.resident_id
        from (values (old.city, old.resident_id), (new.city, new.resident_id)) one (city, resident_id)
        where one.resident_id is not null
    loop
        perform pg_advisory_xact_lock(7001, v_city);
        delete from kairan.suppressed_in i where i.city = v_city and i.resident_id = v_resident;
        continue when not exists (
            select from kairan.suppressions s
            where s.city = v_city and s.resident_id = v_resident and s.lifted_at is null
        );
        insert into kairan.suppressed_in (city, group_id, id, resident_id, is_application)
        select m.city, m.group_id, m.id, m.resident_id, false
        from kairan.memberships m
        where m.city = v_city and m.resident_id = v_resident
        union all
        select r.city, r.group_id, r.id, r.resident_id, true
        from kairan.membership_requests r
        where r.city = v_city and r.resident_id = v_resident;
    end loop;
    return null;
end
$$;

-- Somebody applies, or becomes a member.
create function app.note_newcomers()
returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock_shared(7001, c.city) from (select distinct n.city from newcomers n) c;
    insert into kairan.suppressed_in (city, group_id, id, resident_id, is_application)
    select n.city, n.group_id, n.id, n.resident_id, tg_table_name = 'membership_requests'
    from newcomers n
    where exists (
        select from kairan.suppressions s
        where s.city = n.city and s.resident_id = n.resident_id and s.lifted_at is null
    );
    return null;
end
$$;

create trigger note_suppressed after insert or delete or update of city, resident_id, lifted_at
    on kairan.suppressions for each row execute function app.note_suppressed();
create trigger note_suppressed after delete or update of city, id, group_id, resident_id
    on kairan.memberships for each row execute function app.note_suppressed();
create trigger note_suppressed after delete or update of city, id, group_id, resident_id
    on kairan.membership_requests for each row execute function app.note_suppressed();
create trigger note_newcomers after insert on kairan.memberships
    referencing new table as newcomers for each statement execute function app.note_newcomers();
create trigger note_newcomers after insert on kairan.membership_requests
    referencing new table as newcomers for each statement execute function app.note_newcomers();

-- Handed over last: only who may run a function makes a trigger of it.
grant create on schema app to kairan_veil;
revoke all on function app.note_suppressed(), app.note_newcomers() from public;
alter function app.note_suppressed() owner to kairan_veil;
alter function app.note_newcomers() owner to kairan_veil;
revoke create on schema app from kairan_veil;

-- Whoever is suppressed already. Forced row security binds the owner, too.
set role kairan_veil;
insert into kairan.suppressed_in (city, group_id, id, resident_id, is_application)
select m.city, m.group_id, m.id, m.resident_id, false
from kairan.memberships m
where exists (
    select from kairan.suppressions s
    where s.city = m.city and s.resident_id = m.resident_id and s.lifted_at is null
)
union all
select r.city, r.group_id, r.id, r.resident_id, true
from kairan.membership_requests r
where exists (
    select from kairan.suppressions s
    where s.city = r.city and s.resident_id = r.resident_id and s.lifted_at is null
);
reset role;
-- What took the group's people in order, for every request, has no reader any more.
drop index kairan.memberships_people_idx;

-- The same facts and settings as before. One statement finds the session and all memberships; others
-- follow for those alone whom they concern. To start a statement takes longer here than most run, and
-- an expression of PL/pgSQL a twentieth of that: hence the loops.
grant create on schema app to kairan_enter;
set role kairan_enter;

create or replace function app.enter(p_city integer, p_person uuid, p_session uuid, p_at timestamptz)
returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
-- A city has a few hundred suppressed people: too few, the planner says, for an index.
set enable_seqscan = off
as $$
declare
    v_today date := (p_at at time zone 'Asia/Tokyo')::date;
    v_kind text := 'ANONYMOUS';
    v_roles text[] := '{}';
    v_own uuid[] := '{}';
    v_ever_in uuid[] := '{}';
    v_standings json[] := '{}';
    v_held json[];
    v_powers text[];
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
    v_set text[];
    one record;
    held record;
begin
    if p_person is null then
        v_switched_off := array(
            select p.category::text from kairan.city_policies p
            where p.city = p_city order by p.category
        );
    else
        for one in
            select s.kind,
                array(
                    select p.category::text from kairan.city_policies p
                    where p.city = p_city order by p.category
                ) as switched_off,
                m.id, m.group_id, m.status, g.member_directory, d.han_id,
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
            v_ever_in := v_ever_in || one.group_id;
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
        for one in
            select i.id, i.resident_id, i.group_id, i.is_application
            from kairan.suppressed_in i
            where i.city = p_city and i.group_id = any (v_ever_in) and i.resident_id <> p_person
        loop
            if not one.is_application then
                v_suppressed_memberships := v_suppressed_memberships || one.id;
            elsif one.group_id <> all (v_requests) then
                continue;
            end if;
            if one.resident_id <> all (v_suppressed) then
                v_suppressed := v_suppressed || one.resident_id;
            end if;
        end loop;

        -- A household with nobody left to show would betray that somebody is in it. Whoever keeps to
        -- himself where he lives counts here like a suppressed one, or an officer who moves the two
        -- into empty households would see only one of these go.
        if v_roster <> '{}' then
            v_suppressed_households := array(
                select distinct d.household_id
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
                    where d.city = p_city and d.membership_id = any (v_suppressed_memberships)
                        and d.group_id = any (v_roster)
                        and d.status = 'ACTIVE' and d.household_id is not null
                ) d
                where not exists (
                    select from kairan.member_details other
                    where other.city = p_city and other.group_id = d.group_id
                        and other.household_id = d.household_id and other.status = 'ACTIVE'
                        and other.resident_id <> all (v_suppressed)
                        and (other.resident_id = p_person or not other.kept_private @> '{PLACE}')
                )
            );
        end if;
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
        set_config('app.suppressed', v_suppressed::text, true),
        set_config('app.suppressed_memberships', v_suppressed_memberships::text, true),
        set_config('app.suppressed_households', v_suppressed_households::text, true)
    ];

    return json_build_object(
        'kind', v_kind,
        'staffRoles', v_roles,
        'memberships', v_standings,
        'suppressed', v_suppressed,
        'switchedOff', v_switched_off
    )::text;
end
$$;

reset role;
revoke create on schema app from kairan_enter;
