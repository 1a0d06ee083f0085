-- What may be written, by whom. Like every policy, these compare with what app.enter set; they are the
-- near copy of the rules that the server checks first.

do $$
declare
    name text;
begin
    foreach name in array array['past_places', 'circular_versions', 'changes', 'idempotency_keys'] loop
        execute format('alter table kairan.%I enable row level security', name);
        execute format('alter table kairan.%I force row level security', name);
    end loop;
end
$$;

-- City staff: groups, participation, delegation, policy; suppression by those with that duty.
create policy staff_creates on kairan.groups for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS']
    );
create policy staff_changes on kairan.groups for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS']
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS']
    );
create policy staff_delegates on kairan.delegations for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS']
    );
create policy staff_takes_back on kairan.delegations for delete to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS']
    );
create policy staff_switches_off on kairan.city_policies for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS']
    );
create policy staff_switches_on on kairan.city_policies for delete to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS']
    );
create policy duty_suppresses on kairan.suppressions for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['SUPPRESSION']
    );
create policy duty_changes on kairan.suppressions for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['SUPPRESSION']
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['SUPPRESSION']
    );

-- Coming in: by the resident's own application, decided on by who manages members; city staff
-- decide only for a group that nobody can manage yet (the server's rule, not this wall's).
create policy own_applies on kairan.membership_requests for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
        and status = 'PENDING' and decided_at is null and membership_id is null
    );
create policy own_or_manager_decides on kairan.membership_requests for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and status = 'PENDING'
        and (
            resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
            or group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[])
            or (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS']
        )
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            (status = 'WITHDRAWN' and resident_id = (select nullif(current_setting('app.person', true), '')::uuid))
            or (status in ('APPROVED', 'DECLINED') and group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[]))
            or (status = 'APPROVED' and (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS'])
        )
    );
create policy staff_reads on kairan.membership_requests for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS']
    );
-- Only while the application waits: one that was granted once brings nobody back.
create policy applicant_becomes on kairan.memberships for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and status = 'ACTIVE'
        and (group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[]) or (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS'])
        and exists (
            select from kairan.membership_requests applied
            where applied.city = (select nullif(current_setting('app.city', true), '')::int)
                and applied.group_id = memberships.group_id
                and applied.resident_id = memberships.resident_id
                and applied.status = 'PENDING'
        )
    );
create policy own_or_manager_ends on kairan.memberships for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and status = 'ACTIVE'
        and (resident_id = (select nullif(current_setting('app.person', true), '')::uuid) or group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[]))
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            (status = 'LEFT' and resident_id = (select nullif(current_setting('app.person', true), '')::uuid))
            or (status = 'REMOVED' and group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[]))
        )
    );
create policy applicant_becomes on kairan.member_details for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[]) or (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS'])
        and exists (
            select from kairan.membership_requests applied
            where applied.city = (select nullif(current_setting('app.city', true), '')::int)
                and applied.group_id = member_details.group_id
                and applied.resident_id = member_details.resident_id
                and applied.status = 'PENDING'
        )
    );
create policy manager_defines on kairan.hans for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[])
    );
create policy manager_changes on kairan.hans for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[])
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[])
    );
create policy manager_defines on kairan.households for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[])
    );
create policy manager_changes on kairan.households for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[])
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[])
    );

create policy own_or_roster_reads on kairan.past_places for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
            or (
                (group_id = any ((select nullif(current_setting('app.roster_groups', true), '')::uuid[])::uuid[]) or group_id = any ((select nullif(current_setting('app.receipt_groups', true), '')::uuid[])::uuid[]))
                and resident_id <> all ((select nullif(current_setting('app.suppressed', true), '')::uuid[])::uuid[])
            )
        )
    );

-- Offices: by who manages them; the first ones by city staff.
create policy manager_defines on kairan.offices for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (group_id = any ((select nullif(current_setting('app.office_groups', true), '')::uuid[])::uuid[]) or (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS'])
    );
create policy manager_changes on kairan.offices for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.office_groups', true), '')::uuid[])::uuid[])
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.office_groups', true), '')::uuid[])::uuid[])
    );
create policy manager_appoints on kairan.appointments for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (group_id = any ((select nullif(current_setting('app.office_groups', true), '')::uuid[])::uuid[]) or (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS'])
    );
-- What is over stays over. A term ends with its membership, whoever ends that; only who manages
-- offices gives it another last day.
create policy manager_or_holder_ends on kairan.appointments for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and ended_at is null
        and (
            group_id = any ((select nullif(current_setting('app.office_groups', true), '')::uuid[])::uuid[])
            or group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[])
            or membership_id = any ((select nullif(current_setting('app.memberships', true), '')::uuid[])::uuid[])
        )
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and (
            group_id = any ((select nullif(current_setting('app.office_groups', true), '')::uuid[])::uuid[])
            or (
                ended_at is not null
                and (
                    group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[])
                    or membership_id = any ((select nullif(current_setting('app.memberships', true), '')::uuid[])::uuid[])
                )
            )
        )
    );

-- Circulars: published in one's own name; edits keep what was there, and no other words.
create policy publisher_publishes on kairan.circulars for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.publish_groups', true), '')::uuid[])::uuid[])
        and author_membership_id = any ((select nullif(current_setting('app.memberships', true), '')::uuid[])::uuid[])
    );
create policy publisher_changes on kairan.circulars for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.publish_groups', true), '')::uuid[])::uuid[])
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.publish_groups', true), '')::uuid[])::uuid[])
    );
create policy publisher_keeps on kairan.circular_versions for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.publish_groups', true), '')::uuid[])::uuid[])
        and exists (
            select from kairan.circulars said
            where said.city = (select nullif(current_setting('app.city', true), '')::int)
                and said.id = circular_versions.circular_id
                and said.version = circular_versions.version
                and said.title = circular_versions.title
                and said.body = circular_versions.body
        )
    );
create policy publisher_reads on kairan.circular_versions for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.publish_groups', true), '')::uuid[])::uuid[])
    );
create policy own_receives on kairan.receipts for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and membership_id = any ((select nullif(current_setting('app.memberships', true), '')::uuid[])::uuid[])
        and group_id = any ((select nullif(current_setting('app.member_groups', true), '')::uuid[])::uuid[])
    );
create policy own_reads_it on kairan.receipts for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and membership_id = any ((select nullif(current_setting('app.memberships', true), '')::uuid[])::uuid[])
        and group_id = any ((select nullif(current_setting('app.member_groups', true), '')::uuid[])::uuid[])
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and membership_id = any ((select nullif(current_setting('app.memberships', true), '')::uuid[])::uuid[])
        and group_id = any ((select nullif(current_setting('app.member_groups', true), '')::uuid[])::uuid[])
    );
create policy officer_records on kairan.paper_deliveries for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and group_id = any ((select nullif(current_setting('app.receipt_groups', true), '')::uuid[])::uuid[])
        and recorded_by = any ((select nullif(current_setting('app.memberships', true), '')::uuid[])::uuid[])
    );

-- History: written in one's own name; read by city staff and by who manages the group's offices.
create policy actor_writes on kairan.changes for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and actor = (select nullif(current_setting('app.person', true), '')::uuid)
        and (
            (actor_membership_id is null and (select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS'])
            or (
                (
                    kind = 'MEMBER_LEFT'
                    or group_id = any ((select nullif(current_setting('app.request_groups', true), '')::uuid[])::uuid[])
                    or group_id = any ((select nullif(current_setting('app.office_groups', true), '')::uuid[])::uuid[])
                )
                and exists (
                    select from kairan.memberships acting
                    where acting.city = (select nullif(current_setting('app.city', true), '')::int)
                        and acting.group_id = changes.group_id
                        and acting.id = changes.actor_membership_id
                        and acting.resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
                )
            )
        )
    );
create policy staff_or_manager_reads on kairan.changes for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and ((select nullif(current_setting('app.staff', true), '')::text[]) && array['OPERATIONS']
            or (select nullif(current_setting('app.staff', true), '')::text[]) && array['AUDITOR']
            or group_id = any ((select nullif(current_setting('app.office_groups', true), '')::uuid[])::uuid[]))
    );

-- Answered requests of one's own.
create policy own_writes on kairan.idempotency_keys for insert to kairan_server
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and person = (select nullif(current_setting('app.person', true), '')::uuid)
    );
create policy own_reads on kairan.idempotency_keys for select to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and person = (select nullif(current_setting('app.person', true), '')::uuid)
    );

grant select, insert on
    kairan.circular_versions, kairan.changes, kairan.idempotency_keys
to kairan_server;
grant select on kairan.past_places to kairan_server;
grant insert on
    kairan.groups, kairan.delegations, kairan.city_policies, kairan.suppressions, kairan.hans,
    kairan.households, kairan.membership_requests, kairan.memberships, kairan.member_details,
    kairan.offices, kairan.appointments, kairan.circulars, kairan.receipts, kairan.paper_deliveries
to kairan_server;
grant delete on kairan.delegations, kairan.city_policies to kairan_server;
grant update (
    participation, participation_since, next_participation, next_participation_from
) on kairan.groups to kairan_server;
grant update (provisional, lifted_at) on kairan.suppressions to kairan_server;
grant update (status, decided_at, decline_reason, membership_id)
    on kairan.membership_requests to kairan_server;
grant update (status, ended_at, end_reason) on kairan.memberships to kairan_server;
grant update (name, position) on kairan.hans to kairan_server;
grant update (han_id, paper_only) on kairan.households to kairan_server;
grant update (title, powers, position) on kairan.offices to kairan_server;
grant update (ends_on, ended_at) on kairan.appointments to kairan_server;
grant update (title, body, version, edited_at, withdrawn_at) on kairan.circulars to kairan_server;
grant update (read_at) on kairan.receipts to kairan_server;
