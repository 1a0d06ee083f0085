"""What PostgreSQL's own catalogue says against the second wall: a scan, never a list of tables.

Each query gives a line for every fault; an empty answer is a wall without one.
"""

import re

import asyncpg
from asyncpg.pool import PoolConnectionProxy

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
    select format('%s on %s is for everybody', policyname, tablename) from pg_policies
    where 'public' = any (roles)
    union all
    select format('%s on %s is true for kairan_server', policyname, tablename) from pg_policies
    where 'kairan_server' = any (roles) and (qual = 'true' or with_check = 'true')
    union all
    select format('%s on %s writes anything', policyname, tablename) from pg_policies
    where cmd <> 'SELECT' and (qual = 'true' or with_check = 'true')
    union all
    select format('%s on %s does not begin with the city', policyname, tablename) from pg_policies
    where 'kairan_server' = any (roles)
        and concat(qual, with_check) !~
            '^\\(?\\(city = \\( SELECT \\(NULLIF\\(current_setting\\(''app.city''::text, true\\)'
    union all
    select format('%s on %s is for %s', policyname, tablename, cmd) from pg_policies
    where cmd <> 'SELECT'
        and (tablename, policyname, cmd, roles::text) not in (
            ('releases', 'viewer_writes', 'INSERT', '{kairan_server}'),
            ('sessions', 'door_opens', 'INSERT', '{kairan_door}')
        )
"""

# Tables, columns and schemas alike; the owner's own rights are his.
GRANTS_TOO_WIDE = """
    with granted as (
        select c.relname as thing, c.relispartition as is_partition, acl.*
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
    select format('%s on %s for %s', power, thing, whose) from named
    where is_partition or is_grantable or whose = 'PUBLIC'
        or power not in ('SELECT', 'INSERT', 'USAGE')
        or power = 'INSERT' and (thing, whose) not in (
            ('releases', 'kairan_server'), ('sessions', 'kairan_door')
        )
        or thing like 'logins%' and whose <> 'kairan_door'
        or whose not in ('kairan_server', 'kairan_enter', 'kairan_door')
"""

# What the server's role comes to in the end, by whatever way.
RIGHTS_OF_THE_SERVER = """
    select format('kairan_server may %s %s', power, c.relname)
    from pg_class c, unnest(
        array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']
    ) as power
    where c.relnamespace = 'kairan'::regnamespace and c.relkind in ('r', 'p')
        and has_table_privilege('kairan_server', c.oid, power)
        and not (c.relname = 'releases' and power = 'INSERT')
    union all
    select 'kairan_server may read logins'
    where has_any_column_privilege('kairan_server', 'kairan.logins', 'SELECT')
"""

FUNCTIONS = """
    select format('%s has no fixed search_path', proname) from pg_proc
    where pronamespace = 'app'::regnamespace
        and proconfig is distinct from array['search_path=pg_catalog, pg_temp']
    union all
    select format('%s is for everybody', proname)
    from pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) acl
    where pronamespace = 'app'::regnamespace and acl.grantee = 0
    union all
    select format('%s belongs to %s', proname, proowner::regrole) from pg_proc
    where pronamespace = 'app'::regnamespace
        and proowner::regrole::text <> case
            when proname = 'enter' then 'kairan_enter'
            when proname in ('find_login', 'open_session') then 'kairan_door'
            else (select nspowner::regrole::text from pg_namespace where nspname = 'app')
        end
    union all
    select format('%s has the rights of its owner', proname) from pg_proc
    where pronamespace = 'app'::regnamespace and prosecdef
        and proname not in (
            'enter', 'find_login', 'open_session', 'prepare_ledger', 'stray_releases'
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
    select format('%s is more than a role', rolname) from pg_roles
    where rolname in ('kairan_server', 'kairan_enter', 'kairan_door')
        and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
    union all
    select format('%s can sign in', rolname) from pg_roles
    where rolname in ('kairan_enter', 'kairan_door') and rolcanlogin
    union all
    select format('%s owns %s', relowner::regrole, relname) from pg_class
    where relowner::regrole::text in ('kairan_server', 'kairan_enter', 'kairan_door')
    union all
    select format('%s owns schema %s', nspowner::regrole, nspname) from pg_namespace
    where nspowner::regrole::text in ('kairan_server', 'kairan_enter', 'kairan_door')
    union all
    select format('kairan_server owns %s', proname) from pg_proc
    where proowner = 'kairan_server'::regrole
    union all
    select format('%s is a member of %s', member::regrole, roleid::regrole) from pg_auth_members
    where member::regrole::text in ('kairan_server', 'kairan_enter', 'kairan_door')
    union all
    -- Whoever migrates may hand a function over, and has none of that role's rights meanwhile.
    select format('%s inherits %s', member::regrole, roleid::regrole) from pg_auth_members
    where roleid::regrole::text in ('kairan_enter', 'kairan_door') and inherit_option
"""

SCANS = (
    KEYS_WITHOUT_CITY,
    TABLES_WITHOUT_ROW_SECURITY,
    POLICIES_TOO_WIDE,
    GRANTS_TOO_WIDE,
    RIGHTS_OF_THE_SERVER,
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
    for role in ("kairan_enter", "kairan_door"):
        found.extend(await _rights_beyond_need(connection, role))
    return sorted(found)


async def _rights_beyond_need(connection: AnyConnection, role: str) -> list[str]:
    """Where the rights or policies of a role differ from what its functions name."""
    bodies = " ".join(row["prosrc"] for row in await connection.fetch(_BODIES, role))
    written = {(table, "INSERT") for table in re.findall(r"insert into kairan\.(\w+)", bodies)}
    read = {(table, "SELECT") for table in re.findall(r"(?:from|join) kairan\.(\w+)", bodies)}
    named = {table for table, _ in written | read}
    assert named == set(re.findall(r"kairan\.(\w+)", bodies)), "a table is named in another way"
    needed = {f"{action} {table}" for table, action in written | read}
    found = []
    for kind, query in (("rights", _RIGHTS), ("policies", _POLICIES)):
        held = {f"{action} {table}" for table, action in await connection.fetch(query, role)}
        found += [f"{role} needs no {kind} for {one}" for one in held - needed]
        found += [f"{role} lacks {kind} for {one}" for one in needed - held]
    return found
