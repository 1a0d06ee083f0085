"""Circulars: publishing, editing, withdrawing, and whom they reached. $1 is the city."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from db.ids import new_id
from db.reading import Change, Reading, Row
from db.statements.circulars import ADDRESSED, COLUMNS, scope

_CIRCULAR = """
    select c.id, c.group_id, c.title, c.body, c.version, c.published_at, c.withdrawn_at
    from kairan.circulars c where c.city = $1 and c.id = $2
"""
_PUBLISH = """
    insert into kairan.circulars (
        city, id, group_id, title, body, author_membership_id, audience, audience_han_id,
        audience_office_id, published_at
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_KEEP_VERSION = """
    insert into kairan.circular_versions (
        city, circular_id, version, group_id, title, body, replaced_at
    )
    values ($1, $2, $3, $4, $5, $6, $7)
"""
_EDIT = """
    update kairan.circulars set title = $3, body = $4, version = $5, edited_at = $6
    where city = $1 and id = $2
"""
_WITHDRAW = "update kairan.circulars set withdrawn_at = $3 where city = $1 and id = $2"
# A receipt only for who was a member when it was published: a later one is not counted. Officers
# read it before it is out and after it was withdrawn, too: that is no delivery.
_DELIVER = """
    insert into kairan.receipts (city, circular_id, membership_id, group_id, delivered_at)
    select $1, c.id, m.id, c.group_id, $4
    from kairan.circulars c
    join kairan.memberships m
        on m.city = $1 and m.group_id = c.group_id and m.id = any ($3::uuid[])
        and m.status = 'ACTIVE' and m.began_at <= c.published_at
    where c.city = $1 and c.id = any ($2::uuid[])
        and c.published_at <= $4 and c.withdrawn_at is null
    on conflict do nothing
"""
# The circular if the viewer may read it, by the same condition that shows it to him ($1 to $6),
# in the groups $8 where he may mark it, and marked for him if it is out. A repeat keeps the first
# time. Beside it his receipt as it is then; `began_at` of his membership there tells whether he is
# counted among the recipients.
_MARK_READ = Change(
    f"""
        select 'Circular' as typename, {COLUMNS}, m.id as membership_id, m.began_at
        from kairan.circulars c
        left join kairan.memberships m
            on m.city = $1 and m.group_id = c.group_id and m.id = any ($3::uuid[])
            and m.status = 'ACTIVE'
        where c.city = $1 and c.id = $7 and c.group_id = any ($8::uuid[]) and {ADDRESSED}
    """,  # noqa: S608  # put together of constants
    """
        marked as (
            insert into kairan.receipts (
                city, circular_id, membership_id, group_id, delivered_at, read_at
            )
            select $1, found.id, found.membership_id, found.group_id, $2, $2
            from found
            where found.status = 'PUBLISHED' and found.membership_id is not null
            on conflict (city, circular_id, membership_id) do update
            set read_at = coalesce(receipts.read_at, excluded.read_at)
            returning delivered_at, read_at
        )
        select found.*, marked.delivered_at, marked.read_at
        from found
        left join marked on true
    """,
)
_RECORD_PAPER = """
    insert into kairan.paper_deliveries (
        city, circular_id, membership_id, group_id, recorded_by, recorded_at
    )
    select $1, $2, membership_id, $3, $5, $6 from unnest($4::uuid[]) as membership_id
    on conflict do nothing
"""


async def circular(reading: Reading, circular_id: UUID) -> Row | None:
    """A circular that row security shows the viewer, or None."""
    rows = await reading.fetch(_CIRCULAR, reading.viewer.city, circular_id)
    return rows[0] if rows else None


async def publish(
    reading: Reading,
    group: UUID,
    *,
    author: UUID,
    title: str,
    body: str,
    audience: str,
    han: UUID | None,
    office: UUID | None,
    published_at: datetime,
) -> UUID:
    """A new circular; raises ReferenceUnknown for a han or office of another group."""
    circular_id = new_id(reading.at)
    await reading.fetch(
        _PUBLISH,
        reading.viewer.city,
        circular_id,
        group,
        title,
        body,
        author,
        audience,
        han,
        office,
        published_at,
    )
    return circular_id


async def edit(reading: Reading, old: Row, *, title: str, body: str) -> None:
    """Other words; the old ones are kept as a version."""
    city = reading.viewer.city
    await reading.fetch(
        _KEEP_VERSION,
        city,
        old["id"],
        old["version"],
        old["group_id"],
        old["title"],
        old["body"],
        reading.at,
    )
    await reading.fetch(_EDIT, city, old["id"], title, body, old["version"] + 1, reading.at)


async def withdraw(reading: Reading, circular_id: UUID) -> None:
    """Take a circular back."""
    await reading.fetch(_WITHDRAW, reading.viewer.city, circular_id, reading.at)


async def deliver(reading: Reading, circulars: Sequence[UUID], memberships: Sequence[UUID]) -> None:
    """Receipts for circulars whose body was in an answer; those that are there already stay."""
    await reading.fetch(_DELIVER, reading.viewer.city, circulars, memberships, reading.at)


async def mark_read(
    reading: Reading, circular_id: UUID, *, in_groups: Sequence[UUID]
) -> Row | None:
    """The viewer has read it, as a member of its group; the first time stays.

    :param in_groups: where he may mark what he reads.
    :return: the circular as it is shown to him, None where it is not; with ``membership_id`` and
        ``began_at`` of his membership, and of his receipt ``delivered_at`` and ``read_at``, NULL
        where it is not out.
    """
    rows = await reading.change(_MARK_READ, *scope(reading), circular_id, in_groups)
    return rows[0] if rows else None


async def record_paper(
    reading: Reading,
    circular_id: UUID,
    group: UUID,
    memberships: Sequence[UUID],
    *,
    by: UUID,
) -> None:
    """Paper deliveries to some members; those recorded already stay."""
    await reading.fetch(
        _RECORD_PAPER, reading.viewer.city, circular_id, group, memberships, by, reading.at
    )
