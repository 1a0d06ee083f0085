"""Objects by their global id: one statement per type asked for."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from resolvers import circulars, groups, members, offices, oneself, residents
from resolvers.batching import Batch, load
from resolvers.global_ids import from_global_id
from resolvers.operation import Operation

BY_TYPE: Mapping[str, Batch] = {
    "Area": groups.areas_by_ids,
    "Appointment": offices.appointments_by_ids,
    "Circular": circulars.by_ids,
    "Group": groups.by_ids,
    "Han": groups.hans_by_ids,
    "Household": groups.households_by_ids,
    "Member": members.by_ids,
    "MembershipRequest": residents.requests_by_ids,
    "Office": offices.by_ids,
    "Resident": oneself.by_ids,
}

MOST_IDS = 200


async def by_global_id(operation: Operation, text: str) -> Any:
    """The object of an ``ID``; None where it is unknown, foreign, malformed or forbidden alike."""
    found = from_global_id(text)
    if found is None or found[0] not in BY_TYPE:
        return None
    type_name, local = found
    return await load(operation, BY_TYPE[type_name], local)


async def by_global_ids(operation: Operation, texts: Sequence[str]) -> list[Any]:
    """The objects of ``texts``, in their order, with None as in :func:`by_global_id`."""
    return list(await asyncio.gather(*(by_global_id(operation, text) for text in texts)))
