"""What changes about a group and the city's rules for all. $1 is the city."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from db.ids import new_id
from db.reading import Reading, Row, today

_FIND = """
    select g.id, g.participation, g.participation_since, g.next_participation,
        g.next_participation_from, g.member_directory, array(
            select d.power::text from kairan.delegations d
            where d.city = $1 and d.group_id = g.id order by d.power
        ) as powers
    from kairan.groups g where g.city = $1 and g.id = $2
"""
_CREATE = """
    insert into kairan.groups (
        city, id, name, kind, area_id, introduction, participation, participation_since,
        member_directory
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_PARTICIPATE = """
    update kairan.groups
    set participation = $3, participation_since = $4,
        next_participation = $5, next_participation_from = $6
    where city = $1 and id = $2
"""
_DIRECTORY = "select app.choose_directory($1, $2)"
_DELEGATE = """
    insert into kairan.delegations (city, group_id, power, delegated_at)
    select $1, $2, power, $4 from unnest($3::text[]) as power
"""
_TAKE_BACK = """
    delete from kairan.delegations
    where city = $1 and group_id = $2 and power = any ($3::text[])
"""
_POLICY = "select p.category from kairan.city_policies p where p.city = $1 and p.category = $2"
_SWITCH_OFF = """
    insert into kairan.city_policies (city, category, since, reason) values ($1, $2, $3, $4)
"""
_SWITCH_ON = "delete from kairan.city_policies where city = $1 and category = $2"
_DEFINE_HAN = """
    insert into kairan.hans (city, id, group_id, name, position) values ($1, $2, $3, $4, $5)
"""
_DEFINE_HOUSEHOLD = """
    insert into kairan.households (city, id, group_id, han_id, paper_only)
    values ($1, $2, $3, $4, $5)
"""


async def find(reading: Reading, group: UUID) -> Row | None:
    """A group with its delegated ``powers``, or None."""
    rows = await reading.fetch(_FIND, reading.viewer.city, group)
    return rows[0] if rows else None


async def create(
    reading: Reading,
    *,
    name: str,
    kind: str,
    area: UUID | None,
    introduction: str,
    participation: str,
    directory: str,
) -> UUID:
    """A new group; raises ReferenceUnknown for an unknown area."""
    group = new_id(reading.at)
    await reading.fetch(
        _CREATE,
        reading.viewer.city,
        group,
        name,
        kind,
        area,
        introduction,
        participation,
        today(reading),
        directory,
    )
    return group


async def set_participation(
    reading: Reading,
    group: UUID,
    *,
    now: str,
    since: date | None,
    later: str | None,
    later_from: date | None,
) -> None:
    """What a group's participation is, and what it will be from a day on."""
    await reading.fetch(_PARTICIPATE, reading.viewer.city, group, now, since, later, later_from)


async def set_directory(reading: Reading, group: UUID, directory: str) -> None:
    """Who may list the members."""
    await reading.fetch(_DIRECTORY, group, directory)


async def delegate(reading: Reading, group: UUID, powers: Sequence[str]) -> None:
    """Add powers to a group's delegation."""
    await reading.fetch(_DELEGATE, reading.viewer.city, group, powers, reading.at)


async def take_back(reading: Reading, group: UUID, powers: Sequence[str]) -> None:
    """Take powers out of a group's delegation: every office has them no more."""
    await reading.fetch(_TAKE_BACK, reading.viewer.city, group, powers)


async def is_switched_off(reading: Reading, category: str) -> bool:
    """Whether city policy keeps a category from everybody but the person."""
    return bool(await reading.fetch(_POLICY, reading.viewer.city, category))


async def switch_off(reading: Reading, category: str, reason: str) -> None:
    """Keep a category of data from everybody but the person."""
    await reading.fetch(_SWITCH_OFF, reading.viewer.city, category, reading.at, reason)


async def switch_on(reading: Reading, category: str) -> None:
    """Let the table's rules hold for a category again."""
    await reading.fetch(_SWITCH_ON, reading.viewer.city, category)


async def define_han(reading: Reading, group: UUID, name: str, position: int) -> UUID:
    """A new han."""
    han = new_id(reading.at)
    await reading.fetch(_DEFINE_HAN, reading.viewer.city, han, group, name, position)
    return han


async def define_household(
    reading: Reading, group: UUID, han: UUID | None, *, paper_only: bool
) -> UUID:
    """A new household; raises ReferenceUnknown for a han of another group."""
    household = new_id(reading.at)
    await reading.fetch(_DEFINE_HOUSEHOLD, reading.viewer.city, household, group, han, paper_only)
    return household
