"""The history of changes: written with the change, read a page at a time. $1 the city."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson

from db.ids import new_id
from db.reading import Reading, Rows

_RECORD = """
    insert into kairan.changes (
        city, id, changed_at, actor, actor_membership_id, kind, group_id, subject_id, before, after
    )
    select $1, change.id, $3, $4, $5, $6, $7, change.subject_id, $9::text::jsonb, $10::text::jsonb
    from unnest($2::uuid[], $8::uuid[]) as change (id, subject_id)
"""

# $2 the groups of which history is read, NULL for the whole city.
_PAGE = """
    select parent.position, $3::uuid is null or mark.id is not null as cursor_known, page.*
    from unnest($2::uuid[]) with ordinality as parent (group_id, position)
    left join kairan.changes mark
        on mark.city = $1 and mark.id = $3
        and (parent.group_id is null or mark.group_id = parent.group_id)
    left join lateral (
        -- Apart, so that a group's page is found by its key, however long the city's history is.
        (select c.city, c.id, c.changed_at, c.kind, c.group_id, c.actor_membership_id,
            c.actor_membership_id is null as by_staff, c.before::text as before,
            c.after::text as after
        from kairan.changes c
        where c.city = $1 and c.group_id = parent.group_id and ($3::uuid is null or c.id < mark.id)
        order by c.id desc limit $4)
        union all
        (select c.city, c.id, c.changed_at, c.kind, c.group_id, c.actor_membership_id,
            c.actor_membership_id is null as by_staff, c.before::text as before,
            c.after::text as after
        from kairan.changes c
        where c.city = $1 and parent.group_id is null and ($3::uuid is null or c.id < mark.id)
        order by c.id desc limit $4)
    ) page on $3::uuid is null or mark.id is not null
    order by parent.position, page.id desc
"""


async def record(
    reading: Reading,
    kind: str,
    *,
    group_id: UUID | None,
    subject_ids: Sequence[UUID | None],
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    """Write down a change, in the transaction that makes it: the same of each subject.

    :param before, after: ids, dates and words of the rules; never a personal value.
    """
    viewer = reading.viewer
    standing = viewer.standing(group_id) if group_id is not None else None
    await reading.fetch(
        _RECORD,
        viewer.city,
        [new_id(reading.at) for _ in subject_ids],
        reading.at,
        viewer.person,
        standing.membership_id if standing is not None else None,
        kind,
        group_id,
        subject_ids,
        orjson.dumps(before, default=str).decode(),
        orjson.dumps(after, default=str).decode(),
    )


async def page(
    reading: Reading, groups: Sequence[UUID | None], *, first: int, after: UUID | None
) -> Rows:
    """Changes of each group, newest first; of the whole city for the group None.

    :return: rows with ``position``; at least one per group, its ``id`` NULL on an empty page.
    """
    return await reading.fetch(_PAGE, reading.viewer.city, groups, after, first)
