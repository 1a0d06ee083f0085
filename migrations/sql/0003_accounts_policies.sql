alter table kairan.mailed_codes enable row level security;
alter table kairan.mailed_codes force row level security;

grant usage on schema kairan to kairan_registrar;
grant select, insert, update (tries), delete on kairan.mailed_codes to kairan_registrar;
grant select, insert, update (password_hash) on kairan.logins to kairan_registrar;
grant insert on kairan.residents, kairan.profiles to kairan_registrar;
grant select, update (ended_at) on kairan.sessions to kairan_registrar;

-- In the city that was entered, and in no other.
create policy registrar_reads on kairan.mailed_codes for select to kairan_registrar
    using (city = (select nullif(current_setting('app.city', true), '')::int));
create policy registrar_keeps on kairan.mailed_codes for insert to kairan_registrar
    with check (city = (select nullif(current_setting('app.city', true), '')::int) and tries = 0);
create policy registrar_counts on kairan.mailed_codes for update to kairan_registrar
    using (city = (select nullif(current_setting('app.city', true), '')::int));
create policy registrar_removes on kairan.mailed_codes for delete to kairan_registrar
    using (city = (select nullif(current_setting('app.city', true), '')::int));
create policy registrar_reads on kairan.logins for select to kairan_registrar
    using (city = (select nullif(current_setting('app.city', true), '')::int));
create policy registrar_opens on kairan.logins for insert to kairan_registrar
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int) and kind = 'RESIDENT'
    );
create policy registrar_changes on kairan.logins for update to kairan_registrar
    using (city = (select nullif(current_setting('app.city', true), '')::int));
create policy registrar_opens on kairan.residents for insert to kairan_registrar
    with check (city = (select nullif(current_setting('app.city', true), '')::int));
create policy registrar_opens on kairan.profiles for insert to kairan_registrar
    with check (city = (select nullif(current_setting('app.city', true), '')::int));
create policy registrar_reads on kairan.sessions for select to kairan_registrar
    using (city = (select nullif(current_setting('app.city', true), '')::int));
create policy registrar_ends on kairan.sessions for update to kairan_registrar
    using (city = (select nullif(current_setting('app.city', true), '')::int));

-- What one tells the city is one's own to change, and so is the name one goes by.
create policy own_changes on kairan.profiles for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
    );
create policy own_renames on kairan.member_details for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
    );
create policy own_renames on kairan.membership_requests for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
        and status = 'PENDING'
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and resident_id = (select nullif(current_setting('app.person', true), '')::uuid)
        and status = 'PENDING' and decided_at is null and decline_reason is null
        and membership_id is null
    );
grant update (
    display_name, family_name, given_name, kana, postal_code, address, building, area_id, phone,
    email, birth_date
) on kairan.profiles to kairan_server;
grant update (display_name) on kairan.member_details to kairan_server;
grant update (display_name) on kairan.membership_requests to kairan_server;
