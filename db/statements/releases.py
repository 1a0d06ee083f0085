"""The ledger: writing what left, and reading it back without a value."""

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any
from uuid import UUID

from db.ids import new_id
from db.reading import CITY_TIME, Reading, Rows
from db.watched import statement
from permissions.releases import LedgerEntry
from permissions.viewer import Viewer

# Nearly every answer is one look. It tells on the way the quota set for the group: in the same
# snapshot, and no round trip more. Ids go as an array, in binary: to read 150 of them from text
# takes PostgreSQL 0.07 ms. Fields and purposes go as text: asyncpg looks at an array's elements.
_WRITE = """
    with written as (
        insert into kairan.releases (
            city, released_at, viewer, session_id, rule_version, operation_name,
            id, group_id, appointment_id, office_id, office_title, viewer_name, fields, purposes,
            shown, subjects
        )
        values (
            $1, $2, $3, $4, $5, $6,
            $8, $9, $10, $11, $12, $13, string_to_array($14, e'\\n'), string_to_array($15, e'\\n'),
            $16, $17
        )
    )
    select q.group_id, q.people_per_hour
    from kairan.release_quotas q
    where q.city = $1 and q.group_id = $9 and q.until >= $7
"""

# The people of all looks stand in one list, $17, and each says which part of it is its own.
_WRITE_SEVERAL = """
    with written as (
        insert into kairan.releases (
            city, released_at, viewer, session_id, rule_version, operation_name,
            id, group_id, appointment_id, office_id, office_title, viewer_name, fields, purposes,
            shown, subjects
        )
        select $1, $2, $3, $4, $5, $6,
            look.id, look.group_id, look.appointment_id, look.office_id, look.office_title,
            look.viewer_name, string_to_array(look.fields, e'\\n'),
            string_to_array(look.purposes, e'\\n'), look.shown,
            ($17::uuid[])[look.subjects_from : look.subjects_to]
        from unnest(
            $8::uuid[], $9::uuid[], $10::uuid[], $11::uuid[], $12::text[], $13::text[],
            $14::text[], $15::text[], $16::bytea[], $18::integer[], $19::integer[]
        ) as look (
            id, group_id, appointment_id, office_id, office_title, viewer_name,
            fields, purposes, shown, subjects_from, subjects_to
        )
    )
    select q.group_id, q.people_per_hour
    from kairan.release_quotas q
    where q.city = $1 and q.group_id = any ($9::uuid[]) and q.until >= $7
"""

_COLUMNS = """
    r.city, r.id, r.released_at, r.group_id, r.office_title, r.rule_version, r.operation_name,
    cardinality(r.subjects) as subject_count
"""

# Newest first. An auditor is told of no person: neither who saw nor who was seen.
_ALL = f"""
    select {_COLUMNS}, r.fields,
        array(
            select distinct purpose collate "C" from unnest(r.purposes) purpose order by 1
        ) as purposes,
        null::uuid as resident_id, null::text as viewer_name,
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
# Of a look at many he is told what left of himself, by his part of `shown`. Rows from before it
# have fewer purposes than fields, and all of them are his.
_ABOUT = f"""
    select {_COLUMNS}, told.fields, told.purposes, $4::uuid as resident_id,
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
    left join lateral (
        select array_agg(one.field order by one.n) filter (where one.field is not null) as fields,
            coalesce(
                array_agg(distinct one.purpose collate "C" order by one.purpose collate "C")
                    filter (where one.purpose is not null),
                '{{}}'
            ) as purposes
        from unnest(r.fields, r.purposes) with ordinality as one (field, purpose, n)
        where r.shown is null or get_bit(
            r.shown,
            (array_position(r.subjects, $4) - 1) * ((cardinality(r.fields) + 7) / 8 * 8) + one.n - 1
        ) = 1
    ) told on true
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
    looks = [
        (
            new_id(at),
            entry.group_id,
            entry.holding.appointment_id,
            entry.holding.office_id,
            entry.holding.title,
            viewer.standings[entry.group_id].display_name,
            "\n".join(entry.fields),
            "\n".join(entry.purposes),
            entry.shown,
        )
        for entry in entries
    ]
    of_all = (
        viewer.city,
        at,
        viewer.person,
        viewer.session,
        rule_version,
        operation_name,
        at.astimezone(CITY_TIME).date(),
    )
    if len(entries) == 1:
        with statement(_WRITE):
            quotas = await connection.fetch(_WRITE, *of_all, *looks[0], entries[0].subjects)
    else:
        ends = list(accumulate(len(entry.subjects) for entry in entries))
        starts = [end - len(entry.subjects) + 1 for entry, end in zip(entries, ends, strict=True)]
        subjects = [subject for entry in entries for subject in entry.subjects]
        columns = zip(*looks, strict=True)
        with statement(_WRITE_SEVERAL):
            quotas = await connection.fetch(
                _WRITE_SEVERAL, *of_all, *columns, subjects, starts, ends
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
