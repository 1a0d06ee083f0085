alter policy own_or_fellow_reads on kairan.member_details using (
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
alter policy own_or_roster_reads on kairan.households using (
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
alter policy own_or_officer_reads on kairan.profiles using (
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
alter policy own_or_officer_reads on kairan.receipts using (
    city = (select nullif(current_setting('app.city', true), '')::int)
    and (
        membership_id = any ((select nullif(current_setting('app.memberships', true), '')::uuid[])::uuid[])
        or (
            group_id = any ((select nullif(current_setting('app.receipt_groups', true), '')::uuid[])::uuid[])
            and membership_id <> all ((select nullif(current_setting('app.suppressed_memberships', true), '')::uuid[])::uuid[])
        )
    )
);
alter policy own_or_officer_reads on kairan.paper_deliveries using (
    city = (select nullif(current_setting('app.city', true), '')::int)
    and (
        membership_id = any ((select nullif(current_setting('app.memberships', true), '')::uuid[])::uuid[])
        or group_id = any ((select nullif(current_setting('app.receipt_groups', true), '')::uuid[])::uuid[])
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
            and resident_id <> all ((select nullif(current_setting('app.suppressed', true), '')::uuid[])::uuid[])
        )
    )
);

drop function app.suppressed();
drop function app.suppressed_memberships();
drop function app.suppressed_households();

set role kairan_enter;
drop function app.find_suppressed();
drop function app.find_suppressed_memberships();
drop function app.find_suppressed_households();
reset role;
revoke usage on schema app from kairan_enter;
