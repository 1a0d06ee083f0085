"""Groups, their areas, han and households."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db.statements import groups as statements
from resolvers.aligning import known, many_each, one_each
from resolvers.global_ids import local_id
from resolvers.knowing import GROUPS, at_once, by, rows_by_ids
from resolvers.members import searched
from resolvers.operation import Operation
from resolvers.pages import page, window
from resolvers.visibility import visible_by_id

# Fields of a group that need more of it than its name.
MORE_THAN_A_NAME = frozenset(
    {
        *("Group.area", "Group.delegatedPowers", "Group.introduction", "Group.kind"),
        *("Group.memberDirectory", "Group.nextParticipation", "Group.nextParticipationFrom"),
        *("Group.participation", "Group.participationSince"),
    }
)


async def directory(
    operation: Operation,
    *,
    first: int | None,
    after: str | None,
    area: str | None,
    search: str | None,
) -> Any:
    """A page of the public directory, by name."""
    asked = window(operation, first, after)
    area_id = local_id("Area", area)
    if area is not None and area_id is None:
        area_id = UUID(int=0)
    rows = await operation.run(
        statements.directory(
            await operation.transaction(),
            area=area_id,
            search=searched(search),
            first=asked.with_one_more,
            after=asked.after,
        )
    )
    found = page(rows, asked)
    if isinstance(found, Exception):
        raise found
    return found


@at_once(by(GROUPS, "group_id"))
async def of_rows(rows: Sequence[Any], operation: Operation) -> list[Any]:
    """The group each row belongs to."""
    return await by_ids([row["group_id"] for row in rows], operation)


async def by_ids(ids: Sequence[UUID], operation: Operation) -> list[Any]:
    """Groups by id, or None."""
    own = own_by_ids(ids, operation)
    others = known(group_id for group_id in ids if group_id not in own)
    if others:
        rows = await rows_by_ids(operation.reading, GROUPS, others, statements.by_ids)
        own |= {row["id"]: row for row in rows}
    return [own.get(group_id) for group_id in ids]


def own_by_ids(ids: Sequence[UUID], operation: Operation) -> dict[UUID, Any]:
    """By id the viewer's own groups, where his facts say all that the document asks of groups."""
    if operation.fields is None or not operation.fields.isdisjoint(MORE_THAN_A_NAME):
        return {}
    standings = map(operation.viewer.standing, ids)
    return {
        standing.group_id: by_name_alone(standing.group_id, standing.group_name)
        for standing in standings
        if standing is not None
    }


def by_name_alone(group_id: UUID, name: str) -> dict[str, Any]:
    """The row of a group of which no more is asked for."""
    return {"typename": "Group", "id": group_id, "group_id": group_id, "name": name}


async def area_of(rows: Sequence[Any], operation: Operation) -> list[Any]:
    """The area each row names in ``area_id``, or None."""
    keys = [row["area_id"] for row in rows]
    ids = known(keys)
    return one_each(await statements.areas(operation.reading, ids) if ids else (), keys)


async def areas_by_ids(ids: Sequence[UUID], operation: Operation) -> list[Any]:
    """Areas by id, or None."""
    return one_each(await statements.areas(operation.reading, ids), ids)


async def hans_of(groups: Sequence[Any], operation: Operation) -> list[Any]:
    """All han of each group, in its order."""
    keys = [group["id"] for group in groups]
    return many_each(await statements.hans(operation.reading, groups=keys), keys, "group_id")


async def han_by_column(rows: Sequence[Any], operation: Operation, *, column: str) -> list[Any]:
    """For each row the han whose id stands in ``column``, or None."""
    keys = [row[column] for row in rows]
    ids = known(keys)
    return one_each(await statements.hans(operation.reading, ids=ids) if ids else (), keys)


async def hans_by_ids(ids: Sequence[UUID], operation: Operation) -> list[Any]:
    """Han by id where the viewer reaches them, or None."""
    return visible_by_id("Han", await statements.hans(operation.reading, ids=ids), ids, operation)


async def households_of(groups: Sequence[Any], operation: Operation) -> list[Any]:
    """All households of each group."""
    keys = [group["id"] for group in groups]
    found = await statements.households(operation.reading, groups=keys)
    return many_each(found, keys, "group_id")


async def household_of(members: Sequence[Any], operation: Operation) -> list[Any]:
    """Each member's household, or None."""
    keys = [member["household_id"] for member in members]
    ids = known(keys)
    return one_each(await statements.households(operation.reading, ids=ids) if ids else (), keys)


async def households_by_ids(ids: Sequence[UUID], operation: Operation) -> list[Any]:
    """Households by id where the viewer reaches them, or None."""
    rows = await statements.households(operation.reading, ids=ids)
    return visible_by_id("Household", rows, ids, operation)
