"""What PostgreSQL's own catalogue says against the second wall: a scan, never a list of tables.

Each query gives a line for every fault; an empty answer is a wall without one. What may be written
is the one thing compared with a list.
"""

import re

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from tests.wall.write_rights import MAY_WRITE, WRITE_POLICIES, WRITTEN_ONCE

AnyConnection = asyncpg.Connection | PoolConnectionProxy

KEYS_WITHOUT_CITY = """
    with ours as (
        select c.oid, c.relname from pg_class c
        where c.relnamespace = 'kairan'::regnamespace and c.relkind in ('r', 'p')
            and c.relname not in ('alembic_version', 'logins')
    )
    select format('index %s', i.indexrelid::regclass)
    from pg_index i join ours on ours.oid = i.indrelid
    left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where a.attname is distinct from 'city'
    union all
    select format('%s of %s', k.conname, ours.relname)
    from pg_constraint k join ours on ours.oid = k.conrelid
    left join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
    left join pg_attribute f on f.attrelid = k.confrelid and f.attnum = k.confkey[1]
    where k.contype in ('p', 'u', 'f', 'x')
        and (a.attname is distinct from 'city'
            or k.contype = 'f' and f.attname is distinct from 'city')
    union all
    select format('%s has no primary key', ours.relname) from ours
    where not exists (select from pg_constraint where conrelid = ours.oid and contype = 'p')
"""

TABLES_WITHOUT_ROW_SECURITY = """
    select format('%s is not forced', c.relname) from pg_class c
    where c.relnamespace in ('kairan'::regnamespace, 'app'::regnamespace)
        and c.relkind in ('r', 'p') and c.relname <> 'alembic_version'
        and not (c.relrowsecurity and c.relforcerowsecurity)
    union all
    -- A view reads with its owner's rights, and row security knows no materialised one.
    select format('%s is no table', c.relname) from pg_class c
    where c.relnamespace in ('kairan'::regnamespace, 'app'::regnamespace)
        and c.relkind not in ('r', 'p', 'i', 'I')
"""

POLICIES_TOO_WIDE = """
    with conditions as (
        select tablename, policyname, cmd, roles, qual as words from pg_policies
        where cmd <> 'INSERT'
        union all
        select tablename, policyname, cmd, roles, with_check from pg_policies
        where cmd = 'INSERT' or with_check is not null
    )
    select format('%s on %s is for everybody', policyname, tablename) from pg_policies
    where 'public' = any (roles)
    union
    select format('%s on %s is true for kairan_server', policyname, tablename) from conditions
    where 'kairan_server' = any (roles) and words = 'true'
    union
    select format('%s on %s writes anything', policyname, tablename) from conditions
    where cmd <> 'SELECT' and words = 'true'
    union
    -- Both what a row was and what it becomes. The door, who opens a session, has entered no city.
    select format('%s on %s does not begin with the city', policyname, tablename) from conditions
    where ('kairan_server' = any (roles)
            or roles && array['kairan_hand', 'kairan_registrar']::name[] and cmd <> 'SELECT')
        and coalesce(words, '') !~
            '^\\(?\\(city = \\( SELECT \\(NULLIF\\(current_setting\\(''app.city''::text, true\\)'
"""
_WRITE_POLICIES = """
    select format('%s: %s %s %s', tablename, policyname, cmd,
        (select string_agg(role, ' ' order by role) from unnest(roles) role))
    from pg_policies where cmd <> 'SELECT'
"""

# Tables, columns and schemas alike; the owner's own rights are his.
_GRANTED = """
    with granted as (
        select c.relname::text as thing, c.relispartition as is_partition, acl.*
        from pg_class c, aclexplode(c.relacl) acl
        where c.relnamespace in ('kairan'::regnamespace, 'app'::regnamespace)
            and acl.grantee <> c.relowner
        union all
        select format('%s.%s', c.relname, a.attname), c.relispartition, acl.*
        from pg_class c join pg_attribute a on a.attrelid = c.oid, aclexplode(a.attacl) acl
        where c.relnamespace in ('kairan'::regnamespace, 'app'::regnamespace)
            and acl.grantee <> c.relowner
        union all
        select format('schema %s', n.nspname), false, acl.*
        from pg_namespace n, aclexplode(n.nspacl) acl
        where n.nspname in ('kairan', 'app') and acl.grantee <> n.nspowner
    ), named as (
        select thing, is_partition, privilege_type as power, is_grantable,
            case grantee when 0 then 'PUBLIC' else grantee::regrole::text end as whose
        from granted
    )
    select power, thing, whose, is_partition or is_grantable
        or whose not in (
            'kairan_server', 'kairan_enter', 'kairan_door', 'kairan_hand', 'kairan_keeper',
            'kairan_rates', 'kairan_registrar', 'kairan_shelf'
        )
        or thing like 'logins%' and whose not in ('kairan_door', 'kairan_registrar')
        or thing like 'mailed_codes%' and whose <> 'kairan_registrar'
        or thing like 'refresh_tokens%' and whose not in ('kairan_door', 'kairan_keeper')
            as always_too_wide
    from named
"""

# What the server's role comes to in the end, by whatever way.
_WRITTEN_BY_THE_SERVER = """
    select power, c.relname::text as thing
    from pg_class c, unnest(
        array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']
    ) as power
    where c.relnamespace = 'kairan'::regnamespace and c.relkind in ('r', 'p')
        and has_table_privilege('kairan_server', c.oid, power)
    union all
    select power, format('%s.%s', c.relname, a.attname)
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0,
        unnest(array['INSERT', 'UPDATE', 'REFERENCES']) as power
    where c.relnamespace = 'kairan'::regnamespace and c.relkind in ('r', 'p')
        and not a.attisdropped
        and has_column_privilege('kairan_server', c.oid, a.attnum, power)
        and not has_table_privilege('kairan_server', c.oid, power)
"""
READ_BY_THE_SERVER = """
    select format('kairan_server may read %s', hidden)
    from unnest(array['documents', 'logins', 'mailed_codes', 'refresh_tokens']) hidden
    where has_any_column_privilege('kairan_server', 'kairan.' || hidden, 'SELECT')
"""

# Apart from every list of what may be written: no role but the owner ever changes these.
_CHANGED_AFTERWARDS = """
    select format('%s may change %s', role, c.relname)
    from pg_class c,
        unnest(array[
            'kairan_server', 'kairan_enter', 'kairan_door', 'kairan_hand', 'kairan_keeper',
            'kairan_rates', 'kairan_registrar', 'kairan_shelf'
        ]) role
    where c.relnamespace = 'kairan'::regnamespace and c.relkind in ('r', 'p')
        and regexp_replace(c.relname, '^releases_.*', 'releases') = any ($1)
        and (has_any_column_privilege(role, c.oid, 'UPDATE')
            or has_table_privilege(role, c.oid, 'DELETE')
            or has_table_privilege(role, c.oid, 'TRUNCATE'))
    union all
    select format('%s on %s lets it be changed', policyname, tablename)
    from pg_policies
    where tablename = any ($1) and cmd not in ('SELECT', 'INSERT')
"""

FUNCTIONS = """
    -- A body that is kept as understood when it was written looks for no name any more.
    select format('%s has no fixed search_path', proname) from pg_proc
    where pronamespace = 'app'::regnamespace and (prosqlbody is null or prosecdef)
        and proconfig is distinct from array['search_path=pg_catalog, pg_temp']
    union all
    select format('%s is for everybody', proname)
    from pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
    where pronamespace = 'app'::regnamespace and acl.grantee = 0
    union all
    select format('%s belongs to %s', proname, proowner::regrole) from pg_proc
    where pronamespace = 'app'::regnamespace
        and proowner::regrole::text <> case
            when proname in (
                'enter', 'find_suppressed', 'find_suppressed_memberships',
                'find_suppressed_households'
            ) then 'kairan_enter'
            when proname in ('find_login', 'open_session') then 'kairan_door'
            when proname in ('refresh_session', 'sweep_sessions') then 'kairan_keeper'
            when proname in ('place_member', 'choose_directory', 'are_active') then 'kairan_hand'
            when proname in (
                'count_hits', 'enter_rate', 'read_rate', 'forget_rates', 'forget_ended_rates',
                'people_received'
            ) then 'kairan_rates'
            when proname in (
                'keep_code', 'try_code', 'open_account', 'own_login', 'change_password',
                'reset_password'
            ) then 'kairan_registrar'
            when proname in (
                'registered_ids', 'registered_document', 'register_document', 'remove_document',
                'list_documents'
            ) then 'kairan_shelf'
            else (select nspowner::regrole::text from pg_namespace where nspname = 'app')
        end
    union all
    select format('%s has the rights of its owner', proname) from pg_proc
    where pronamespace = 'app'::regnamespace and prosecdef
        and proname not in (
            'enter', 'find_suppressed', 'find_suppressed_memberships', 'find_suppressed_households',
            'find_login', 'open_session', 'prepare_ledger', 'stray_releases',
            'place_member', 'choose_directory', 'are_active', 'refresh_session', 'sweep_sessions',
            'count_hits', 'enter_rate', 'read_rate', 'forget_rates', 'forget_ended_rates',
            'people_received',
            'keep_code', 'try_code', 'open_account', 'own_login', 'change_password',
            'reset_password', 'registered_ids', 'registered_document', 'register_document',
            'remove_document', 'list_documents'
        )
    union all
    select format('%s is outside app', oid::regprocedure) from pg_proc
    where pronamespace in ('kairan'::regnamespace, 'public'::regnamespace)
    union all
    select format('trigger %s', tgname) from pg_trigger where not tgisinternal
    union all
    select format('rule %s', rulename) from pg_rules where schemaname in ('kairan', 'app')
"""

ROLES = """
    with ours (name) as (
        values ('kairan_server'), ('kairan_enter'), ('kairan_door'), ('kairan_hand'),
            ('kairan_keeper'), ('kairan_rates'), ('kairan_registrar'),
            ('kairan_shelf')
    )
    select format('%s is more than a role', rolname) from pg_roles
    where rolname in (select * from ours)
        and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
    union all
    select format('%s can sign in', rolname) from pg_roles
    where rolname in (select * from ours where name <> 'kairan_server') and rolcanlogin
    union all
    select format('%s owns %s', relowner::regrole, relname) from pg_class
    where relowner::regrole::text in (select * from ours)
    union all
    select format('%s owns schema %s', nspowner::regrole, nspname) from pg_namespace
    where nspowner::regrole::text in (select * from ours)
    union all
    select format('kairan_server owns %s', proname) from pg_proc
    where proowner = 'kairan_server'::regrole
    union all
    select format('%s is a member of %s', member::regrole, roleid::regrole) from pg_auth_members
    where member::regrole::text in (select * from ours)
    union all
    -- Whoever migrates may hand a function over, and has none of that role's rights meanwhile.
    select format('%s inherits %s', member::regrole, roleid::regrole) from pg_auth_members
    where roleid::regrole::text in (select * from ours where name <> 'kairan_server')
        and inherit_option
"""

SCANS = (
    KEYS_WITHOUT_CITY,
    TABLES_WITHOUT_ROW_SECURITY,
    POLICIES_TOO_WIDE,
    READ_BY_THE_SERVER,
    FUNCTIONS,
    ROLES,
)

# What a role may do at all, and where a policy lets it.
_RIGHTS = """
    select c.relname, acl.privilege_type from pg_class c, aclexplode(c.relacl) acl
    where c.relnamespace = 'kairan'::regnamespace and acl.grantee::regrole::text = $1
    union
    select c.relname, acl.privilege_type
    from pg_class c join pg_attribute a on a.attrelid = c.oid, aclexplode(a.attacl) acl
    where c.relnamespace = 'kairan'::regnamespace and acl.grantee::regrole::text = $1
"""
_POLICIES = "select tablename, cmd from pg_policies where $1 = any (roles)"
_BODIES = """
    select prosrc from pg_proc
    where pronamespace = 'app'::regnamespace and proowner::regrole::text = $1
"""


async def faults(connection: AnyConnection) -> list[str]:
    """Everything the scans find, sorted."""
    found: list[str] = []
    for scan in SCANS:
        found.extend(row[0] for row in await connection.fetch(scan))
    found.extend(row[0] for row in await connection.fetch(_CHANGED_AFTERWARDS, WRITTEN_ONCE))
    found.extend(await _writes_beyond_the_list(connection))
    for role in (
        *("kairan_enter", "kairan_door", "kairan_hand", "kairan_keeper", "kairan_rates"),
        *("kairan_registrar", "kairan_shelf"),
    ):
        found.extend(await _rights_beyond_need(connection, role))
    return sorted(found)


async def _writes_beyond_the_list(connection: AnyConnection) -> list[str]:
    """Where a policy, a grant or the server's role writes what ``write_rights`` does not name."""
    found = [
        f"the policy {row[0]}"
        for row in await connection.fetch(_WRITE_POLICIES)
        if row[0] not in WRITE_POLICIES
    ]
    for power, thing, whose, always in await connection.fetch(_GRANTED):
        allowed = power in ("SELECT", "USAGE") or thing in MAY_WRITE.get((whose, power), ())
        if always or not allowed:
            found.append(f"{power} on {thing} for {whose}")
    for power, thing in await connection.fetch(_WRITTEN_BY_THE_SERVER):
        if thing not in MAY_WRITE.get(("kairan_server", power), ()):
            found.append(f"kairan_server may {power} {thing}")
    return found


async def _rights_beyond_need(connection: AnyConnection, role: str) -> list[str]:
    """Where the rights or policies of a role differ from what its functions name."""
    bodies = " ".join(row["prosrc"] for row in await connection.fetch(_BODIES, role))
    written = {(table, "INSERT") for table in re.findall(r"insert into kairan\.(\w+)", bodies)}
    written |= {(table, "UPDATE") for table in re.findall(r"update kairan\.(\w+)", bodies)}
    written |= {
        (table, "UPDATE")
        for table in re.findall(r"insert into kairan\.(\w+)[^;]*?\bdo update\b", bodies)
    }
    written |= {(table, "DELETE") for table in re.findall(r"delete from kairan\.(\w+)", bodies)}
    read = {(table, "SELECT") for table in re.findall(r"(?:from|join) kairan\.(\w+)", bodies)}
    # To change some rows and not others is to read them.
    read |= {(table, "SELECT") for table, action in written if action != "INSERT"}
    named = {table for table, _ in written | read}
    assert named == set(re.findall(r"kairan\.(\w+)", bodies)), "a table is named in another way"
    needed = {f"{action} {table}" for table, action in written | read}
    found = []
    for kind, query in (("rights", _RIGHTS), ("policies", _POLICIES)):
        held = {f"{action} {table}" for table, action in await connection.fetch(query, role)}
        found += [f"{role} needs no {kind} for {one}" for one in held - needed]
        found += [f"{role} lacks {kind} for {one}" for one in needed - held]
    return found
