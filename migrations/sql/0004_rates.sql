-- Counters of attempts, by the hash of what is counted: no login and no address is in here. Unlogged:
-- after a crash of PostgreSQL everybody begins again, which costs nobody more than a fresh start.
create unlogged table kairan.rates (
    city integer not null,
    key bytea not null,
    hits bigint not null,
    entries timestamptz[] not null,
    expires_at timestamptz not null,
    constraint rates_pkey primary key (city, key)
);
alter table kairan.rates enable row level security;
alter table kairan.rates force row level security;

-- Nothing but a keyed hash is ever a key; the server's role has no right on the table at all.
grant usage on schema kairan to kairan_rates;
grant select, insert, update, delete on kairan.rates to kairan_rates;
create policy rates_reads on kairan.rates for select to kairan_rates using (true);
create policy rates_begins on kairan.rates for insert to kairan_rates
    with check (octet_length(key) = 32);
create policy rates_counts on kairan.rates for update to kairan_rates
    using (octet_length(key) = 32) with check (octet_length(key) = 32);
create policy rates_forgets on kairan.rates for delete to kairan_rates
    using (octet_length(key) = 32);

-- Each is one statement in the caller's own short transaction: the row's lock makes it exact, and is
-- gone when the answer is. They enter no city: what they count comes before anybody is known.

-- A fixed window: counts p_amount, in a new window when the last one is over.
create function app.count_hits(
    p_city integer, p_key bytea, p_amount bigint, p_seconds integer, p_at timestamptz
)
returns table (hits bigint, expires_at timestamptz)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into kairan.rates as r (city, key, hits, entries, expires_at)
    values (p_city, p_key, p_amount, '{}', p_at + make_interval(secs => p_seconds))
    on conflict (city, key) do update set
        hits = case when r.expires_at <= p_at then 0 else r.hits end + excluded.hits,
        expires_at = case when r.expires_at <= p_at then excluded.expires_at else r.expires_at end
    returning r.hits, r.expires_at
$$;

-- A moving window: enters p_amount moments, newest first, unless more than p_limit would stand in the
-- last p_seconds. What is refused is not entered, so that whoever goes on trying waits no longer.
create function app.enter_rate(
    p_city integer, p_key bytea, p_limit integer, p_amount integer, p_seconds integer,
    p_at timestamptz
)
returns boolean
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    with entered as (
        insert into kairan.rates as r (city, key, hits, entries, expires_at)
        values (
            p_city, p_key, 0, array_fill(p_at, array[p_amount]),
            p_at + make_interval(secs => p_seconds)
        )
        on conflict (city, key) do update set
            entries = (excluded.entries || r.entries)[1:p_limit],
            expires_at = excluded.expires_at
        where r.entries[p_limit - p_amount + 1] is null
            or r.entries[p_limit - p_amount + 1] < p_at - make_interval(secs => p_seconds)
        returning 1
    )
    select exists (select from entered)
$$;

-- What is counted: of a moving window, the entries after p_since and the oldest of them.
create function app.read_rate(p_city integer, p_key bytea, p_since timestamptz)
returns table (hits bigint, expires_at timestamptz, entered bigint, oldest timestamptz)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select r.hits, r.expires_at, count(entry.at), min(entry.at)
    from kairan.rates r
    left join lateral unnest(r.entries) entry (at) on entry.at > p_since
    where r.city = p_city and r.key = p_key
    group by r.hits, r.expires_at
$$;

create function app.forget_rates(p_city integer, p_keys bytea[])
returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    delete from kairan.rates r where r.city = p_city and r.key = any (p_keys)
$$;

-- Upkeep: those that are over. Returns how many.
create function app.forget_ended_rates(p_city integer, p_at timestamptz)
returns bigint
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    with forgotten as (
        delete from kairan.rates r where r.city = p_city and r.expires_at <= p_at returning 1
    )
    select count(*) from forgotten
$$;

grant create on schema app to kairan_rates;
revoke all on function
    app.count_hits(integer, bytea, bigint, integer, timestamptz),
    app.enter_rate(integer, bytea, integer, integer, integer, timestamptz),
    app.read_rate(integer, bytea, timestamptz),
    app.forget_rates(integer, bytea[]),
    app.forget_ended_rates(integer, timestamptz)
from public;
grant execute on function
    app.count_hits(integer, bytea, bigint, integer, timestamptz),
    app.enter_rate(integer, bytea, integer, integer, integer, timestamptz),
    app.read_rate(integer, bytea, timestamptz),
    app.forget_rates(integer, bytea[]),
    app.forget_ended_rates(integer, timestamptz)
to kairan_server;
alter function app.count_hits(integer, bytea, bigint, integer, timestamptz) owner to kairan_rates;
alter function app.enter_rate(integer, bytea, integer, integer, integer, timestamptz)
    owner to kairan_rates;
alter function app.read_rate(integer, bytea, timestamptz) owner to kairan_rates;
alter function app.forget_rates(integer, bytea[]) owner to kairan_rates;
alter function app.forget_ended_rates(integer, timestamptz) owner to kairan_rates;
revoke create on schema app from kairan_rates;
