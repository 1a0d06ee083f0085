"""Offices and appointments."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db.statements import offices as statements
from resolvers.aligning import known, many_each, one_each
from resolvers.operation import Operation
from resolvers.visibility import visible_by_id


async def of_groups(groups: Sequence[Any], operation: Operation) -> list[Any]:
    """All offices of each group, in its order."""
    keys = [group["id"] for group in groups]
    return many_each(await statements.offices(operation.reading, groups=keys), keys, "group_id")


async def by_column(rows: Sequence[Any], operation: Operation, *, column: str) -> list[Any]:
    """For each row the office whose id stands in ``column``, or None."""
    keys = [row[column] for row in rows]
    ids = known(keys)
    return one_each(await statements.offices(operation.reading, ids=ids) if ids else (), keys)


async def by_ids(ids: Sequence[UUID], operation: Operation) -> list[Any]:
    """Offices by id where the viewer reaches them, or None."""
    return visible_by_id(
        "Office", await statements.offices(operation.reading, ids=ids), ids, operation
    )


async def appointments_of_offices(offices: Sequence[Any], operation: Operation) -> list[Any]:
    """All appointments to each office, in order of their terms."""
    keys = [office["id"] for office in offices]
    rows = await statements.appointments(operation.reading, offices=keys)
    return many_each(rows, keys, "office_id")


async def appointments_of_members(members: Sequence[Any], operation: Operation) -> list[Any]:
    """All appointments of each member, in order of their terms."""
    keys = [member["id"] for member in members]
    rows = await statements.appointments(operation.reading, memberships=keys)
    return many_each(rows, keys, "membership_id")


async def appointments_by_ids(ids: Sequence[UUID], operation: Operation) -> list[Any]:
    """Appointments by id where the viewer reaches them, or None."""
    rows = await statements.appointments(operation.reading, ids=ids)
    return visible_by_id("Appointment", rows, ids, operation)
