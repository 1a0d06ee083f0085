"""Members: a resident as seen in one group, with what row security and the person's choice leave.

$1 to $4 are what `db/statements/member_parts.py` says.
"""

from collections.abc import Sequence
from itertools import product
from uuid import UUID

from db.reading import Reading, Rows
from db.statements.member_parts import (
    COLUMNS,
    EVERYTHING,
    MEMBER,
    MEMBERS,
    OWN_PROFILE,
    OWN_TOLD,
    PROFILE,
    TOLD,
    TYPED,
    Parts,
    read_in,
    scope_of,
)

_BY_IDS = f"""
    select {COLUMNS}
    from (
        select {TOLD}
        from (
            select {MEMBER}
            from {MEMBERS}
            where m.city = $1 and m.id = any ($5::uuid[])
        ) member
        {PROFILE}
        offset 0
    ) told
    where {TYPED}
"""

# For a look-up by id there is no edge that showed why the member is known to all: an office does.
_BY_IDS_ALONE = f"""
    select 'Member' as typename, {COLUMNS},
        exists (
            select from kairan.appointments a where a.city = $1 and a.membership_id = told.id
        ) as has_held_office
    from (
        select {TOLD}
        from (
            select {MEMBER}
            from {MEMBERS}
            where m.city = $1 and m.id = any ($5::uuid[])
        ) member
        {PROFILE}
        offset 0
    ) told
    where {TYPED}
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
            select {MEMBER}
            from {MEMBERS}
            where m.city = $1 and m.group_id = parent.group_id and m.id = $10
                and m.status = 'ACTIVE'
        ) member
        {PROFILE}
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
    (reads_others, goes_on, has_places, searches): f"""
        select parent.position, {_KNOWN[goes_on]} as cursor_known, page.*
        from unnest($7::uuid[], $8::uuid[], $9::uuid[]) with ordinality
            as parent (group_id, han_id, household_id, position)
        {_MARK if goes_on else ""}
        left join lateral (
            select {COLUMNS}
            from (
                select {TOLD if reads_others else OWN_TOLD}, {_SORT_KEY} as sort_key
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
                {PROFILE if reads_others else OWN_PROFILE}
                {"offset 0" if reads_others else ""}
            ) told
            where {TYPED}
                and ({_SHOWN_IN if has_places else "$6::uuid[] is not null"})
                and ({_SEARCHED if searches else "$12::text is null"})
                and ({_AFTER_MARK if goes_on else "$10::uuid is null"})
            order by told.sort_key collate "C" nulls last, told.id
            limit $11
        ) page on {_KNOWN[goes_on]}
    """
    for reads_others, goes_on, has_places, searches in product((False, True), repeat=4)
}


async def by_ids(reading: Reading, ids: Sequence[UUID], parts: Parts = EVERYTHING) -> Rows:
    """Members by membership id, in no order; ids that are not visible are missing."""
    return await reading.fetch(read_in(_BY_IDS, parts), *scope_of(reading), ids)


async def by_ids_alone(reading: Reading, ids: Sequence[UUID], parts: Parts = EVERYTHING) -> Rows:
    """The same for ``Query.node``, with ``typename`` and ``has_held_office``."""
    return await reading.fetch(read_in(_BY_IDS_ALONE, parts), *scope_of(reading), ids)


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
    scope = scope_of(reading)
    form = bool(scope[3]), after is not None, any(hans) or any(households), search is not None
    return await reading.fetch(
        read_in(_PAGES[form], parts),
        *scope,
        names_in,
        places_in,
        groups,
        hans,
        households,
        after,
        first,
        search,
    )
