"""The viewer as himself: his account and, where a document asks for them, his memberships with it.

What a document asks for is known before it is run. So one statement brings what the fields below
`Resident` would ask for one after the other: his memberships, their groups, how much is unread
there. They find it among what the transaction knows, and so do those who come to it by other ways.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from db.reading import Row, Rows
from db.statements import oneself as statements
from db.statements import residents
from db.statements.oneself import TOLD, Part, Parts
from db.transaction import Transaction
from resolvers.groups import MORE_THAN_A_NAME, by_name_alone
from resolvers.knowing import COMING, GROUPS, MEMBERS, ONESELF, UNREAD, at_once
from resolvers.members import PARTS
from resolvers.operation import Operation
from resolvers.visibility import visible_by_id

_PARTS: Mapping[str, Part] = {
    "area": Part.AREA,
    **{field: Part[part.name] for field, part in PARTS.items()},
}
_ABOUT_A_PERSON = ("Resident.", "Member.", "Person.")


@lru_cache(1024)
def _parts_of(fields: frozenset[str]) -> Parts | None:
    """What to read with the account; None where nobody asks for memberships."""
    if "Resident.memberships" not in fields:
        return None
    names = {field.partition(".")[2] for field in fields if field.startswith(_ABOUT_A_PERSON)}
    parts = {part for field, part in _PARTS.items() if field in names}
    if "Member.group" in fields:
        if not fields & MORE_THAN_A_NAME:
            parts.add(Part.GROUP)
        if "Group.unreadCircularCount" in fields:
            parts.add(Part.UNREAD)
    return frozenset(parts)


_EVERYTHING = frozenset(_PARTS.values())


@dataclass(frozen=True)
class Oneself:
    """The account as a row, and the memberships as rows of members, the oldest first."""

    account: Row
    memberships: Rows


async def viewer(operation: Operation) -> Row | None:
    """The signed-in resident's own row; None when anonymous or staff."""
    await operation.transaction()
    found = await operation.run(_of_viewer(operation))
    return None if found is None else found.account


async def by_ids(ids: Sequence[UUID], operation: Operation) -> list[Any]:
    """Residents by id: only ever the viewer himself, else None."""
    found = await _of_viewer(operation)
    return visible_by_id("Resident", [] if found is None else [found.account], ids, operation)


def _memberships(persons: Sequence[Any], operation: Operation) -> list[Any] | None:
    found = operation.known(ONESELF)
    return None if found is None else [found.memberships for _ in persons]


@at_once(_memberships)
async def memberships_of(persons: Sequence[Any], operation: Operation) -> list[Any]:
    """The viewer's own memberships, for each of ``persons``, who are the viewer."""
    found = await _of_viewer(operation)
    return [() if found is None else found.memberships for _ in persons]


async def _of_viewer(operation: Operation) -> Oneself | None:
    """Read once in a transaction, by however many names a document asks for it."""
    reading = operation.reading
    if not reading.viewer.is_resident:
        return None
    known, fields = reading.known, operation.fields
    async with known.setdefault(COMING, asyncio.Lock()):
        if ONESELF not in known:
            parts = _EVERYTHING if fields is None else _parts_of(fields)
            known[ONESELF] = await _read(reading, parts)
    found: Oneself | None = known[ONESELF]
    return found


async def _read(reading: Transaction, parts: Parts | None) -> Oneself | None:
    if parts is None:
        accounts = await residents.viewer(reading)
        return Oneself(accounts[0], ()) if accounts else None
    rows = await statements.in_groups(reading, parts)
    if not rows:
        return None
    first = rows[0]
    account = {
        "typename": "Resident",
        "id": first["resident_id"],
        "resident_id": first["resident_id"],
        "display_name": first["own_display_name"],
    }
    for part in parts:
        for column in TOLD.get(part, ()):
            account[column] = first[column]
    memberships = () if first["id"] is None else rows
    _note(reading, memberships, parts)
    return Oneself(account, memberships)


def _note(reading: Transaction, memberships: Rows, parts: Parts) -> None:
    """Remember what came along, for those who ask for it by id."""
    known = reading.known
    known[MEMBERS] = {row["id"]: row for row in memberships}
    if Part.GROUP in parts:
        known[GROUPS] = {
            row["group_id"]: by_name_alone(row["group_id"], row["group_name"])
            for row in memberships
        }
    if Part.UNREAD in parts:
        # Where the membership ended nothing was counted.
        known[UNREAD] = {row["group_id"]: row for row in memberships if row["unread"] is not None}
