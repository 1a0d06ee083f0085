"""Members: a resident as seen in one group, with what row security and the person's choice leave.

In every statement $1 is the city, $2 the viewer's person, $3 today, $4 the groups in which the
roster is open to the viewer. A profile is joined only through those groups, or to its own person:
the same resident's row under another group is loaded without one.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import product
from uuid import UUID

from db.reading import Reading, Rows, today
from permissions.words import Category, Power

# What officers receive of a profile.
TOLD = {Category.NAME, Category.ADDRESS, Category.PHONE, Category.EMAIL}

# A member as his membership and its details tell him; one who keeps nothing private is told apart
# by a number, for arrays are slow to look into, category by category in each of 150 rows.
_MEMBER = """
    m.group_id, m.id, m.resident_id, m.status as member_status,
    coalesce(d.display_name, case m.status when 'ACTIVE' then '会員' else '元会員' end)
        as display_name,
    d.han_id, d.household_id, d.joined_on, d.kept_private,
    cardinality(d.kept_private) > 0 and m.resident_id is distinct from $2 as keeps
"""

_MEMBERS = """
    kairan.memberships m
    left join kairan.member_details d
        on d.city = $1 and d.membership_id = m.id and d.group_id = m.group_id
"""

# With what he told the city: looked up by his key, whatever the planner thinks of reading everybody
# instead; where it is not open to the viewer the key is NULL, and nothing is looked up. "offset 0"
# is for that, and for not computing what stands here once more for each column made of it.
_TOLD = """
    member.*, p.family_name, p.given_name, p.kana, p.postal_code, p.address, p.building, p.phone,
    p.email, p.birth_date,
    member.keeps and member.kept_private @> '{NAME}' as keeps_name,
    member.keeps and member.kept_private @> '{PLACE}' as keeps_place,
    member.keeps and member.kept_private @> '{ADDRESS}' as keeps_address,
    member.keeps and member.kept_private @> '{PHONE}' as keeps_phone,
    member.keeps and member.kept_private @> '{EMAIL}' as keeps_email
"""
_PROFILE = """
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
_TYPED = "$3::date is not null"
# Where in a statement the columns stand. Each combination of parts is a constant of its own, put
# together from what stands above when it is first asked for.
_COLUMNS = "{columns}"


@lru_cache(1024)
def _reading(statement: str, parts: Parts) -> str:
    """A statement that reads some parts of members, and of the others nothing."""
    columns = ", ".join([_SCOPE, *(part for part in Part if part in parts)])
    return statement.replace(_COLUMNS, columns)


_BY_IDS = f"""
    select {_COLUMNS}
    from (
        select {_TOLD}
        from (
            select {_MEMBER}
            from {_MEMBERS}
            where m.city = $1 and m.id = any ($5::uuid[])
        ) member
        {_PROFILE}
        offset 0
    ) told
    where {_TYPED}
"""

# For a look-up by id there is no edge that showed why the member is known to all: an office does.
_BY_IDS_ALONE = f"""
    select 'Member' as typename, {_COLUMNS},
        exists (
            select from kairan.appointments a where a.city = $1 and a.membership_id = told.id
        ) as has_held_office
    from (
        select {_TOLD}
        from (
            select {_MEMBER}
            from {_MEMBERS}
            where m.city = $1 and m.id = any ($5::uuid[])
        ) member
        {_PROFILE}
        offset 0
    ) told
    where {_TYPED}
"""

# $5 groups in which names, $6 groups in which places of others are shown to the viewer.
# The sort key, the filters and the search see a value only where the viewer would.
_SORT_KEY = """
    case when (member.resident_id = $2 or member.group_id = any ($5::uuid[]))
        and (member.keeps and member.kept_private @> '{NAME}') is not true then p.kana end
"""
# People type full-width and half-width letters as their keyboard has it.
_FOUND = "strpos(lower(normalize({}, nfkc)), lower($12)) > 0"

# What a page has where somebody goes on after a member, looks in a han or a household, or searches.
# To begin a plan costs PostgreSQL by its nodes, used or not: what nobody asked for is not in it.
_MARK = f"""
    left join lateral (
        select member.id, {_SORT_KEY} as sort_key
        from (
            select {_MEMBER}
            from {_MEMBERS}
            where m.city = $1 and m.group_id = parent.group_id and m.id = $10
                and m.status = 'ACTIVE'
        ) member
        {_PROFILE}
    ) mark on true
"""
_KNOWN = {True: "mark.id is not null", False: "$10::uuid is null"}
_AFTER_MARK = """
    (mark.sort_key is not null and (
        told.sort_key collate "C" > mark.sort_key collate "C"
        or told.sort_key is null
        or (told.sort_key = mark.sort_key and told.id > mark.id)
    ))
    or (mark.sort_key is null and told.sort_key is null and told.id > mark.id)
"""
_IN_PLACE = """
    and (parent.han_id is null or d.han_id = parent.han_id)
    and (parent.household_id is null or d.household_id = parent.household_id)
"""
_ANYWHERE = "parent.han_id is null and parent.household_id is null"
_SHOWN_IN = f"""
    ({_ANYWHERE})
    or ((told.resident_id = $2 or told.group_id = any ($6::uuid[]))
        and told.keeps_place is not true)
"""
_SEARCHED = f"""
    {_FOUND.format("told.display_name")}
    or (
        (told.resident_id = $2 or told.group_id = any ($5::uuid[]))
        and told.keeps_name is not true
        and (
            {_FOUND.format("concat(told.family_name, told.given_name)")}
            or {_FOUND.format("concat_ws(' ', told.family_name, told.given_name)")}
            or {_FOUND.format("told.kana")}
        )
    )
"""
# The details alone tell who is an active member, and membership by membership would be twice the
# work; but row security hides those of suppressed people, who are members like any other.
# Nothing sorts in the end: each parent's rows come as its own ORDER BY has them.
# What a parameter is PostgreSQL must know in each form.
_PAGES = {
    (goes_on, has_places, searches): f"""
        select parent.position, {_KNOWN[goes_on]} as cursor_known, page.*
        from unnest($7::uuid[], $8::uuid[], $9::uuid[]) with ordinality
            as parent (group_id, han_id, household_id, position)
        {_MARK if goes_on else ""}
        left join lateral (
            select {_COLUMNS}
            from (
                select {_TOLD}, {_SORT_KEY} as sort_key
                from (
                    select d.group_id, d.membership_id as id, d.resident_id,
                        d.status as member_status, d.display_name, d.han_id, d.household_id,
                        d.joined_on, d.kept_private,
                        cardinality(d.kept_private) > 0 and d.resident_id is distinct from $2
                            as keeps
                    from kairan.member_details d
                    where d.city = $1 and d.group_id = parent.group_id and d.status = 'ACTIVE'
                        {_IN_PLACE if has_places else ""}
                    union all
                    select m.group_id, m.id, m.resident_id, m.status, '会員', null, null,
                        null, '{{}}', false
                    from kairan.memberships m
                    where m.city = $1 and m.group_id = parent.group_id and m.status = 'ACTIVE'
                        and m.resident_id = any ((select app.suppressed())::uuid[])
                        and {_ANYWHERE if has_places else "true"}
                ) member
                {_PROFILE}
                offset 0
            ) told
            where {_TYPED}
                and ({_SHOWN_IN if has_places else "$6::uuid[] is not null"})
                and ({_SEARCHED if searches else "$12::text is null"})
                and ({_AFTER_MARK if goes_on else "$10::uuid is null"})
            order by told.sort_key collate "C" nulls last, told.id
            limit $11
        ) page on {_KNOWN[goes_on]}
    """
    for goes_on, has_places, searches in product((False, True), repeat=3)
}


def _scope(reading: Reading) -> tuple[int, UUID | None, object, list[UUID]]:
    viewer = reading.viewer
    # What city policy withholds from everybody is not read either.
    withheld = viewer.switched_off >= TOLD
    return (
        viewer.city,
        viewer.person,
        today(reading),
        [] if withheld else viewer.groups_with(Power.VIEW_ROSTER),
    )


async def by_ids(reading: Reading, ids: Sequence[UUID], parts: Parts = EVERYTHING) -> Rows:
    """Members by membership id, in no order; ids that are not visible are missing."""
    return await reading.fetch(_reading(_BY_IDS, parts), *_scope(reading), ids)


async def by_ids_alone(reading: Reading, ids: Sequence[UUID], parts: Parts = EVERYTHING) -> Rows:
    """The same for ``Query.node``, with ``typename`` and ``has_held_office``."""
    return await reading.fetch(_reading(_BY_IDS_ALONE, parts), *_scope(reading), ids)


async def page(
    reading: Reading,
    parents: Sequence[tuple[UUID, UUID | None, UUID | None]],
    *,
    names_in: Sequence[UUID],
    places_in: Sequence[UUID],
    first: int,
    after: UUID | None,
    search: str | None,
    parts: Parts = EVERYTHING,
) -> Rows:
    """Active members of each parent: at most ``first`` after the member ``after``.

    :param parents: group, han or None, household or None.
    :param names_in: groups in which the viewer is shown others' names: sorts and searches by them.
    :param places_in: the same for han and household.
    :param parts: which parts are read of each.
    :param search: text in Unicode's NFKC to find in display name, name or kana, where shown.
    :return: rows with ``position`` (1 for the first parent) in order; at least one per parent, its
        ``id`` NULL on an empty page, ``cursor_known`` false where ``after`` is none of its members.
    """
    groups, hans, households = zip(*parents, strict=True)
    has_places = any(hans) or any(households)
    return await reading.fetch(
        _reading(_PAGES[after is not None, has_places, search is not None], parts),
        *_scope(reading),
        names_in,
        places_in,
        groups,
        hans,
        households,
        after,
        first,
        search,
    )
