"""The parts of a member that a statement reads or leaves out, and what every one of them reads.

In every statement $1 is the city, $2 the viewer's person, $3 today, $4 the groups in which the
roster is open to the viewer. A profile is joined only through those groups, or to its own person:
the same resident's row under another group is loaded without one.
"""

from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from db.reading import Reading, today
from permissions.words import Category, Power

# What officers receive of a profile.
OPEN_TO_OFFICERS = {Category.NAME, Category.ADDRESS, Category.PHONE, Category.EMAIL}

# A member as his membership and its details tell him; one who keeps nothing private is told apart
# by a number, for arrays are slow to look into, category by category in each of 150 rows.
MEMBER = """
    m.group_id, m.id, m.resident_id, m.status as member_status,
    coalesce(d.display_name, case m.status when 'ACTIVE' then '会員' else '元会員' end)
        as display_name,
    d.han_id, d.household_id, d.joined_on, d.kept_private,
    cardinality(d.kept_private) > 0 and m.resident_id is distinct from $2 as keeps
"""

MEMBERS = """
    kairan.memberships m
    left join kairan.member_details d
        on d.city = $1 and d.membership_id = m.id and d.group_id = m.group_id
"""

# With what he told the city: looked up by his key, whatever the planner thinks of reading everybody
# instead; where it is not open to the viewer the key is NULL, and nothing is looked up. "offset 0"
# is for that, and for not computing what stands here once more for each column made of it.
TOLD = """
    member.*, p.family_name, p.given_name, p.kana, p.postal_code, p.address, p.building, p.phone,
    p.email, p.birth_date,
    member.keeps and member.kept_private @> '{NAME}' as keeps_name,
    member.keeps and member.kept_private @> '{PLACE}' as keeps_place,
    member.keeps and member.kept_private @> '{ADDRESS}' as keeps_address,
    member.keeps and member.kept_private @> '{PHONE}' as keeps_phone,
    member.keeps and member.kept_private @> '{EMAIL}' as keeps_email
"""
PROFILE = """
    left join lateral (
        select p.* from kairan.profiles p
        where p.city = $1 and p.resident_id = case
            when member.resident_id = $2
                or (member.member_status = 'ACTIVE' and member.group_id = any ($4::uuid[]))
            then member.resident_id
        end
        offset 0
    ) p on true
"""

# Where no roster is open to the viewer, his own profile is the only one: it is read once, and not
# looked for with each member. From himself nobody keeps anything: of the others there is nothing
# to keep, but where they live in the group, and PostgreSQL leaves the question out of its plan.
OWN_TOLD = """
    member.*, p.family_name, p.given_name, p.kana, p.postal_code, p.address, p.building, p.phone,
    p.email, p.birth_date,
    false as keeps_name,
    member.keeps and member.kept_private @> '{PLACE}' as keeps_place,
    false as keeps_address, false as keeps_phone, false as keeps_email
"""
OWN_PROFILE = """
    left join (
        select p.* from kairan.profiles p
        where p.city = $1 and p.resident_id = $2 and $4::uuid[] is not null
        offset 0
    ) p on member.resident_id = p.resident_id
"""

# What rules and lists need of every member; the rest is read where somebody asks for it: each
# column of 150 rows costs PostgreSQL and us more than many a rule.
# Whoever is suppressed from the viewer's sight says so himself; nobody is looked for for oneself.
_SCOPE = """
    told.group_id, told.id, told.resident_id, told.member_status, told.display_name,
    told.resident_id is not null and told.resident_id is distinct from $2
        and told.resident_id = any ((select app.suppressed())::uuid[]) as is_suppressed
"""


class Part(StrEnum):
    """A part of a member that is read or left out; its value is the columns."""

    FULL_NAME = """
        case when told.keeps_name is not true then nullif(
            coalesce(told.family_name || ' ' || told.given_name, told.family_name, told.given_name),
            ''
        ) end as name
    """
    NAMES = """
        case when told.keeps_name is not true then told.family_name end as family_name,
        case when told.keeps_name is not true then told.given_name end as given_name
    """
    KANA = "case when told.keeps_name is not true then told.kana end as kana"
    ADDRESS = """
        case when told.keeps_address is not true then told.postal_code end as postal_code,
        case when told.keeps_address is not true then told.address end as address,
        case when told.keeps_address is not true then told.building end as building
    """
    PHONE = "case when told.keeps_phone is not true then told.phone end as phone"
    EMAIL = "case when told.keeps_email is not true then told.email end as email"
    AGE = """
        case when told.resident_id = $2 then told.birth_date end as birth_date,
        case when told.resident_id = $2 then app.age_band(told.birth_date, $3) end as age_band
    """
    PLACE = """
        case when told.keeps_place is not true then told.han_id end as han_id,
        case when told.keeps_place is not true then told.household_id end as household_id,
        case when told.keeps_place is not true then told.joined_on end as joined_on
    """


Parts = frozenset[Part]
EVERYTHING: Parts = frozenset(Part)

# PostgreSQL must know the type of every parameter, also of the day where no age is read.
TYPED = "$3::date is not null"
# Where in a statement the columns stand. Each combination of parts is a constant of its own, put
# together from what stands above when it is first asked for.
COLUMNS = "{columns}"


@lru_cache(1024)
def read_in(statement: str, parts: Parts) -> str:
    """A statement that reads some parts of members, and of the others nothing."""
    columns = ", ".join([_SCOPE, *(part for part in Part if part in parts)])
    return statement.replace(COLUMNS, columns)


def scope_of(reading: Reading) -> tuple[int, UUID | None, object, list[UUID]]:
    """$1 to $4."""
    viewer = reading.viewer
    # What city policy withholds from everybody is not read either.
    withheld = viewer.switched_off >= OPEN_TO_OFFICERS
    return (
        viewer.city,
        viewer.person,
        today(reading),
        [] if withheld else viewer.groups_with(Power.VIEW_ROSTER),
    )
