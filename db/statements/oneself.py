"""Oneself in all of one's groups, in one statement: what most apps ask for when they open.

$1 to $6 are those of circulars, $7 the viewer's person, $8 today. What he told the city stands in
each row: in all groups it is the same, for from himself nothing of it is kept.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from db.reading import Reading, Rows, today
from db.statements.circulars import COUNT_UNREAD, scope


class Part(StrEnum):
    """What is read or left out beside the memberships; its value is the columns."""

    FULL_NAME = """
        nullif(
            coalesce(p.family_name || ' ' || p.given_name, p.family_name, p.given_name), ''
        ) as name
    """
    NAMES = "p.family_name, p.given_name"
    KANA = "p.kana"
    ADDRESS = "p.postal_code, p.address, p.building"
    AREA = "p.area_id"
    PHONE = "p.phone"
    EMAIL = "p.email"
    AGE = "p.birth_date, app.age_band(p.birth_date, $8) as age_band"
    PLACE = "d.han_id, d.household_id, d.joined_on"
    GROUP = """
        (
            select g.name from kairan.groups g where g.city = $1 and g.id = mine.group_id
        ) as group_name
    """
    UNREAD = f"case when mine.status = 'ACTIVE' then ({COUNT_UNREAD}) end as unread"


Parts = frozenset[Part]
# What is told of the person himself, beside his display name.
TOLD: dict[Part, Sequence[str]] = {
    Part.FULL_NAME: ("name",),
    Part.NAMES: ("family_name", "given_name"),
    Part.KANA: ("kana",),
    Part.ADDRESS: ("postal_code", "address", "building"),
    Part.AREA: ("area_id",),
    Part.PHONE: ("phone",),
    Part.EMAIL: ("email",),
    Part.AGE: ("birth_date", "age_band"),
}

# Where in the statement the columns stand. Each combination of parts is a constant of its own, put
# together from what stands above when it is first asked for.
_COLUMNS = "{columns}"
# PostgreSQL must know the type of every parameter, also of those that no column needs.
_TYPED = """
    $2::timestamptz is not null and $3::uuid[] is not null and $4::uuid[] is not null
    and $5::uuid[] is not null and $6::uuid[] is not null and $8::date is not null
"""
# From his own sight nobody is suppressed.
_ONESELF = f"""
    select r.id as resident_id, p.display_name as own_display_name, mine.id, mine.group_id,
        mine.status as member_status,
        coalesce(d.display_name, case mine.status when 'ACTIVE' then '会員' else '元会員' end)
            as display_name,
        false as is_suppressed{_COLUMNS}
    from kairan.residents r
    join kairan.profiles p on p.city = $1 and p.resident_id = $7
    left join kairan.memberships mine on mine.city = $1 and mine.resident_id = $7
    left join kairan.member_details d
        on d.city = $1 and d.membership_id = mine.id and d.group_id = mine.group_id
    where r.city = $1 and r.id = $7 and {_TYPED}
    order by mine.began_at, mine.id
"""


@lru_cache(1024)
def _reading(statement: str, parts: Parts) -> str:
    columns = ", ".join(["", *(part for part in Part if part in parts)])
    return statement.replace(_COLUMNS, columns)


async def in_groups(reading: Reading, parts: Parts) -> Rows:
    """The viewer in each of his groups, past memberships included, the oldest first.

    :return: a row for each membership, as of ``members``; where there is none a single row without
        an ``id``. Beside it ``own_display_name``, and what ``parts`` say; ``unread`` is NULL where
        the membership ended. No row for who is no resident.
    """
    return await reading.fetch(
        _reading(_ONESELF, parts), *scope(reading), reading.viewer.person, today(reading)
    )
