"""Where suppressed people are met is noted, without looking through groups, and never too late."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.harness.city import City, Person, Thing

NOTED = """
    select group_id, id, resident_id, is_application from kairan.suppressed_in where city = $1
    order by id
"""
# The same from the tables it follows from.
TRUE = """
    select met.* from (
        select group_id, id, resident_id, false as is_application
        from kairan.memberships where city = $1
        union all
        select group_id, id, resident_id, true from kairan.membership_requests where city = $1
    ) met
    where exists (
        select from kairan.suppressions s
        where s.city = $1 and s.resident_id = met.resident_id and s.lifted_at is null
    )
    order by id
"""
JOINS = """
    insert into kairan.memberships (city, id, group_id, resident_id, began_at)
    values ($1, gen_random_uuid(), $3, $2, now())
"""
APPLIES = """
    insert into kairan.membership_requests (city, id, group_id, resident_id, requested_at)
    values ($1, gen_random_uuid(), $3, $2, now())
"""
SUPPRESSED = """
    insert into kairan.suppressions (city, id, resident_id, began_at)
    values ($1, gen_random_uuid(), $2, now())
"""
STEPS = {
    "joins": JOINS + " on conflict do nothing",
    "applies": APPLIES + " on conflict do nothing",
    "leaves": """
        update kairan.memberships set status = 'LEFT', ended_at = now()
        where city = $1 and resident_id = $2 and group_id = $3
    """,
    "is suppressed": SUPPRESSED,
    "is suppressed for good": """
        update kairan.suppressions set provisional = false where city = $1 and resident_id = $2
    """,
    "is suppressed no more": """
        update kairan.suppressions set lifted_at = now() where city = $1 and resident_id = $2
    """,
    "was suppressed in error": """
        delete from kairan.suppressions where city = $1 and resident_id = $2
    """,
    "was another": """
        update kairan.suppressions set resident_id = $2
        where (city, id) in (select city, id from kairan.suppressions where city = $1 limit 1)
    """,
    "applied in error": """
        delete from kairan.membership_requests
        where city = $1 and resident_id = $2 and group_id = $3
    """,
    "was in another group": """
        update kairan.memberships m set group_id = $3
        where m.city = $1 and m.resident_id = $2 and not exists (
            select from kairan.memberships o
            where o.city = $1 and o.resident_id = $2 and o.group_id = $3
        ) and (m.city, m.id) in (
            select city, id from kairan.memberships where city = $1 and resident_id = $2 limit 1
        )
    """,
}


async def town(superuser: asyncpg.Pool) -> tuple[City, list[Person], list[Thing]]:
    city = await City(superuser).found()
    people = [await city.person() for _ in range(3)]
    return city, people, [await city.group(name) for name in ("akebono", "botan")]


def theirs(statement: str) -> str:
    """A statement that takes person and group, whether or not it names both."""
    return f"with given as (select $2::uuid, $3::uuid) {statement}"


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    happenings=st.lists(
        st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 2), st.integers(0, 1)),
        min_size=4,
        max_size=25,
    )
)
async def test_whatever_happens_it_is_what_the_tables_say(
    happenings: list[tuple[str, int, int]], superuser: asyncpg.Pool
) -> None:
    city, people, groups = await town(superuser)
    # Somebody who is suppressed before he is anywhere.
    await city.execute(SUPPRESSED, people[0].id)
    for step, person, group in happenings:
        await city.execute(theirs(STEPS[step]), people[person].id, groups[group].id)
        assert await city.fetch(NOTED) == await city.fetch(TRUE), step


@asynccontextmanager
async def two(superuser: asyncpg.Pool) -> AsyncIterator[tuple[Any, Any]]:
    async with superuser.acquire() as one, superuser.acquire() as other:
        yield one, other


async def until_somebody_waits(superuser: asyncpg.Pool) -> None:
    waits = "select exists (select from pg_locks where locktype = 'advisory' and not granted)"
    async with asyncio.timeout(20):
        while not await superuser.fetchval(waits):  # noqa: ASYNC110  (locks tell nobody)
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("first", ["suppressed", "a member", "an applicant"])
async def test_who_comes_while_he_is_suppressed_is_noted_whichever_is_first(
    first: str, superuser: asyncpg.Pool
) -> None:
    city, (person, *_), (group, *_) = await town(superuser)
    comes = APPLIES if first == "an applicant" else JOINS
    steps = [
        (SUPPRESSED, (city.number, person.id)),
        (comes, (city.number, person.id, group.id)),
    ]
    (earlier, given), (later, given_then) = steps if first == "suppressed" else reversed(steps)
    async with two(superuser) as (one, other):
        begun = one.transaction()
        await begun.start()
        await one.execute(earlier, *given)
        waiting = asyncio.create_task(other.execute(later, *given_then))
        await until_somebody_waits(superuser)
        await begun.commit()
        await waiting
    (noted,) = await city.fetch(NOTED)
    assert noted["resident_id"] == person.id
    assert noted["is_application"] is (first == "an applicant")


async def test_of_two_serialisable_transactions_one_begins_again(superuser: asyncpg.Pool) -> None:
    city, (person, *_), (group, *_) = await town(superuser)
    async with two(superuser) as (one, other):
        suppressing = one.transaction(isolation="serializable")
        joining = other.transaction(isolation="serializable")
        await suppressing.start()
        await joining.start()
        # Both look at the city before either changes it, as the server does on entering.
        for connection in (one, other):
            await connection.fetch("select from kairan.suppressions where city = $1", city.number)
        await other.execute(JOINS, city.number, person.id, group.id)
        await joining.commit()
        with pytest.raises(asyncpg.SerializationError):
            await one.execute(SUPPRESSED, city.number, person.id)
        await suppressing.rollback()
        await one.execute(SUPPRESSED, city.number, person.id)
    assert len(await city.fetch(NOTED)) == 1
    assert await city.fetch(NOTED) == await city.fetch(TRUE)
