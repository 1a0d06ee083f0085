-- The server's role reads what the policies let through, and writes one table. It owns nothing.
revoke all on schema kairan, app from public;
grant usage on schema kairan to kairan_server, kairan_enter, kairan_door;
grant usage on schema app to kairan_server;

grant select on
    kairan.cities, kairan.areas, kairan.city_policies, kairan.groups, kairan.delegations,
    kairan.hans, kairan.households, kairan.residents, kairan.profiles, kairan.suppressions,
    kairan.sessions, kairan.staff, kairan.memberships, kairan.member_details,
    kairan.membership_requests, kairan.offices, kairan.appointments, kairan.circulars,
    kairan.receipts, kairan.paper_deliveries, kairan.releases, kairan.alembic_version
to kairan_server;
grant insert on kairan.releases to kairan_server;

grant select on
    kairan.sessions, kairan.staff, kairan.city_policies, kairan.groups, kairan.delegations,
    kairan.offices, kairan.appointments, kairan.memberships, kairan.member_details,
    kairan.membership_requests, kairan.suppressions
to kairan_enter;

grant select on kairan.logins to kairan_door;
grant insert on kairan.sessions to kairan_door;

revoke all on all functions in schema app from public;
grant execute on function
    app.enter(integer, uuid, uuid, timestamptz),
    app.find_login(text),
    app.open_session(integer, uuid, uuid, text, timestamptz, timestamptz),
    app.prepare_ledger(timestamptz, integer),
    app.stray_releases(),
    app.age_band(date, date)
to kairan_server;

-- Handed over last: from here on their maker has no right on them, as in production.
grant create on schema app to kairan_enter, kairan_door;
alter function app.enter(integer, uuid, uuid, timestamptz) owner to kairan_enter;
alter function app.find_login(text) owner to kairan_door;
alter function app.open_session(integer, uuid, uuid, text, timestamptz, timestamptz) owner to kairan_door;
revoke create on schema app from kairan_enter, kairan_door;

select app.prepare_ledger(now(), 13);
