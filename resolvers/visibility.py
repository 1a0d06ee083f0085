"""What an object asked for by its id opens to: the rule of the edges that lead to it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from permissions.policy import BY_ID
from resolvers.aligning import one_each
from resolvers.operation import Operation


def visible_by_id(
    type_name: str, rows: Sequence[Any], ids: Sequence[UUID], operation: Operation
) -> list[Any]:
    """For each id its row where the viewer may reach it, else None: unknown and forbidden alike."""
    mask = BY_ID[type_name].verdict(operation.viewer, rows).mask(len(rows))
    return one_each([row for row, shown in zip(rows, mask, strict=True) if shown], ids)
