"""What a resident changes of what he told the city.

It is no history: who moved, or withdrew a number, is nobody's business but his.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from db.acts import profiles as statements
from db.reading import Reading, today
from resolvers.acts.act import Act, Refused, perform
from resolvers.acts.profile_values import NO_AREA, read_profile
from resolvers.errors import UserErrorCode
from resolvers.operation import Operation


async def update_profile(operation: Operation, *, told: Mapping[str, Any]) -> dict[str, Any]:
    """Change what ``told`` names, by column: None withdraws, and what is absent stays."""

    async def work(act: Act) -> UUID | None:
        act.permit()
        values, refused = await read(act.transaction, told)
        if refused:
            raise Refused.together(refused)
        if values:
            await statements.change(act.transaction, values)
        return act.viewer.person

    return await perform(operation, "updateProfile", work)


async def read(reading: Reading, told: Mapping[str, Any]) -> tuple[dict[str, Any], list[Refused]]:
    """What was told as it is stored, and a refusal for every field that cannot be."""
    values, refused = read_profile(told, today(reading))
    area = values.get("area_id")
    if area is not None and not await statements.area_exists(reading, area):
        refused.append(Refused(UserErrorCode.INVALID, NO_AREA, "areaId"))
    return values, refused
