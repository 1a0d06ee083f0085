"""Extensions that let some values through: by column or one by one, at once or later."""

from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission

from tests.execution.unlucky_things import Mishap, lot, pause


class Veil(FieldExtension):
    """Withholds from some, and writes down where; and what it lets through, of whom and where."""

    def __init__(self, name: str) -> None:
        self.name = name

    def lets(self, source: Any) -> bool:
        """Whether a thing shows it."""
        drawn = lot(source.number, self.name)
        if drawn < 3:
            raise Mishap(f"{self.name} of {source.number} cannot be judged")
        return drawn < 60

    def resolve(self, next_: Any, source: Any, info: Any, **kw: Any) -> Any:
        if not self.lets(source):
            info.context.notes.append((self.name, tuple(info.path.as_list())))
            return None
        value = next_(source, info, **kw)
        info.context.notes.append((self.name, source.number, tuple(info.path.as_list())))
        return value

    async def resolve_async(self, next_: Any, source: Any, info: Any, **kw: Any) -> Any:
        if not self.lets(source):
            info.context.notes.append((self.name, tuple(info.path.as_list())))
            return None
        value = await next_(source, info, **kw)
        info.context.notes.append((self.name, source.number, tuple(info.path.as_list())))
        return value

    def resolve_column(self, next_: Any, column: Any, **kw: Any) -> Any:
        return self._by_column(next_, column, self._mask(column), kw)

    def _mask(self, column: Any) -> list[Any]:
        mask: list[Any] = []
        for source in column.sources:
            try:
                mask.append(self.lets(source))
            except Mishap as error:
                mask.append(error)
        return mask

    def _by_column(self, next_: Any, column: Any, mask: Sequence[Any], kw: dict[str, Any]) -> Any:
        shown: list[Any] = [each if isinstance(each, Exception) else None for each in mask]
        for position, each in enumerate(mask):
            if each is False:
                column.context.notes.append((self.name, column.path(position)))
        kept = [position for position, each in enumerate(mask) if each is True]
        if not kept:
            return shown
        part = column.where(kept)
        try:
            values = next_(part, **kw)
        except Exception as error:  # noqa: BLE001  # theirs alone: the others were refused
            values = [error] * len(part)
        if hasattr(values, "__await__"):
            return self._fetched(values, part, kept, shown)
        return self._told(values, part, kept, shown)

    async def _fetched(self, values: Any, part: Any, kept: list[int], shown: list[Any]) -> Any:
        try:
            found = await values
        except Exception as error:  # noqa: BLE001  # as above
            found = [error] * len(part)
        return self._told(found, part, kept, shown)

    def _told(self, values: Any, part: Any, kept: list[int], shown: list[Any]) -> Any:
        if not isinstance(values, list | tuple) or len(values) != len(kept):
            _close(values)
            kind = TypeError if not isinstance(values, list | tuple) else ValueError
            values = [kind("misfit")] * len(kept)
        for n, (position, value) in enumerate(zip(kept, values, strict=True)):
            shown[position] = self._noted(part, n, value)
        return shown

    def _noted(self, part: Any, n: int, value: Any) -> Any:
        if hasattr(value, "__await__"):
            return self._noted_later(part, n, value)
        if not isinstance(value, Exception):
            part.context.notes.append((self.name, part.sources[n].number, part.path(n)))
        return value

    async def _noted_later(self, part: Any, n: int, value: Any) -> Any:
        found = await value
        return self._noted(part, n, found)


def _close(values: Any) -> None:
    """Whoever throws awaitables away says so, or they would complain of it."""
    for value in values if isinstance(values, list) else ():
        if hasattr(value, "close"):
            value.close()


class SlowVeil(Veil):
    """It has to wait for its verdict."""

    def resolve(self, next_: Any, source: Any, info: Any, **kw: Any) -> Any:
        raise NotImplementedError

    async def resolve_async(self, next_: Any, source: Any, info: Any, **kw: Any) -> Any:
        await pause(source.number)
        return await super().resolve_async(next_, source, info, **kw)

    async def resolve_column(self, next_: Any, column: Any, **kw: Any) -> Any:
        await pause(len(column))
        return self._by_column(next_, column, self._mask(column), kw)


class Torn(Veil):
    """Its verdict is no verdict: of another length, or of another kind."""

    def resolve(self, next_: Any, source: Any, info: Any, **kw: Any) -> Any:
        raise ValueError("misfit")

    def resolve_column(self, next_: Any, column: Any, **kw: Any) -> Any:
        mask: Any = [[True] * (len(column) + 1), [], True, "yes", None][len(column) % 5]
        if not isinstance(mask, list) or len(mask) != len(column):
            raise ValueError("misfit")
        return self._by_column(next_, column, mask, kw)


class Knock(FieldExtension):
    """Asked one by one, and awaited."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def resolve_async(self, next_: Any, source: Any, info: Any, **kw: Any) -> Any:
        await pause(source.number)
        return await next_(source, info, **kw) if lot(source.number, self.name) < 60 else None


class Suffix(FieldExtension):
    """Puts an argument of its own in the place of one."""

    def __init__(self, name: str) -> None:
        self.name = name

    def map_arguments(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        return kwargs | {"key": f"{kwargs.get('key', 'none')} {self.name}"}

    def resolve(self, next_: Any, source: Any, info: Any, **kw: Any) -> Any:
        return next_(source, info, **kw)

    def resolve_column(self, next_: Any, column: Any, **kw: Any) -> Any:
        return next_(column, **kw)


class Quiet(BasePermission):
    """At once, for most."""

    message = "not for you"

    def has_permission(self, source: Any, info: strawberry.Info[Any, Any], **kw: Any) -> bool:
        return lot(source.number, "quiet") < 60


class Late(BasePermission):
    """Awaited, for most."""

    message = "not for you either"

    async def has_permission(self, source: Any, info: strawberry.Info[Any, Any], **kw: Any) -> bool:
        await pause(source.number)
        return lot(source.number, "late") < 80
