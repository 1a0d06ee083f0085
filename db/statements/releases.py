"""The ledger: writing what left, and reading it back without a value."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from db.ids import new_id
from db.reading import CITY_TIME, Reading, Rows
from db.watched import statement
from permissions.releases import LedgerEntry
from permissions.viewer import Holding, Viewer

# People stand in one list, $7, and an entry says which part of it is its own. The offices they were
# seen through, $14 to $18, stand in lists of their own: the entries of a roster share one. Columns
# go as arrays, in binary: to read 150 ids from text takes PostgreSQL 0.07 ms, and entries from JSON
# 0.02 ms.
# Tells on the way the quotas set for these groups: in the same snapshot, and no round trip more.
_WRITE = """
    with written as (
        insert into kairan.releases (
            city, id, released_at, viewer, session_id, group_id, appointment_id, office_id,
            office_title, viewer_name, fields, purposes, subjects, rule_version, operation_name
        )
        select $1, entry.id, $2, $3, $4,
            ($14::uuid[])[entry.through], ($15::uuid[])[entry.through],
            ($16::uuid[])[entry.through], ($17::text[])[entry.through],
            ($18::text[])[entry.through],
            string_to_array(entry.fields, e'\\n'), string_to_array(entry.purposes, e'\\n'),
            ($7::uuid[])[entry.subjects_from : entry.subjects_to], $5, $6
        from unnest(
            $8::uuid[], $9::integer[], $10::text[], $11::text[], $12::integer[], $13::integer[]
        ) as entry (id, through, fields, purposes, subjects_from, subjects_to)
    )
    select q.group_id, q.people_per_hour
    from kairan.release_quotas q
    where q.city = $1 and q.group_id = any ($14::uuid[]) and q.until >= $19
"""

_COLUMNS = """
    r.city, r.id, r.released_at, r.group_id, r.office_title, r.fields, r.purposes, r.rule_version,
    r.operation_name, cardinality(r.subjects) as subject_count
"""

# Newest first. An auditor is told of no person: neither who saw nor who was seen.
_ALL = f"""
    select {_COLUMNS}, null::uuid as resident_id, null::text as viewer_name,
        $2::uuid is null or exists (
            select from kairan.releases c where c.city = $1 and c.id = $2
        ) as cursor_known
    from kairan.cities
    left join lateral (
        select * from kairan.releases r
        where r.city = $1 and ($2::uuid is null or r.id < $2)
        order by r.id desc
        limit $3
    ) r on true
    where cities.city = $1
    order by r.id desc
"""

# $4 the person concerned, who is told who saw. People are only seen through a group they are or
# were members of: asked group by group, a page reads an index and not the city's whole ledger.
# An officer may have become one of those suppressed from the viewer's sight since.
_ABOUT = f"""
    select {_COLUMNS}, $4::uuid as resident_id,
        case when r.viewer <> all ((select app.suppressed())::uuid[]) then r.viewer_name
            else '会員' end as viewer_name,
        $2::uuid is null or exists (
            select from kairan.releases c where c.city = $1 and c.id = $2 and $4 = any (c.subjects)
        ) as cursor_known
    from kairan.cities
    left join lateral (
        select newest.*
        from (
            select distinct m.group_id from kairan.memberships m
            where m.city = $1 and m.resident_id = $4
        ) mine
        cross join lateral (
            select * from kairan.releases own
            where own.city = $1 and own.group_id = mine.group_id
                and $4 = any (own.subjects) and ($2::uuid is null or own.id < $2)
            order by own.id desc
            limit $3
        ) newest
        order by newest.id desc
        limit $3
    ) r on true
    where cities.city = $1
    order by r.id desc
"""


async def write(
    connection: Any,
    viewer: Viewer,
    entries: Sequence[LedgerEntry],
    *,
    at: datetime,
    operation_name: str | None,
    rule_version: str,
) -> dict[UUID, int]:
    """Append ``entries`` in one statement, inside the transaction of the answer they speak of.

    :return: people per hour, of those of their groups for which city staff set another number.
    """
    subjects: list[UUID] = []
    offices: dict[tuple[UUID, Holding], int] = {}
    rows = []
    for entry in entries:
        subjects.extend(entry.subjects)
        rows.append(
            (
                new_id(at),
                offices.setdefault((entry.group_id, entry.holding), len(offices) + 1),
                "\n".join(entry.fields),
                "\n".join(entry.purposes),
                len(subjects) - len(entry.subjects) + 1,
                len(subjects),
            )
        )
    with statement(_WRITE):
        quotas = await connection.fetch(
            _WRITE,
            viewer.city,
            at,
            viewer.person,
            viewer.session,
            rule_version,
            operation_name,
            subjects,
            *zip(*rows, strict=True),
            [group for group, _ in offices],
            [holding.appointment_id for _, holding in offices],
            [holding.office_id for _, holding in offices],
            [holding.title for _, holding in offices],
            [viewer.standings[group].display_name for group, _ in offices],
            at.astimezone(CITY_TIME).date(),
        )
    # asyncpg's UUIDs are equal to Python's, and found under them.
    return {row["group_id"]: row["people_per_hour"] for row in quotas}


async def page(reading: Reading, *, about: UUID | None, first: int, after: UUID | None) -> Rows:
    """Releases, newest first; about one person, or all for an auditor.

    One row at least, to tell whether the cursor was known: its ``id`` is NULL on an empty page.
    """
    viewer = reading.viewer
    if about is None:
        return await reading.fetch(_ALL, viewer.city, after, first)
    return await reading.fetch(_ABOUT, viewer.city, after, first, about)
