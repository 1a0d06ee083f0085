-- Sessions stay; they can be renewed no more. The roles stay too.
drop function app.sweep_sessions(integer, timestamptz, integer);
drop function app.refresh_session(
    integer, uuid, bytea, bytea, bytea, bytea, timestamptz, interval, interval, interval
);
drop function
    app.open_session(integer, uuid, uuid, text, timestamptz, timestamptz, text, bytea, bytea);
drop table kairan.refresh_tokens;

drop policy own_ends on kairan.sessions;
drop policy keeper_sweeps on kairan.sessions;
drop policy keeper_renews_or_ends on kairan.sessions;
drop policy keeper_reads on kairan.sessions;
revoke update (ended_at) on kairan.sessions from kairan_server;
revoke all on kairan.sessions from kairan_keeper;
revoke usage on schema kairan from kairan_keeper;
alter table kairan.sessions drop column last_used_at, drop column device;

create function app.open_session(
    p_city integer, p_session uuid, p_person uuid, p_kind text, p_at timestamptz, p_until timestamptz
)
returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into kairan.sessions (city, id, person, kind, opened_at, expires_at)
    values (p_city, p_session, p_person, p_kind, p_at, p_until)
$$;
revoke all on function app.open_session(integer, uuid, uuid, text, timestamptz, timestamptz) from public;
grant execute on function app.open_session(integer, uuid, uuid, text, timestamptz, timestamptz)
to kairan_server;
grant create on schema app to kairan_door;
alter function app.open_session(integer, uuid, uuid, text, timestamptz, timestamptz) owner to kairan_door;
revoke create on schema app from kairan_door;
