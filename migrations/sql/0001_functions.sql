-- Who is asking. Opens a transaction's view on the database: checks the session, sets the settings
-- that every policy compares with, and returns the facts about the viewer as JSON text, in one trip.
-- A session that is not alive raises KA401. An anonymous caller enters the city with nothing else.
create function app.enter(p_city integer, p_person uuid, p_session uuid, p_at timestamptz)
returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_today date := (p_at at time zone 'Asia/Tokyo')::date;
    v_kind text := 'ANONYMOUS';
    v_roles text[] := '{}';
    v_own uuid[] := '{}';
    v_ever_in uuid[] := '{}';
    v_standing jsonb := '[]';
    v_groups uuid[] := '{}';
    v_roster uuid[] := '{}';
    v_receipts uuid[] := '{}';
    v_requests uuid[] := '{}';
    v_suppressed uuid[] := '{}';
    v_suppressed_memberships uuid[] := '{}';
    v_suppressed_households uuid[] := '{}';
    v_switched_off text[];
begin
    if p_person is not null then
        select s.kind into v_kind
        from kairan.sessions s
        where s.city = p_city and s.id = p_session and s.person = p_person
            and s.ended_at is null and s.opened_at <= p_at and s.expires_at > p_at;
        if not found then
            raise exception 'the session is not alive' using errcode = 'KA401';
        end if;
    end if;

    if v_kind = 'STAFF' then
        select s.roles into v_roles from kairan.staff s where s.city = p_city and s.id = p_person;
        v_roles := coalesce(v_roles, '{}');
    elsif v_kind = 'RESIDENT' then
        select coalesce(array_agg(m.id), '{}'), coalesce(array_agg(distinct m.group_id), '{}')
        into v_own, v_ever_in
        from kairan.memberships m where m.city = p_city and m.resident_id = p_person;

        select coalesce(jsonb_agg(jsonb_build_object(
            'membership', m.id,
            'group', m.group_id,
            'participation', g.participation,
            'directory', g.member_directory,
            -- For the ledger's "who saw": a suppressed officer is named like everywhere else.
            'displayName', case when exists (
                select from kairan.suppressions s
                where s.city = p_city and s.resident_id = p_person and s.lifted_at is null
            ) then '会員' else d.display_name end,
            'han', d.han_id,
            'appointments', (
                select coalesce(jsonb_agg(jsonb_build_object(
                    'id', a.id,
                    'office', o.id,
                    'title', o.title,
                    'powers', (
                        select coalesce(jsonb_agg(given.power order by given.power), '[]')
                        from kairan.delegations given
                        where given.city = p_city and given.group_id = m.group_id
                            and given.power = any (o.powers)
                    )
                ) order by a.starts_on, a.id), '[]')
                from kairan.appointments a
                join kairan.offices o
                    on o.city = p_city and o.group_id = a.group_id and o.id = a.office_id
                where a.city = p_city and a.membership_id = m.id and a.ended_at is null
                    and a.starts_on <= v_today and a.ends_on >= v_today
            )
        ) order by m.id), '[]') into v_standing
        from kairan.memberships m
        join kairan.groups g on g.city = p_city and g.id = m.group_id
        left join kairan.member_details d on d.city = p_city and d.membership_id = m.id
        where m.city = p_city and m.resident_id = p_person and m.status = 'ACTIVE';

        select
            coalesce(array_agg(standing.group_id) filter (where standing.reads), '{}'),
            coalesce(array_agg(standing.group_id) filter (where standing.powers ? 'VIEW_ROSTER'), '{}'),
            coalesce(array_agg(standing.group_id) filter (where standing.powers ? 'VIEW_RECEIPTS'), '{}'),
            coalesce(array_agg(standing.group_id) filter (where standing.powers ? 'MANAGE_MEMBERS'), '{}')
        into v_groups, v_roster, v_receipts, v_requests
        from (
            select
                (entry ->> 'group')::uuid as group_id,
                entry ->> 'participation' <> 'ENDED' as reads,
                case when entry ->> 'participation' in ('TRIAL', 'ACTIVE')
                    then jsonb_path_query_array(entry, '$.appointments[*].powers[*]')
                    else '[]' end as powers
            from jsonb_array_elements(v_standing) entry
        ) standing;

        select
            coalesce(array_agg(distinct s.resident_id), '{}'),
            coalesce(array_agg(distinct m.id) filter (where m.id is not null), '{}')
        into v_suppressed, v_suppressed_memberships
        from kairan.suppressions s
        left join kairan.memberships m
            on m.city = p_city and m.resident_id = s.resident_id and m.group_id = any (v_ever_in)
        where s.city = p_city and s.lifted_at is null and s.resident_id <> p_person
            and (m.id is not null or exists (
                select from kairan.membership_requests r
                where r.city = p_city and r.resident_id = s.resident_id
                    and r.group_id = any (v_requests)
            ));

        -- A household with nobody left to show would betray that somebody is in it.
        select coalesce(array_agg(distinct d.household_id), '{}') into v_suppressed_households
        from kairan.member_details d
        where d.city = p_city and d.membership_id = any (v_suppressed_memberships)
            and d.status = 'ACTIVE' and d.household_id is not null
            and not exists (
                select from kairan.member_details other
                where other.city = p_city and other.group_id = d.group_id
                    and other.household_id = d.household_id and other.status = 'ACTIVE'
                    and other.resident_id <> all (v_suppressed)
            );
    end if;

    select coalesce(array_agg(p.category::text order by p.category), '{}') into v_switched_off
    from kairan.city_policies p where p.city = p_city;

    -- All are set every time: what an earlier call in this transaction left must not stand.
    perform
        set_config('app.city', p_city::text, true),
        set_config('app.person', coalesce(p_person::text, ''), true),
        set_config('app.session', case when p_person is null then '' else p_session::text end, true),
        set_config('app.staff', v_roles::text, true),
        set_config('app.memberships', v_own::text, true),
        set_config('app.member_groups', v_groups::text, true),
        set_config('app.roster_groups', v_roster::text, true),
        set_config('app.receipt_groups', v_receipts::text, true),
        set_config('app.request_groups', v_requests::text, true),
        set_config('app.suppressed', v_suppressed::text, true),
        set_config('app.suppressed_memberships', v_suppressed_memberships::text, true),
        set_config('app.suppressed_households', v_suppressed_households::text, true);

    return jsonb_build_object(
        'kind', v_kind,
        'staffRoles', v_roles,
        'memberships', v_standing,
        'suppressed', v_suppressed,
        'switchedOff', v_switched_off
    )::text;
end
$$;

-- The only look-up without a city: login -> who, and the hash to verify. Nothing for an unknown one.
create function app.find_login(p_login text)
returns table (city integer, person uuid, kind text, password_hash text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select l.city, l.person, l.kind::text, l.password_hash::text
    from kairan.logins l where l.login = p_login
$$;

-- Opens a session for somebody whose password was verified.
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

-- Makes the ledger's partitions for the month of p_at and the p_months after it (Asia/Tokyo), each
-- with forced row security of its own: partitions inherit none, and the server may not create tables.
-- A partition's bounds are the UUIDv7 values of its first and last moment. Returns how many were made.
create function app.prepare_ledger(p_at timestamptz, p_months integer)
returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_first date := date_trunc('month', p_at at time zone 'Asia/Tokyo')::date;
    v_month date;
    v_name text;
    v_made integer := 0;
begin
    if p_months not between 0 and 36 then
        raise exception 'months is %: give 0 to 36', p_months;
    end if;
    for step in 0..p_months loop
        v_month := (v_first + make_interval(months => step))::date;
        v_name := 'releases_' || to_char(v_month, 'YYYY_MM');
        continue when to_regclass('kairan.' || v_name) is not null;
        begin
            execute format(
                'create table kairan.%I partition of kairan.releases for values from (%L) to (%L)',
                v_name,
                app.first_uuid(v_month),
                app.first_uuid((v_month + interval '1 month')::date)
            );
            execute format('alter table kairan.%I enable row level security', v_name);
            execute format('alter table kairan.%I force row level security', v_name);
            v_made := v_made + 1;
        exception
            when duplicate_table then
                null; -- another server made it between the look and the making
            when check_violation then
                null; -- stray rows are in its way, which app.stray_releases() tells
        end;
    end loop;
    return v_made;
end
$$;

-- The smallest UUIDv7 of a day's first moment in Asia/Tokyo (RFC 9562: 48 bits of milliseconds first).
create function app.first_uuid(p_day date)
returns uuid
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select (
        lpad(to_hex((extract(epoch from p_day::timestamp at time zone 'Asia/Tokyo') * 1000)::bigint), 12, '0')
        || repeat('0', 20)
    )::uuid
$$;

-- Where a ledger row goes for which no month was made.
create table kairan.releases_stray partition of kairan.releases default;
alter table kairan.releases_stray enable row level security;
alter table kairan.releases_stray force row level security;
create policy owner_counts on kairan.releases_stray for select to current_user using (true);
alter table kairan.releases alter column subjects set storage external;

-- How many ledger rows fell outside every month: above zero, somebody must look.
create function app.stray_releases()
returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select count(*) from kairan.releases_stray
$$;

-- The age band of a birth date on a day, in the words of the schema's AgeBand; NULL for no date.
create function app.age_band(p_born date, p_day date)
returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select (array[
        'UNDER_20', 'TWENTIES', 'THIRTIES', 'FORTIES', 'FIFTIES',
        'SIXTIES', 'SEVENTIES', 'EIGHTIES', 'NINETY_OR_OLDER'
    ])[least(greatest(extract(year from age(p_day, p_born))::int / 10, 1), 9)]
$$;
