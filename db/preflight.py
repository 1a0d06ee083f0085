"""Reasons not to serve from a database: a role that row security does not bind, a wrong schema."""

import asyncio

import asyncpg
from asyncpg.pool import PoolConnectionProxy

# The first in which a membership can be granted without inheriting its rights (the migrations do).
OLDEST_SERVER = 16
CONNECT_SECONDS = 10.0

ROLE = """
select
    current_user as name,
    current_setting('server_version_num')::int as version,
    current_setting('server_version') as version_shown,
    -- Membership counts too: whoever may SET ROLE to a superuser is one.
    exists (
        select from pg_roles r where r.rolsuper and pg_has_role(current_user, r.oid, 'MEMBER')
    ) as is_superuser,
    exists (
        select from pg_roles r where r.rolbypassrls and pg_has_role(current_user, r.oid, 'MEMBER')
    ) as bypasses,
    array(
        select n.nspname || '.' || c.relname
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('kairan', 'app') and c.relkind in ('r', 'p', 'v', 'm')
            and pg_has_role(current_user, c.relowner, 'MEMBER')
        order by 1
    ) || array(
        select n.nspname || '.' || p.proname || '()'
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('kairan', 'app') and pg_has_role(current_user, p.proowner, 'MEMBER')
        order by 1
    ) as owned
"""

CURE = (
    "make a login of its own, `create role NAME login password '...' in role kairan_server`,"
    " and put that in KAIRAN_DATABASE_URL"
)
MIGRATE = "run `kairan migrate` with KAIRAN_OWNER_DATABASE_URL set"


# It starts, ends, is not there yet, or its name is not known yet: all of this passes.
PASSING = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)


async def absence(url: str) -> str | None:
    """Why nobody answers at `url` for now; None when somebody does, be it to refuse us."""
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    except PASSING as error:
        return reason(error)
    except (asyncpg.PostgresError, asyncpg.InterfaceError):
        return None
    await connection.close()
    return None


async def refusals(url: str, head: str) -> list[str]:
    """Why the server must not start on the database at `url`, a sentence each with its cure.

    `head` is the newest migration that the code knows. Nothing of the URL's password is shown.
    """
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return [f"the database of KAIRAN_DATABASE_URL cannot be reached: {reason(error)}"]
    try:
        return await role_refusals(connection) or await migration_refusals(connection, head)
    finally:
        await connection.close()


async def role_refusals(connection: asyncpg.Connection) -> list[str]:
    """What is wrong with the server and with the role that we are on it."""
    row = await connection.fetchrow(ROLE)
    assert row is not None
    if row["version"] < OLDEST_SERVER * 10_000:
        version = row["version_shown"]
        return [f"the database is PostgreSQL {version}: Kairan needs {OLDEST_SERVER} or newer"]
    role = row["name"]
    if row["is_superuser"]:
        return [f"role {role} is a superuser, whom row security does not bind: {CURE}"]
    found = []
    if row["bypasses"]:
        found.append(f"role {role} has BYPASSRLS, so row security does not bind it: {CURE}")
    if row["owned"]:
        shown = ", ".join(row["owned"][:3]) + (", ..." if len(row["owned"]) > 3 else "")
        found.append(f"role {role} owns {shown} and could switch row security off: {CURE}")
    return found


async def migration_refusals(connection: asyncpg.Connection, head: str) -> list[str]:
    """What is wrong with the schema, or with our access to it."""
    try:
        revision = await revision_of(connection)
    except (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError):
        return [f"the database has no tables of Kairan yet: {MIGRATE}"]
    except asyncpg.InsufficientPrivilegeError:
        role = await connection.fetchval("select current_user")
        return [f"role {role} is not a member of kairan_server: {CURE}"]
    if revision == head:
        return []
    at = f"the database is at migration {revision or 'none'} and this Kairan needs {head}"
    return [f"{at}: {MIGRATE} (where the database is the newer one, install a newer Kairan)"]


async def revision_of(connection: asyncpg.Connection | PoolConnectionProxy) -> str | None:
    """The migration that the database is at."""
    revision: str | None = await connection.fetchval(
        "select version_num from kairan.alembic_version"
    )
    return revision


def reason(error: Exception) -> str:
    """The first line of an error's message, or its kind where it has none (time-outs)."""
    return str(error).partition("\n")[0] or type(error).__name__


def refusals_now(url: str, head: str) -> list[str]:
    """`refusals` for callers without a loop."""
    return asyncio.run(refusals(url, head))
