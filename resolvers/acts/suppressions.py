"""Suppressing and lifting, by the staff whose duty it is.

Staff see no residents. The id comes from the person, who sees it as his own; an unknown one is
refused like everything unknown, and a random id cannot be guessed.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from db.acts import suppressions as statements
from resolvers.acts.act import Act, known, not_permitted, perform
from resolvers.aligning import one_each
from resolvers.operation import Operation


async def suppress_resident(
    operation: Operation, *, resident: str, provisional: bool
) -> dict[str, Any]:
    """Suppress at once; again with another ``provisional`` to confirm."""

    async def work(act: Act) -> UUID:
        act.permit()
        person = known("Resident", resident)
        standing = await statements.standing(act.transaction, person)
        if standing is None:
            return await statements.suppress(act.transaction, person, provisional=provisional)
        if standing["provisional"] != provisional:
            await statements.confirm(act.transaction, standing["id"], provisional=provisional)
        return standing["id"]  # type: ignore[no-any-return]

    return await perform(operation, "suppressResident", work)


async def lift_suppression(operation: Operation, *, resident: str) -> dict[str, Any]:
    """End the suppression that stands."""

    async def work(act: Act) -> UUID:
        act.permit()
        person = known("Resident", resident)
        standing = await statements.standing(act.transaction, person)
        if standing is not None:
            await statements.lift(act.transaction, standing["id"])
            return standing["id"]  # type: ignore[no-any-return]
        return await statements.latest(act.transaction, person) or not_permitted()

    return await perform(operation, "liftSuppression", work)


async def by_ids(ids: Sequence[UUID], operation: Operation) -> list[Any]:
    """Suppressions by id, for the staff who see them."""
    return one_each(await statements.by_ids(operation.reading, list(ids)), ids)
