drop function app.keep_code(bytea, bytea, bytea, timestamptz, timestamptz);
drop function app.try_code(bytea, bytea, timestamptz, integer);
drop function app.open_account(uuid, text, text, jsonb, timestamptz);
drop function app.own_login();
drop function app.change_password(text, text, timestamptz);
drop function app.reset_password(uuid, text, timestamptz);
drop table kairan.mailed_codes;
drop index kairan.logins_city_person_key;

drop policy registrar_reads on kairan.logins;
drop policy registrar_opens on kairan.logins;
drop policy registrar_changes on kairan.logins;
drop policy registrar_opens on kairan.residents;
drop policy registrar_opens on kairan.profiles;
drop policy registrar_reads on kairan.sessions;
drop policy registrar_ends on kairan.sessions;
drop policy own_changes on kairan.profiles;
drop policy own_renames on kairan.member_details;
drop policy own_renames on kairan.membership_requests;

revoke all on kairan.logins, kairan.residents, kairan.profiles, kairan.sessions from kairan_registrar;
revoke usage on schema kairan from kairan_registrar;
-- By column: the table's own revoke would take the columns of earlier migrations along.
revoke update (
    display_name, family_name, given_name, kana, postal_code, address, building, area_id, phone,
    email, birth_date
) on kairan.profiles from kairan_server;
revoke update (display_name) on kairan.member_details from kairan_server;
revoke update (display_name) on kairan.membership_requests from kairan_server;
