"""Lists: laid end to end, so that their items are one column, and cut apart again."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from graphql import GraphQLError, Undefined, located_error
from graphql.execution.executor import collect_iterator_awaitables
from graphql.pyutils import is_iterable

from execution.failure import has_failed
from execution.place import Place, path_of
from execution.plan import FieldPlan
from execution.run import Run
from execution.table import Table
from execution.work import Work

_AT_HAND = frozenset({list, Table, type(None)})


class Laid(NamedTuple):
    """The items of all lists of a column.

    :ivar starts: where in ``items`` each list begins, also one that is not there.
    :ivar own: for each list the slice of ``items`` that is its own; None or Failed without one.
    """

    items: list[Any]
    starts: Sequence[int]
    own: list[Any]


def are_at_hand(types: set[type]) -> bool:
    """Whether values of these types are lists, or none, of which nothing has to be awaited."""
    return types <= _AT_HAND


def laid_end_to_end(run: Run, values: list[Any], plan: FieldPlan, places: Place) -> Laid:
    """The items of the lists that ``values`` are; what is no list fails."""
    if len(values) == 1 and type(values[0]) is Table:
        # Laid beside others, its columns would be lost.
        return Laid(values[0], [0], [slice(0, len(values[0]))])
    items: list[Any] = []
    starts: list[int] = []
    own: list[Any] = []
    for position, value in enumerate(values):
        start = len(items)
        starts.append(start)
        if value is None or value is Undefined:
            own.append(None)
            continue
        try:
            items += value if type(value) is list else _items(run, value, plan)
            own.append(slice(start, len(items)))
        except Exception as error:  # noqa: BLE001  # the error of this list
            del items[start:]
            own.append(run.failed(error, plan, path_of(places, position)))
    return Laid(items, starts, own)


def cut_apart(run: Run, finished: list[Any], own: list[Any]) -> list[Any]:
    """Each list of a column with its own finished items."""
    if len(own) == 1 and isinstance(own[0], slice) and run.is_clean:
        return [finished]
    if run.is_clean:
        return [finished[each] if isinstance(each, slice) else each for each in own]
    return [_part(finished, each) for each in own]


def _items(run: Run, value: Any, plan: FieldPlan) -> list[Any]:
    if isinstance(value, Exception):
        raise value
    if not is_iterable(value):
        raise GraphQLError(f"Expected Iterable, but did not find one for field '{plan.name}'.")
    items: list[Any] = []
    iterator = iter(value)
    try:
        items.extend(iterator)
    except Exception:
        # Nobody else would ever await what it gave before it failed, or would have given after.
        items += collect_iterator_awaitables(iterator, run.executor.is_awaitable)
        run.executor.track_async_work(items)
        raise
    return items


def _part(finished: list[Any], own: Any) -> Any:
    """A list's own items; an error among them, which none of them could absorb, takes it whole."""
    if not isinstance(own, slice):
        return own
    part = finished[own]
    for value in part:
        if has_failed(value):
            return value
    return part


def collected(run: Run, values: list[Any], plan: FieldPlan, places: Place) -> Work[list[Any]]:
    """The values with every asynchronous iterable among them read to its end."""
    is_async = run.executor.is_async_iterable
    pending = [
        position
        for position, value in enumerate(values)
        if value is not None and type(value) is not list and is_async(value)
    ]
    if not pending:
        return values
    results = yield [_read(run, values[position], plan, places, position) for position in pending]
    values = list(values)
    for position, result in zip(pending, results, strict=True):
        values[position] = result
    return values


async def _read(run: Run, value: Any, plan: FieldPlan, places: Place, position: int) -> list[Any]:
    iterator = aiter(run.executor.cancellable_iterable(value))
    try:
        return [item async for item in iterator]
    except Exception as error:
        close = getattr(iterator, "aclose", None)
        if close is not None:
            with suppress(Exception):
                await close()
        path = path_of(places, position)
        raise located_error(error, plan.nodes, path.as_list() if path else None) from error
