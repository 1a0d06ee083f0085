"""One root field on its way through the levels: what all of them need."""

from collections.abc import Awaitable
from functools import lru_cache
from types import CoroutineType, GeneratorType
from typing import Any

from graphql import GraphQLResolveInfo, Undefined, located_error
from graphql.pyutils import Path

from execution.failure import Failed, has_failed
from execution.place import Place, path_of
from execution.plan import FieldPlan
from execution.work import Work

_NONE = type(None)
_ABSENT = (_NONE, type(Undefined))


class Run:
    """What is shared by the levels below one root field.

    :ivar executor: graphql-core's executor: schema, variables, context, errors found so far.
    :ivar context: the operation's context value.
    :ivar is_alone: what is awaited now is awaited by nobody but this field, and it alone.
    :ivar is_clean: no error has happened; nobody needs to look for one.
    """

    __slots__ = ("context", "executor", "is_alone", "is_clean")

    def __init__(self, executor: Any) -> None:
        self.executor = executor
        self.context = executor.context_value
        self.is_alone = False
        self.is_clean = True

    def failed(self, error: Exception, plan: FieldPlan, path: Path | None) -> Failed:
        """The mark of a value that an error took, located at its place in the answer."""
        self.is_clean = False
        return Failed(located_error(error, plan.nodes, path.as_list() if path else None))

    def absorbed(self, values: list[Any], places: Place) -> list[Any]:
        """A column that may hold nulls: an error ends here, and is told."""
        if self.is_clean:
            return values
        told = values
        for position, value in enumerate(values):
            if has_failed(value):
                if told is values:
                    told = list(values)
                self.executor.collected_errors.add(value.error, path_of(places, position))
                told[position] = None
        return told

    def required(self, values: list[Any], plan: FieldPlan, places: Place) -> list[Any]:
        """A column that must hold no null: each becomes an error."""
        if _NONE not in set(map(type, values)):
            return values
        complaint = f"Cannot return null for non-nullable field {plan.name}."
        return [
            self.failed(TypeError(complaint), plan, path_of(places, position))
            if value is None
            else value
            for position, value in enumerate(values)
        ]

    def info(self, plan: FieldPlan, path: Path | None) -> GraphQLResolveInfo[Any]:
        """What a resolver, or whoever tells a type, gets as ``info``: its path is the field's."""
        while path is not None and isinstance(path.key, int):
            path = path.prev
        info: GraphQLResolveInfo[Any] = self.executor.build_resolve_info(
            plan.definition, plan.nodes, plan.parent_type, path
        )
        return info

    def settled(self, values: list[Any]) -> Work[list[Any]]:
        """The values, what was awaitable awaited; an exception stands for what failed."""
        is_awaitable = self.executor.is_awaitable
        pending = [position for position, value in enumerate(values) if is_awaitable(value)]
        if not pending:
            return values
        results = yield [values[position] for position in pending]
        values = list(values)
        for position, result in zip(pending, results, strict=True):
            values[position] = result
        return values


@lru_cache(4096)
def may_be_awaited(type_: type) -> bool:
    """Whether values of a type can be awaitables: asked once for a whole column of them."""
    return issubclass(type_, CoroutineType | GeneratorType | Awaitable)


@lru_cache(4096)
def is_no_value(type_: type) -> bool:
    """Whether what is of a type stands for an error, or for nothing at all."""
    return issubclass(type_, Exception) or type_ in _ABSENT
