-- Refresh tokens are there for the functions of the door alone: the server's role has no right on them.
grant insert on kairan.refresh_tokens to kairan_door;
create policy door_opens on kairan.refresh_tokens for insert to kairan_door
    with check (replaced_at is null);

grant usage on schema kairan to kairan_keeper;
grant select, update (token_hash, replaced_hash, replaced_at, turn) on kairan.refresh_tokens
to kairan_keeper;
create policy keeper_reads on kairan.refresh_tokens for select to kairan_keeper using (true);
create policy keeper_renews on kairan.refresh_tokens for update to kairan_keeper
    using (
        exists (
            select from kairan.sessions s
            where s.city = refresh_tokens.city and s.id = refresh_tokens.session_id
                and s.ended_at is null
        )
    );
grant select, update (last_used_at, expires_at, ended_at), delete on kairan.sessions to kairan_keeper;
create policy keeper_reads on kairan.sessions for select to kairan_keeper using (true);
create policy keeper_renews_or_ends on kairan.sessions for update to kairan_keeper
    using (ended_at is null)
    with check (ended_at is not null or expires_at > last_used_at);
create policy keeper_sweeps on kairan.sessions for delete to kairan_keeper
    using (
        least(ended_at, expires_at)
            < (select nullif(current_setting('app.swept_before', true), '')::timestamptz)
    );

-- Whoever entered may end sessions of his own, and bring none back.
grant update (ended_at) on kairan.sessions to kairan_server;
create policy own_ends on kairan.sessions for update to kairan_server
    using (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and person = (select nullif(current_setting('app.person', true), '')::uuid)
        and ended_at is null
    )
    with check (
        city = (select nullif(current_setting('app.city', true), '')::int)
        and person = (select nullif(current_setting('app.person', true), '')::uuid)
        and ended_at is not null
    );
