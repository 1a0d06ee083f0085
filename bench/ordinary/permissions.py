"""Permission classes, each asked for each field of each object, as Strawberry's guide has them."""

from typing import Any

from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission, PermissionExtension
from strawberry.types import Info


class IsMember(BasePermission):
    """For members of the group."""

    message = "Only for members."

    async def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        """Whether the viewer is one of the group of ``source``."""
        return await info.context.load.standings.load(source.group_id) is not None


class HasPower(BasePermission):
    """For officers of the group."""

    message = "Only for officers."

    def __init__(self, power: str) -> None:
        self._power = power

    async def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        """Whether the viewer holds an office with the power in the group of ``source``."""
        standing = await info.context.load.standings.load(source.group_id)
        return standing is not None and self._power in standing.powers


class MayRead(BasePermission):
    """For the person, and for officers of the group while city policy leaves the category on."""

    message = "Only for officers."

    def __init__(self, category: str) -> None:
        self._category = category

    async def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        """Whether the viewer may read this category of the data of ``source``."""
        if source.resident_id == info.context.person:
            return True
        standing = await info.context.load.standings.load(source.group_id)
        return standing is not None and self._category in standing.readable


def only(permission: BasePermission) -> list[FieldExtension]:
    """Null for everybody else, as our clients expect it."""
    return [PermissionExtension([permission], use_directives=False, fail_silently=True)]
