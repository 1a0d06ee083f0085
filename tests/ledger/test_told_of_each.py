"""Whatever leaves: read back, everybody is told exactly what left of him, and what for."""

from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest_asyncio
from hypothesis import example, given, settings
from hypothesis import strategies as st

from db.embedded import Addresses
from db.entering import Caller
from db.pool import Pool, open_pool
from db.statements import releases as ledger
from db.transaction import Transaction
from permissions.policy import POLICY, POLICY_VERSION
from permissions.rows import Rows
from permissions.words import Power
from tests.harness.city import City, Person, Thing
from tests.harness.hypotheses import SLOW_AND_SHARED
from tests.permissions.people import row

ROSTER = [
    f"Member.{field}"
    for field in (
        *("address", "building", "email", "familyName", "givenName", "han", "household"),
        *("joinedOn", "kana", "name", "phone", "postalCode"),
    )
]
RECEIPTS = ["Receipt.deliveredAt", "Receipt.readAt", "Receipt.state"]


@dataclass
class Town:
    """Ken is 会長 of both groups, and 副会長 of the first, who sees receipts."""

    city: City
    pool: Pool
    ken: Person
    groups: list[Thing]
    people: list[Person]
    auditor: Person
    sessions: dict[UUID, UUID]

    async def begin(self, person: Person) -> Transaction:
        session = self.sessions[person.id]
        return await Transaction.begin(
            self.pool, Caller(self.city.number, person.id, session), self.city.clock()
        )


@pytest_asyncio.fixture(scope="module")
async def town(superuser: asyncpg.Pool, postgres: Addresses) -> AsyncIterator[Town]:
    city = await City(superuser).found()
    groups = [await city.group("神楽町内会"), await city.group("春光町内会")]
    ken, *people = [await city.person() for _ in range(6)]
    for group in groups:
        leading = await city.member(group, ken)
        await city.officer(leading, "会長", Power.VIEW_ROSTER)
        if group is groups[0]:
            await city.officer(leading, "副会長", Power.VIEW_RECEIPTS)
        for person in people:
            await city.member(group, person)
    auditor = await city.staff("AUDITOR")
    sessions = {each.id: await city.session(each) for each in (ken, auditor, *people)}
    pool = await open_pool(postgres.server, size=2, statement_timeout_ms=10_000)
    yield Town(city, pool, ken, groups, people, auditor, sessions)
    await pool.close()


NOTES = st.lists(
    st.tuples(
        st.sampled_from([*ROSTER, *RECEIPTS]),
        st.lists(st.integers(0, 5), min_size=1, max_size=6),
        st.sampled_from([0, 0, 0, 1]),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=150, suppress_health_check=SLOW_AND_SHARED)
@given(NOTES)
@example([*((field, [1, 2], 0) for field in ROSTER[:7]), (ROSTER[7], [2], 0)])
async def test_everybody_is_told_what_left_of_him_and_nothing_else(
    town: Town, notes: list[tuple[str, list[int], int]]
) -> None:
    everybody = [town.ken, *town.people]
    await town.city.execute("delete from kairan.releases where city = $1")
    left: dict[tuple[UUID, str], dict[UUID, set[str]]] = defaultdict(lambda: defaultdict(set))
    looking = await town.begin(town.ken)
    for field, seen, n in notes:
        group = town.groups[n]
        subjects = [everybody[each].id for each in seen]
        rows = Rows([row(group.id, each) for each in subjects])
        looking.releases.note(POLICY[field], field, rows, bytes([True] * len(rows)), lambda _: ())
        if (field in RECEIPTS) <= (n == 0):
            office = "副会長" if field in RECEIPTS else "会長"
            for each in set(subjects) - {town.ken.id}:
                left[group.id, office][each].add(field)
    await looking.commit(operation_name=None, rule_version=POLICY_VERSION)
    left = {look: people for look, people in left.items() if people}

    for person in town.people:
        found = await read(town, person, about=person.id)
        assert {look: told for look, (*told, _) in found.items()} == {
            look: [sorted(people[person.id]), purposes(people[person.id])]
            for look, people in left.items()
            if person.id in people
        }
    union = {look: set().union(*people.values()) for look, people in left.items()}
    assert await read(town, town.auditor, about=None) == {
        look: (sorted(union[look]), purposes(union[look]), len(people))
        for look, people in left.items()
    }


async def read(
    town: Town, reader: Person, about: UUID | None
) -> dict[tuple[UUID, str], tuple[Any, Any, int]]:
    """Fields, purposes and the number of people, by the group and the office of a look."""
    reading = await town.begin(reader)
    rows = await ledger.page(reading, about=about, first=10, after=None)
    await reading.abandon()
    found = {
        (each["group_id"], each["office_title"]): (
            each["fields"],
            each["purposes"],
            each["subject_count"],
        )
        for each in rows
        if each["id"] is not None
    }
    assert len(found) == len([each for each in rows if each["id"] is not None])
    return found


def purposes(fields: set[str]) -> list[str]:
    return sorted({POLICY[field].purpose or "" for field in fields})
