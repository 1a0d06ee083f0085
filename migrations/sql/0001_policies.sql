-- The second wall. Every policy compares columns with settings that only app.enter fills in, inside
-- the transaction; unset they are NULL and the policy gives no row. "(select ...)" makes PostgreSQL
-- read a setting once per statement; nullif because a setting reads '' after its transaction.

do $$
declare
    name text;
begin
    for name in select tablename from pg_catalog.pg_tables
        where schemaname = 'kairan' and tablename <> 'alembic_version' loop
        execute format('alter table kairan.%I enable row level security', name);
        execute format('alter table kairan.%I force row level security', name);
    end loop;
end
$$;

-- Public facts of the entered city.
create policy city_reads on kairan.cities for select to kairan_server
    using (city = (select nullif(current_setting('app.city', true), '')::int));
create policy city_reads on kairan.areas for select to kairan_server
    using (city = (select nullif(current_setting('app.city', true), '')::int));
create policy city_reads on kairan.city_policies for select to kairan_server
    using (city = (select nullif(current_setting('app.city', true), '')::int));
create policy city_reads on kairan.groups for select to kairan_server
    using (city = (select nullif(current_setting('app.city', true), '')::int));
create policy city_reads on kairan.delegations for select to kairan_server
    using (city = (select nullif(current_setting('app.city', true), '')::int));

-- How a group is organised: its members and city staff.
create policy own_or_members_read on kairan.hans for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            group_id = any ((select nullif(current_setting('app.member_groups', true), '')::uuid[])::uuid[])
            or id in (
                select own.han_id
                from kairan.member_details own
                where own.city = (select nullif(current_setting('app.city', true), '')::int)
                    and own.resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
            )
        )
    );
create policy members_and_staff_read on kairan.offices for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            group_id = any ((select nullif(current_setting('app.member_groups', true), '')::uuid[])::uuid[])
            or (select nullif(current_setting('app.staff', true), '')::text[])
                && array['OPERATIONS', 'AUDITOR']
        )
    );
create policy members_and_staff_read on kairan.appointments for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            group_id = any ((select nullif(current_setting('app.member_groups', true), '')::uuid[])::uuid[])
            or membership_id = any ((select nullif(current_setting('app.memberships', true), '')::uuid[])::uuid[])
            or (select nullif(current_setting('app.staff', true), '')::text[])
                && array['OPERATIONS', 'AUDITOR']
        )
    );

-- One's own account.
create policy own_reads on kairan.residents for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and id = (select nullif(current_setting('app.person', true), '')::uuid)
    );
create policy own_reads on kairan.sessions for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and person = (select nullif(current_setting('app.person', true), '')::uuid)
    );
create policy own_reads on kairan.staff for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and id = (select nullif(current_setting('app.person', true), '')::uuid)
    );
create policy own_or_duty_reads on kairan.suppressions for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
            or (select nullif(current_setting('app.staff', true), '')::text[]) && array['SUPPRESSION']
        )
    );

-- Members as seen in a group.
create policy own_or_fellow_reads on kairan.memberships for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
            or group_id = any ((select nullif(current_setting('app.member_groups', true), '')::uuid[])::uuid[])
        )
    );
create policy own_or_fellow_reads on kairan.member_details for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
            or (
                status = 'ACTIVE'
                and group_id = any ((select nullif(current_setting('app.member_groups', true), '')::uuid[])::uuid[])
                and resident_id <> all ((select nullif(current_setting('app.suppressed', true), '')::uuid[])::uuid[])
            )
        )
    );
create policy own_or_roster_reads on kairan.households for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            (
                group_id = any ((select nullif(current_setting('app.roster_groups', true), '')::uuid[])::uuid[])
                and id <> all ((select nullif(current_setting('app.suppressed_households', true), '')::uuid[])::uuid[])
            )
            or id in (
                select own.household_id
                from kairan.member_details own
                where own.city = (select nullif(current_setting('app.city', true), '')::int)
                    and own.resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
            )
        )
    );

-- The personal columns: the near copy of the rule. Your own row, or an active member of a group in
-- which you hold VIEW_ROSTER now. Uncorrelated, so it is hashed once and not probed per row.
create policy own_or_officer_reads on kairan.profiles for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
            or (
                resident_id <> all ((select nullif(current_setting('app.suppressed', true), '')::uuid[])::uuid[])
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

create policy own_or_manager_reads on kairan.membership_requests for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
            or group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[])
        )
    );

-- Circulars and who got them.
create policy members_read on kairan.circulars for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.member_groups', true), '')::uuid[])::uuid[])
    );
create policy own_or_officer_reads on kairan.receipts for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            membership_id = any ((select nullif(current_setting('app.memberships', true), '')::uuid[])::uuid[])
            or (
                group_id = any ((select nullif(current_setting('app.receipt_groups', true), '')::uuid[])::uuid[])
                and membership_id
                    <> all ((select nullif(current_setting('app.suppressed_memberships', true), '')::uuid[])::uuid[])
            )
        )
    );
create policy own_or_officer_reads on kairan.paper_deliveries for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            membership_id = any ((select nullif(current_setting('app.memberships', true), '')::uuid[])::uuid[])
            or group_id = any ((select nullif(current_setting('app.receipt_groups', true), '')::uuid[])::uuid[])
        )
    );

-- The ledger: written by whoever received, in that name only; read by auditors and by those it is about.
create policy viewer_writes on kairan.releases for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and viewer = (select nullif(current_setting('app.person', true), '')::uuid)
        and session_id = (select nullif(current_setting('app.session', true), '')::uuid)
    );
create policy auditor_or_subject_reads on kairan.releases for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            (select nullif(current_setting('app.staff', true), '')::text[]) && array['AUDITOR']
            or (select nullif(current_setting('app.person', true), '')::uuid) = any (subjects)
        )
    );

-- What app.enter reads the facts from, and what the door looks up and opens.
create policy enter_reads on kairan.sessions for select to kairan_enter using (true);
create policy enter_reads on kairan.staff for select to kairan_enter using (true);
create policy enter_reads on kairan.city_policies for select to kairan_enter using (true);
create policy enter_reads on kairan.groups for select to kairan_enter using (true);
create policy enter_reads on kairan.delegations for select to kairan_enter using (true);
create policy enter_reads on kairan.offices for select to kairan_enter using (true);
create policy enter_reads on kairan.appointments for select to kairan_enter using (true);
create policy enter_reads on kairan.memberships for select to kairan_enter using (true);
create policy enter_reads on kairan.member_details for select to kairan_enter using (true);
create policy enter_reads on kairan.membership_requests for select to kairan_enter using (true);
create policy enter_reads on kairan.suppressions for select to kairan_enter using (true);
create policy door_reads on kairan.logins for select to kairan_door using (true);
create policy door_opens on kairan.sessions for insert to kairan_door
    with check (
        exists (
            select from kairan.logins l
            where l.city = sessions.city and l.person = sessions.person and l.kind = sessions.kind
        )
    );
