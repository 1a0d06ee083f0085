"""Everything the second wall is made of, read from PostgreSQL's catalogue, a line each.

``catalogue.txt`` beside this file is the committed copy: a change to a policy, a function or a
grant shows up there as a line, for a reviewer to read, and ``make check`` fails where they differ.
"""

from pathlib import Path

from sqlalchemy import Connection, text

EXPECTED = Path(__file__).parent / "catalogue.txt"

# Whoever migrates owns everything but the functions handed over. His name is the operator's to
# choose, so he is called "owner"; every other role is ours.
_POLICIES = """
    select format('policy %s on %s for %s to %s using %s check %s',
        policyname, p.tablename, cmd,
        array_to_string(array(
            select case role when tableowner then 'owner' else role::text end
            from unnest(roles) role order by 1
        ), ','),
        coalesce(qual, '-'), coalesce(with_check, '-'))
    from pg_catalog.pg_policies p
    join pg_catalog.pg_tables t on t.schemaname = p.schemaname and t.tablename = p.tablename
    where p.schemaname = 'kairan'
"""
# Partitions come and go, so one is told only where its row security is not forced.
_RELATIONS = """
    select format('%s %s row security %s forced %s',
        case when relispartition then 'partition' else 'table' end,
        relname, relrowsecurity, relforcerowsecurity)
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = relnamespace
    where nspname = 'kairan' and relkind in ('r', 'p') and relname <> 'alembic_version'
        and not (relispartition and relrowsecurity and relforcerowsecurity)
    union all
    select format('table %s is unlogged', relname)
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = relnamespace
    where nspname = 'kairan' and relpersistence = 'u' and relkind = 'r'
    union all
    select format('relation %s of kind %s', relname, relkind)
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = relnamespace
    where nspname in ('app', 'kairan') and relkind not in ('r', 'p', 'i', 'I')
    union all
    select format('trigger %s on %s', tgname, relname)
    from pg_catalog.pg_trigger
    join pg_catalog.pg_class c on c.oid = tgrelid
    join pg_catalog.pg_namespace n on n.oid = relnamespace
    where nspname = 'kairan' and not tgisinternal
    union all
    select format('rule %s on %s', rulename, tablename)
    from pg_catalog.pg_rules where schemaname = 'kairan'
"""
_FUNCTIONS = """
    select format('function %s(%s) of %s returns %s language %s %s %s set %s body %s',
        proname, pg_get_function_identity_arguments(p.oid),
        case proowner when nspowner then 'owner' else pg_get_userbyid(proowner)::text end,
        pg_get_function_result(p.oid), lanname, provolatile,
        case when prosecdef then 'security definer' else 'security invoker' end,
        array_to_string(proconfig, ','), md5(prosrc))
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = pronamespace
    join pg_catalog.pg_language l on l.oid = prolang
    where nspname in ('app', 'kairan')
"""
_GRANTS = """
    select format('grant %s on %s to %s', privilege_type, relname,
        case when grantee = 0 then 'public' else pg_get_userbyid(grantee)::text end)
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = relnamespace,
    aclexplode(relacl)
    where nspname = 'kairan' and grantee <> relowner
    union all
    select format('grant %s on %s.%s to %s', privilege_type, relname, attname,
        case when grantee = 0 then 'public' else pg_get_userbyid(grantee)::text end)
    from pg_catalog.pg_attribute
    join pg_catalog.pg_class c on c.oid = attrelid
    join pg_catalog.pg_namespace n on n.oid = relnamespace,
    aclexplode(attacl)
    where nspname = 'kairan' and grantee <> relowner
    union all
    select format('grant %s on function %s to %s', privilege_type, proname,
        case when grantee = 0 then 'public' else pg_get_userbyid(grantee)::text end)
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = pronamespace,
    aclexplode(coalesce(proacl, acldefault('f', proowner)))
    where nspname in ('app', 'kairan') and grantee <> proowner
    union all
    select format('grant %s on schema %s to %s', privilege_type, nspname,
        case when grantee = 0 then 'public' else pg_get_userbyid(grantee)::text end)
    from pg_catalog.pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
    where nspname in ('app', 'kairan') and grantee <> nspowner
"""
_CHECKS = """
    select format('check %s on %s %s', conname, relname, pg_get_constraintdef(k.oid))
    from pg_catalog.pg_constraint k
    join pg_catalog.pg_class c on c.oid = conrelid
    join pg_catalog.pg_namespace n on n.oid = relnamespace
    where nspname = 'kairan' and contype = 'c' and not relispartition
"""


def read_catalogue(connection: Connection) -> list[str]:
    """The catalogue of the database behind ``connection``, sorted, one line per fact."""
    lines: list[str] = []
    for query in (_RELATIONS, _POLICIES, _FUNCTIONS, _GRANTS, _CHECKS):
        lines.extend(" ".join(line.split()) for line in connection.scalars(text(query)))
    return sorted(lines)
