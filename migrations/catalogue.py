"""Everything the second wall is made of, read from PostgreSQL's catalogue, a line each.

``catalogue.txt`` beside this file is the committed copy: a change to a policy, a function or a
grant shows up there as a line, for a reviewer to read, and ``make check`` fails where they differ.
"""

from pathlib import Path

from sqlalchemy import Connection, text

EXPECTED = Path(__file__).parent / "catalogue.txt"

_POLICIES = """
    select format('policy %s on %s for %s to %s using %s check %s',
        policyname, tablename, cmd, array_to_string(roles, ','), coalesce(qual, '-'),
        coalesce(with_check, '-'))
    from pg_catalog.pg_policies where schemaname = 'kairan' and policyname <> 'owner_counts'
"""
_ROW_SECURITY = """
    select format('table %s row security %s forced %s',
        relname, relrowsecurity, relforcerowsecurity)
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = relnamespace
    where nspname = 'kairan' and relkind in ('r', 'p') and not relispartition
        and relname <> 'alembic_version'
"""
_FUNCTIONS = """
    select format('function %s(%s) returns %s language %s %s %s set %s body %s',
        proname, pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid), lanname,
        provolatile, case when prosecdef then 'security definer' else 'security invoker' end,
        array_to_string(proconfig, ','), md5(prosrc))
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = pronamespace
    join pg_catalog.pg_language l on l.oid = prolang
    where nspname in ('app', 'kairan')
"""
# The owner's name is the operator's to choose; every other grantee is ours.
_GRANTS = """
    select format('grant %s on %s to %s', privilege_type, relname,
        case when grantee = 0 then 'public' else pg_get_userbyid(grantee)::text end)
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = relnamespace,
    aclexplode(relacl)
    where nspname = 'kairan' and relkind in ('r', 'p') and grantee <> relowner
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
    for query in (_ROW_SECURITY, _POLICIES, _FUNCTIONS, _GRANTS, _CHECKS):
        lines.extend(" ".join(line.split()) for line in connection.scalars(text(query)))
    return sorted(lines)
