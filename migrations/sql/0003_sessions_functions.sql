-- A session is opened together with the hashes of its first refresh token. Without these, which is
-- for tools, it cannot be renewed.
grant create on schema app to kairan_door, kairan_keeper;
drop function app.open_session(integer, uuid, uuid, text, timestamptz, timestamptz);

create function app.open_session(
    p_city integer, p_session uuid, p_person uuid, p_kind text, p_at timestamptz, p_until timestamptz,
    p_device text, p_family bytea, p_token bytea
)
returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into kairan.sessions (city, id, person, kind, opened_at, expires_at, device)
    values (p_city, p_session, p_person, p_kind, p_at, p_until, p_device);
    if p_token is not null then
        insert into kairan.refresh_tokens (city, session_id, family_hash, token_hash)
        values (p_city, p_session, p_family, p_token);
    end if;
end
$$;
revoke all on function
    app.open_session(integer, uuid, uuid, text, timestamptz, timestamptz, text, bytea, bytea)
from public;
grant execute on function
    app.open_session(integer, uuid, uuid, text, timestamptz, timestamptz, text, bytea, bytea)
to kairan_server;
alter function
    app.open_session(integer, uuid, uuid, text, timestamptz, timestamptz, text, bytea, bytea)
owner to kairan_door;

-- Takes a refresh token for the next. All of it hangs on one locked row, so that of two at the same
-- moment the second meets what the first did.
--   RENEWED  p_token is the latest: p_next takes its place
--   RENEWED  it is the one before, p_grace has not passed and the next is unused: the first answer was
--            lost, and p_turn, which the next is made of, is returned as it was
--   REUSED   it is of this family and neither: somebody else holds a copy, and the session ends
--   REFUSED  there is no such family, or its session is over
create function app.refresh_session(
    p_city integer, p_session uuid, p_family bytea, p_token bytea, p_next bytea, p_turn bytea,
    p_at timestamptz, p_grace interval, p_idle interval, p_longest interval
)
returns table (outcome text, person uuid, turn bytea, expires_at timestamptz)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_known record;
    v_again boolean;
begin
    outcome := 'REFUSED';
    select r.token_hash, r.replaced_hash, r.replaced_at, r.turn into v_known
    from kairan.refresh_tokens r
    where r.city = p_city and r.session_id = p_session and r.family_hash = p_family
    for update;
    if not found then
        return next;
        return;
    end if;

    v_again := p_token is distinct from v_known.token_hash;
    if v_again and (p_token, true) is distinct from
        (v_known.replaced_hash, p_at <= v_known.replaced_at + p_grace)
    then
        update kairan.sessions s set ended_at = p_at
        where s.city = p_city and s.id = p_session and s.ended_at is null and s.expires_at > p_at;
        if found then
            outcome := 'REUSED';
        end if;
        return next;
        return;
    end if;

    update kairan.sessions s
    set last_used_at = greatest(s.last_used_at, p_at),
        expires_at = least(s.opened_at + p_longest, p_at + p_idle)
    where s.city = p_city and s.id = p_session and s.ended_at is null
        and s.opened_at <= p_at and s.expires_at > p_at
        and s.opened_at + p_longest > p_at
    returning s.person, s.expires_at into person, expires_at;
    if not found then
        return next;
        return;
    end if;
    outcome := 'RENEWED';
    if v_again then
        turn := v_known.turn;
    else
        turn := p_turn;
        update kairan.refresh_tokens r
        set token_hash = p_next, replaced_hash = p_token, replaced_at = p_at, turn = p_turn
        where r.city = p_city and r.session_id = p_session;
    end if;
    return next;
end
$$;
revoke all on function app.refresh_session(
    integer, uuid, bytea, bytea, bytea, bytea, timestamptz, interval, interval, interval
) from public;
grant execute on function app.refresh_session(
    integer, uuid, bytea, bytea, bytea, bytea, timestamptz, interval, interval, interval
) to kairan_server;
alter function app.refresh_session(
    integer, uuid, bytea, bytea, bytea, bytea, timestamptz, interval, interval, interval
) owner to kairan_keeper;

-- Deletes sessions of a city that were over before a moment, p_most at a time; returns how many.
create function app.sweep_sessions(p_city integer, p_before timestamptz, p_most integer)
returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_gone integer;
begin
    -- The policy, too, lets nothing be deleted that was not over by then.
    perform set_config('app.swept_before', p_before::text, true);
    delete from kairan.sessions s
    where s.city = p_city and s.id in (
        select o.id from kairan.sessions o
        where o.city = p_city and least(o.ended_at, o.expires_at) < p_before
        limit p_most
    );
    get diagnostics v_gone = row_count;
    return v_gone;
end
$$;
revoke all on function app.sweep_sessions(integer, timestamptz, integer) from public;
grant execute on function app.sweep_sessions(integer, timestamptz, integer) to kairan_server;
alter function app.sweep_sessions(integer, timestamptz, integer) owner to kairan_keeper;
revoke create on schema app from kairan_door, kairan_keeper;
