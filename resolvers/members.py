"""Members as seen in one group."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from db.reading import Rows
from db.statements import members as statements
from db.statements.member_parts import EVERYTHING, Part
from permissions.policy import BY_ID, POLICY
from resolvers.aligning import known, one_each
from resolvers.errors import bad_input
from resolvers.global_ids import local_id
from resolvers.knowing import MEMBERS, rows_by_ids
from resolvers.operation import Operation
from resolvers.pages import pages, window

SEARCH_LENGTH = 100


# What is read of a member because of a field.
PARTS = {
    "name": Part.FULL_NAME,
    "familyName": Part.NAMES,
    "givenName": Part.NAMES,
    "kana": Part.KANA,
    "postalCode": Part.ADDRESS,
    "address": Part.ADDRESS,
    "building": Part.ADDRESS,
    "phone": Part.PHONE,
    "email": Part.EMAIL,
    "birthDate": Part.AGE,
    "ageBand": Part.AGE,
    "han": Part.PLACE,
    "household": Part.PLACE,
    "joinedOn": Part.PLACE,
}


def parts_asked(operation: Operation) -> frozenset[Part]:
    """The parts of members that the operation's document asks for, wherever in it."""
    return EVERYTHING if operation.fields is None else _parts_of(operation.fields)


@lru_cache(1024)
def _parts_of(fields: frozenset[str]) -> frozenset[Part]:
    return frozenset(
        part
        for field, part in PARTS.items()
        if f"Member.{field}" in fields or f"Person.{field}" in fields
    )


async def of_groups(
    groups: Sequence[Any],
    operation: Operation,
    *,
    first: int | None,
    after: str | None,
    han: str | None,
    search: str | None,
) -> list[Any]:
    """A page of each group's active members, by kana as far as it is shown to the viewer."""
    han_id = local_id("Han", han)
    if han is not None and han_id is None:
        # An id that cannot be a han's is no member's han: the same page as for an unknown one.
        han_id = UUID(int=0)
    parents = [(group["id"], han_id, None) for group in groups]
    return await _pages(parents, operation, first=first, after=after, search=search)


async def of_hans(
    hans: Sequence[Any], operation: Operation, *, first: int | None, after: str | None
) -> list[Any]:
    """A page of each han's members."""
    parents = [(han["group_id"], han["id"], None) for han in hans]
    return await _pages(parents, operation, first=first, after=after)


async def of_households(
    households: Sequence[Any], operation: Operation, *, first: int | None, after: str | None
) -> list[Any]:
    """A page of each household's members."""
    parents = [(household["group_id"], None, household["id"]) for household in households]
    return await _pages(parents, operation, first=first, after=after)


async def _pages(
    parents: Sequence[tuple[UUID, UUID | None, UUID | None]],
    operation: Operation,
    *,
    first: int | None,
    after: str | None,
    search: str | None = None,
) -> list[Any]:
    asked = window(operation, first, after)
    rows = await statements.page(
        operation.reading,
        parents,
        names_in=POLICY["Member.kana"].open_groups(operation.viewer),
        places_in=POLICY["Member.han"].open_groups(operation.viewer),
        first=asked.with_one_more,
        after=asked.after,
        search=searched(search),
        parts=parts_asked(operation),
    )
    return pages(rows, len(parents), asked)


def searched(search: str | None) -> str | None:
    """Search text as statements take it: full-width and half-width alike. None searches nothing.

    Raises KairanError BAD_USER_INPUT for one that is too long, or that no text can contain.
    """
    if search is None:
        return None
    if len(search) > SEARCH_LENGTH:
        raise bad_input(f"search has {len(search)} characters: give at most {SEARCH_LENGTH}.")
    if "\0" in search:
        raise bad_input("search contains the character U+0000: leave it out.")
    return unicodedata.normalize("NFKC", search).strip() or None


def answers(search: str | None, text: str) -> bool:
    """Whether ``text`` contains what is searched, compared as statements do."""
    wanted = searched(search)
    return wanted is None or wanted.lower() in unicodedata.normalize("NFKC", text).lower()


async def by_column(rows: Sequence[Any], operation: Operation, *, column: str) -> list[Any]:
    """For each row the member whose membership id stands in ``column``, in the row's own group."""
    ids = known(row[column] for row in rows)
    found = {(member["group_id"], member["id"]): member for member in await _by_ids(ids, operation)}
    return [found.get((row["group_id"], row[column])) for row in rows]


async def viewer_in(groups: Sequence[Any], operation: Operation) -> list[Any]:
    """The viewer's own active membership in each group, or None."""
    standings = [operation.viewer.standing(group["id"]) for group in groups]
    ids = [standing.membership_id if standing else None for standing in standings]
    return one_each(await _by_ids(known(ids), operation), ids)


async def _by_ids(ids: Sequence[UUID], operation: Operation) -> Rows:
    parts = parts_asked(operation)
    return await rows_by_ids(
        operation.reading,
        MEMBERS,
        ids,
        lambda reading, others: statements.by_ids(reading, others, parts),
    )


async def by_ids(ids: Sequence[UUID], operation: Operation) -> list[Any]:
    """Members by their own ids, where some edge would show them to the viewer; else None."""
    rows = await statements.by_ids_alone(operation.reading, ids, parts_asked(operation))
    viewer = operation.viewer
    reached = BY_ID["Member"].verdict(viewer, rows).mask(len(rows))
    # Whoever held an office is known to the members by it, also after leaving.
    fellow = POLICY["Appointment.holder"].verdict(viewer, rows).mask(len(rows))
    visible = [
        row
        for row, by_edge, by_office in zip(rows, reached, fellow, strict=True)
        if row["resident_id"] == viewer.person
        or (by_edge and row["member_status"] == "ACTIVE")
        or (by_office and row["has_held_office"])
    ]
    return one_each(visible, ids)
