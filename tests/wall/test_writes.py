"""What the wall lets be written: as the server's role, entered as each who lives in the street.

Row security alone, with nothing of ours before it. What it cannot tell apart (one's own office, the
hour when city staff may still decide) is the server's to refuse: tests/acts and tests/sideways.
"""

import asyncpg
import pytest
import pytest_asyncio

from tests.harness.city import City
from tests.wall import (
    writes_to_circulars,
    writes_to_groups,
    writes_to_members,
    writes_to_profiles,
    writes_to_sessions,
)
from tests.wall.entering import entered
from tests.wall.neighbourhood import Neighbourhood
from tests.wall.street import RESIDENTS, STAFF, settle_street, spelled

ATTEMPTS = (
    writes_to_groups.ATTEMPTS
    | writes_to_members.ATTEMPTS
    | writes_to_circulars.ATTEMPTS
    | writes_to_sessions.ATTEMPTS
    | writes_to_profiles.ATTEMPTS
)
# Refused by a key and not by a policy, which does not look where a reference leads.
BY_A_KEY = {
    "appoint a member of eki in akebono",
    "define a household of akebono in a han of eki",
    "publish in akebono as a member of botan",
    # By city staff, who are no residents and no members.
    "apply to chigusa",
    "appoint oneself in akebono",
}


@pytest_asyncio.fixture(scope="module")
async def street(superuser: asyncpg.Pool) -> Neighbourhood:
    """Every write to it is rolled back."""
    return await settle_street(await City(superuser).found())


async def written(
    server: asyncpg.Connection, street: Neighbourhood, attempt: str, viewer: str
) -> bool:
    """Whether ``viewer`` writes a row. Any error but a refusal is the attempt's own fault."""
    async with entered(server, street, viewer):
        try:
            status = await server.execute(spelled(street, ATTEMPTS[attempt][0], viewer))
        except asyncpg.InsufficientPrivilegeError:
            return False
        except asyncpg.ForeignKeyViolationError:
            assert attempt in BY_A_KEY
            return False
    return not status.endswith(" 0")


@pytest.mark.parametrize("attempt", ATTEMPTS)
async def test_it_is_written_by_those_and_by_nobody_else(
    attempt: str, street: Neighbourhood, server: asyncpg.Connection
) -> None:
    everybody = ("nobody", *street.people)
    found = {name for name in everybody if await written(server, street, attempt, name)}
    assert found == ATTEMPTS[attempt][1]


async def test_everybody_who_lives_in_the_street_is_asked(street: Neighbourhood) -> None:
    assert set(street.people) == RESIDENTS | STAFF


# What the server's role may write at all: whole rows in, some columns changed, some rows out.
GRANTED = {
    "appointments": "INSERT UPDATE(ended_at ends_on)",
    "changes": "INSERT",
    "circular_versions": "INSERT",
    "circulars": "INSERT UPDATE(body edited_at title version withdrawn_at)",
    "city_policies": "DELETE INSERT",
    "delegations": "DELETE INSERT",
    "groups": "INSERT UPDATE(next_participation next_participation_from participation"
    " participation_since)",
    "hans": "INSERT UPDATE(name position)",
    "households": "INSERT UPDATE(han_id paper_only)",
    "idempotency_keys": "INSERT",
    "member_details": "INSERT UPDATE(display_name)",
    "membership_requests": "INSERT UPDATE(decided_at decline_reason display_name membership_id"
    " status)",
    "memberships": "INSERT UPDATE(end_reason ended_at status)",
    "offices": "INSERT UPDATE(position powers title)",
    "paper_deliveries": "INSERT",
    "profiles": "UPDATE(address area_id birth_date building display_name email family_name"
    " given_name kana phone postal_code)",
    "receipts": "INSERT UPDATE(read_at)",
    "release_quotas": "DELETE INSERT UPDATE(people_per_hour reason set_at until)",
    "releases": "INSERT",
    "sessions": "UPDATE(ended_at)",
    "suppressions": "INSERT UPDATE(lifted_at provisional)",
}
_GRANTS = """
    select c.relname as name, concat_ws(' ',
        case when has_table_privilege('kairan_server', c.oid, 'DELETE') then 'DELETE' end,
        case when has_table_privilege('kairan_server', c.oid, 'INSERT') then 'INSERT' end,
        case when has_table_privilege('kairan_server', c.oid, 'UPDATE') then 'UPDATE(*)' end,
        'UPDATE(' || (
            select string_agg(a.attname, ' ' order by a.attname) from pg_attribute a
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                and not has_table_privilege('kairan_server', c.oid, 'UPDATE')
                and has_column_privilege('kairan_server', c.oid, a.attnum, 'UPDATE')
        ) || ')',
        case when has_table_privilege('kairan_server', c.oid, 'TRUNCATE') then 'TRUNCATE' end
    ) as rights
    from pg_class c
    where c.relnamespace = 'kairan'::regnamespace and c.relkind in ('r', 'p')
"""


async def test_nothing_else_can_be_written_at_all(superuser: asyncpg.Pool) -> None:
    rows = await superuser.fetch(_GRANTS)
    assert {row["name"]: row["rights"] for row in rows if row["rights"]} == GRANTED


def test_every_right_is_attempted_with_success_by_somebody() -> None:
    """Whoever adds a right above adds attempts at it to the tables."""
    succeeding = " ".join(statement for statement, by in ATTEMPTS.values() if by)
    for table, rights in GRANTED.items():
        if table == "releases":
            continue  # test_ledger_rows
        if "INSERT" in rights:
            assert f"insert into kairan.{table} " in succeeding, table
        if "UPDATE" in rights:
            assert f"update kairan.{table} set" in succeeding, table
        if "DELETE" in rights:
            assert f"delete from kairan.{table} " in succeeding, table
