-- Whoever opens an account or forgot a password has a city and no session: these take the city that
-- was entered, and end sessions and passwords that no policy could tell to be his.
grant create on schema app to kairan_registrar;

-- Keeps what waits for a code, and takes away what waited too long.
create function app.keep_code(
    p_ticket bytea, p_code bytea, p_sealed bytea, p_at timestamptz, p_until timestamptz
)
returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_city integer := nullif(current_setting('app.city', true), '')::int;
begin
    -- Not all at once, and not what another is taking away: nobody is to wait for it.
    delete from kairan.mailed_codes gone
    where gone.city = v_city and gone.ticket_hash in (
        select late.ticket_hash from kairan.mailed_codes late
        where late.city = v_city and late.expires_at <= p_at
        limit 100
        for update skip locked
    );
    insert into kairan.mailed_codes (city, ticket_hash, code_hash, sealed, expires_at)
    values (v_city, p_ticket, p_code, p_sealed, p_until);
end
$$;

-- What waited for this code, which is then used up. NULL for a wrong code, an unknown ticket, one
-- whose time is over and one that was tried too often: all alike, and a wrong try is counted.
create function app.try_code(p_ticket bytea, p_code bytea, p_at timestamptz, p_tries integer)
returns bytea
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_city integer := nullif(current_setting('app.city', true), '')::int;
    v_code bytea;
    v_sealed bytea;
begin
    update kairan.mailed_codes k set tries = k.tries + 1
    where k.city = v_city and k.ticket_hash = p_ticket and k.expires_at > p_at and k.tries < p_tries
    returning k.code_hash, k.sealed into v_code, v_sealed;
    if v_code is distinct from p_code then
        return null;
    end if;
    delete from kairan.mailed_codes k where k.city = v_city and k.ticket_hash = p_ticket;
    return v_sealed;
end
$$;

-- Opens the account of a resident whose mailbox was proved. False where the login is taken.
create function app.open_account(
    p_person uuid, p_login text, p_password_hash text, p_profile jsonb, p_at timestamptz
)
returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_city integer := nullif(current_setting('app.city', true), '')::int;
begin
    insert into kairan.logins (login, city, person, kind, password_hash)
    values (p_login, v_city, p_person, 'RESIDENT', p_password_hash)
    on conflict do nothing;
    if not found then
        return false;
    end if;
    insert into kairan.residents (city, id, opened_at) values (v_city, p_person, p_at);
    insert into kairan.profiles (
        city, resident_id, display_name, family_name, given_name, kana, postal_code, address,
        building, area_id, phone, email, birth_date
    )
    select v_city, p_person, told.display_name, told.family_name, told.given_name, told.kana,
        told.postal_code, told.address, told.building, told.area_id, told.phone, told.email,
        told.birth_date
    from jsonb_to_record(p_profile) as told (
        display_name text, family_name text, given_name text, kana text, postal_code text,
        address text, building text, area_id uuid, phone text, email text, birth_date date
    );
    return true;
end
$$;

-- The login of whoever is signed in, and the hash to verify his password with.
create function app.own_login()
returns table (login text, password_hash text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select l.login::text, l.password_hash::text
    from kairan.logins l
    where l.city = nullif(current_setting('app.city', true), '')::int
        and l.person = nullif(current_setting('app.person', true), '')::uuid
$$;

-- Another password for whoever is signed in; his other sessions end with it, and what could renew
-- them. How many ended; NULL where the password is no longer the one that was verified.
create function app.change_password(p_verified_hash text, p_new_hash text, p_at timestamptz)
returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_city integer := nullif(current_setting('app.city', true), '')::int;
    v_person uuid := nullif(current_setting('app.person', true), '')::uuid;
    v_ended integer;
begin
    update kairan.logins l set password_hash = p_new_hash
    where l.city = v_city and l.person = v_person and l.password_hash = p_verified_hash;
    if not found then
        return null;
    end if;
    update kairan.sessions s set ended_at = p_at
    where s.city = v_city and s.person = v_person and s.ended_at is null and s.expires_at > p_at
        and s.id <> nullif(current_setting('app.session', true), '')::uuid;
    get diagnostics v_ended = row_count;
    return v_ended;
end
$$;

-- Another password for somebody whose mailbox was proved; all his sessions end with it.
-- How many ended; NULL for nobody of this city.
create function app.reset_password(p_person uuid, p_new_hash text, p_at timestamptz)
returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_city integer := nullif(current_setting('app.city', true), '')::int;
    v_ended integer;
begin
    update kairan.logins l set password_hash = p_new_hash
    where l.city = v_city and l.person = p_person;
    if not found then
        return null;
    end if;
    update kairan.sessions s set ended_at = p_at
    where s.city = v_city and s.person = p_person and s.ended_at is null and s.expires_at > p_at;
    get diagnostics v_ended = row_count;
    return v_ended;
end
$$;

revoke all on function
    app.keep_code(bytea, bytea, bytea, timestamptz, timestamptz),
    app.try_code(bytea, bytea, timestamptz, integer),
    app.open_account(uuid, text, text, jsonb, timestamptz),
    app.own_login(),
    app.change_password(text, text, timestamptz),
    app.reset_password(uuid, text, timestamptz)
from public;
grant execute on function
    app.keep_code(bytea, bytea, bytea, timestamptz, timestamptz),
    app.try_code(bytea, bytea, timestamptz, integer),
    app.open_account(uuid, text, text, jsonb, timestamptz),
    app.own_login(),
    app.change_password(text, text, timestamptz),
    app.reset_password(uuid, text, timestamptz)
to kairan_server;
alter function app.keep_code(bytea, bytea, bytea, timestamptz, timestamptz) owner to kairan_registrar;
alter function app.try_code(bytea, bytea, timestamptz, integer) owner to kairan_registrar;
alter function app.open_account(uuid, text, text, jsonb, timestamptz) owner to kairan_registrar;
alter function app.own_login() owner to kairan_registrar;
alter function app.change_password(text, text, timestamptz) owner to kairan_registrar;
alter function app.reset_password(uuid, text, timestamptz) owner to kairan_registrar;
revoke create on schema app from kairan_registrar;
