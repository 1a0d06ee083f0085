"""From raw values to the answer: leaves, lists and objects, a column at a time."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    Undefined,
    is_abstract_type,
    is_leaf_type,
    located_error,
)
from graphql.execution.executor import collect_iterator_awaitables, invalid_return_type_error
from graphql.pyutils import is_iterable

from execution import leaves
from execution.failure import has_failed
from execution.fetch import fetched
from execution.place import Among, Place, UnderIndex, UnderKey, path_of
from execution.plan import FieldPlan, SelectionPlan, selection_of
from execution.run import Run, may_be_awaited
from execution.work import Work, in_step


def field(run: Run, plan: FieldPlan, sources: Sequence[Any], parents: Place) -> Work[list[Any]]:
    """The finished column of a field: a value of the answer, None or Failed for each source."""
    places = UnderKey(parents, plan.key, plan.parent_type.name)
    values = yield from fetched(run, plan, sources, places)
    return (yield from completed(run, plan.type, values, plan, places))


def completed(
    run: Run, type_: Any, values: list[Any], plan: FieldPlan, places: Place
) -> Work[list[Any]]:
    """The finished column of raw values of ``type_``."""
    is_required = isinstance(type_, GraphQLNonNull)
    bare = type_.of_type if is_required else type_
    types = set(map(type, values))
    if any(map(may_be_awaited, types)):
        values = yield from run.settled(values)
        types = set(map(type, values))
    if is_leaf_type(bare):
        smooth = leaves.finished(bare, values, types, is_required=is_required, native=run.native)
        if smooth is not None:
            return smooth
        column = _leaves(run, bare, values, plan, places)
    elif isinstance(bare, GraphQLList):
        column = yield from _lists(run, bare, values, plan, places)
    else:
        column = yield from _objects(run, bare, values, types, plan, places)
    if is_required:
        column = run.required(column, plan, places)
        if run.executor.error_propagation:
            return column
    return run.absorbed(column, places)


def _leaves(
    run: Run, leaf: Any, values: Sequence[Any], plan: FieldPlan, places: Place
) -> list[Any]:
    column: list[Any] = []
    for position, value in enumerate(values):
        if value is None or value is Undefined:
            column.append(None)
            continue
        try:
            if isinstance(value, Exception):
                raise value
            column.append(run.executor.complete_leaf_value(leaf, value))
        except Exception as error:  # noqa: BLE001  # the error of this value
            column.append(run.failed(error, plan, path_of(places, position)))
    return column


def _lists(
    run: Run, type_: GraphQLList[Any], values: list[Any], plan: FieldPlan, places: Place
) -> Work[list[Any]]:
    """All items of all lists are one column; afterwards each list takes its own back."""
    values = yield from _collected(run, values, plan, places)
    items: list[Any] = []
    starts: list[int] = []
    column: list[Any] = []
    for position, value in enumerate(values):
        starts.append(len(items))
        if value is None or value is Undefined:
            column.append(None)
            continue
        try:
            items.extend(_items(run, value, plan))
            column.append(slice(starts[-1], len(items)))
        except Exception as error:  # noqa: BLE001  # the error of this list
            del items[starts[-1] :]
            column.append(run.failed(error, plan, path_of(places, position)))
    finished = yield from completed(run, type_.of_type, items, plan, UnderIndex(places, starts))
    if len(column) == 1 and isinstance(column[0], slice) and run.is_clean:
        return [finished]
    return [_part(run, finished, own) for own in column]


def _items(run: Run, value: Any, plan: FieldPlan) -> list[Any]:
    if isinstance(value, Exception):
        raise value
    if type(value) is list:
        return value
    if not is_iterable(value):
        raise GraphQLError(
            "Expected Iterable, but did not find one for field"
            f" '{plan.parent_type}.{plan.nodes[0].name.value}'."
        )
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


def _part(run: Run, finished: list[Any], own: Any) -> Any:
    """A list's own items; an error among them, which none of them could absorb, takes it whole."""
    if not isinstance(own, slice):
        return own
    part = finished[own]
    if not run.is_clean:
        for value in part:
            if has_failed(value):
                return value
    return part


def _collected(run: Run, values: list[Any], plan: FieldPlan, places: Place) -> Work[list[Any]]:
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


def _objects(
    run: Run, type_: Any, values: list[Any], types: set[type], plan: FieldPlan, places: Place
) -> Work[list[Any]]:
    """Each object becomes a dict of what is selected of its type."""
    column: list[Any] = [None] * len(values)
    present: Sequence[int] = range(len(values))
    if not types.isdisjoint(_ABSENT) or any(issubclass(t, Exception) for t in types):
        present = []
        for position, value in enumerate(values):
            if isinstance(value, Exception):
                column[position] = run.failed(value, plan, path_of(places, position))
            elif value is not None and value is not Undefined:
                present.append(position)
    by_type: Mapping[GraphQLObjectType, Sequence[int]] = {type_: present}
    if is_abstract_type(type_):
        by_type = yield from _by_type(run, type_, values, present, column, plan, places)
    pieces, owners = [], []
    for object_type, positions in by_type.items():
        kept = positions
        if object_type.is_type_of is not None and not accepts_everything(object_type.is_type_of):
            kept = yield from _of_type(run, object_type, values, kept, column, plan, places)
        if not kept:
            continue
        is_whole = len(kept) == len(values)
        pieces.append(
            rows(
                run,
                selection_of(run.executor, plan, object_type),
                values if is_whole else [values[position] for position in kept],
                places if is_whole else Among(places, kept),
            )
        )
        owners.append(kept)
    if len(pieces) == 1:
        finished = [(yield from pieces[0])]
        if len(owners[0]) == len(values):
            return finished[0]
    else:
        finished = yield from in_step(pieces)
    for kept, part in zip(owners, finished, strict=True):
        for position, row in zip(kept, part, strict=True):
            column[position] = row
    return column


_ABSENT = frozenset({type(None), type(Undefined)})


def accepts_everything(is_type_of: Any) -> bool:
    """Whether a predicate says of itself that it is always true: it need not be asked of each."""
    return getattr(is_type_of, "accepts_everything", False) is True


def _by_type(
    run: Run,
    type_: Any,
    values: Sequence[Any],
    present: Sequence[int],
    column: list[Any],
    plan: FieldPlan,
    places: Place,
) -> Work[dict[GraphQLObjectType, list[int]]]:
    """The positions by the type of object that each value is; errors go to ``column``."""
    executor = run.executor
    tell = type_.resolve_type or executor.type_resolver
    names: list[Any] = []
    for position in present:
        try:
            names.append(tell(values[position], run.info(plan, path_of(places, position)), type_))
        except Exception as error:  # noqa: BLE001  # the error of this value
            names.append(error)
    names = yield from run.settled(names)
    by_type: dict[GraphQLObjectType, list[int]] = {}
    for position, name in zip(present, names, strict=True):
        try:
            if isinstance(name, Exception):
                raise name
            object_type = executor.ensure_valid_runtime_type(
                name,
                type_,
                plan.details,
                run.info(plan, path_of(places, position)),
                values[position],
            )
        except Exception as error:  # noqa: BLE001  # the error of this value
            column[position] = run.failed(error, plan, path_of(places, position))
        else:
            by_type.setdefault(object_type, []).append(position)
    return by_type


def _of_type(
    run: Run,
    type_: GraphQLObjectType,
    values: Sequence[Any],
    positions: Sequence[int],
    column: list[Any],
    plan: FieldPlan,
    places: Place,
) -> Work[list[int]]:
    """Those of ``positions`` whose value the type itself accepts; the others fail in ``column``."""
    assert type_.is_type_of is not None
    verdicts: list[Any] = []
    for position in positions:
        try:
            verdicts.append(
                type_.is_type_of(values[position], run.info(plan, path_of(places, position)))
            )
        except Exception as error:  # noqa: BLE001  # the error of this value
            verdicts.append(error)
    verdicts = yield from run.settled(verdicts)
    kept = []
    for position, verdict in zip(positions, verdicts, strict=True):
        if isinstance(verdict, Exception):
            column[position] = run.failed(verdict, plan, path_of(places, position))
        elif verdict:
            kept.append(position)
        else:
            wrong = invalid_return_type_error(type_, values[position], plan.details)
            column[position] = run.failed(wrong, plan, path_of(places, position))
    return kept


def rows(
    run: Run, selection: SelectionPlan, sources: Sequence[Any], places: Place
) -> Work[list[Any]]:
    """A dict of the selected fields for each source."""
    columns: list[Any] = []
    pieces: list[Work[list[Any]]] = []
    owners: list[int] = []
    for plan in selection.fields:
        column = _plain(run, plan, sources)
        if column is None:
            owners.append(len(columns))
            pieces.append(field(run, plan, sources, places))
        columns.append(column)
    if len(pieces) == 1:
        columns[owners[0]] = yield from pieces[0]
    elif pieces:
        for owner, column in zip(owners, (yield from in_step(pieces)), strict=True):
            columns[owner] = column
    if not columns:
        return [{} for _ in sources]
    built: list[Any] = selection.rows(*columns)
    if not run.is_clean:
        # The first field's error is told, as if fields were finished one after the other.
        for column in reversed(columns):
            for position, value in enumerate(column):
                if has_failed(value):
                    built[position] = value
    return built


def _plain(run: Run, plan: FieldPlan, sources: Sequence[Any]) -> list[Any] | None:
    """The finished column of a leaf that is only read; None where it takes more than that."""
    if plan.leaf is None or plan.read is None:
        return None
    try:
        values = list(map(plan.read, sources))
    except Exception:  # noqa: BLE001  # whoever goes one by one tells which of them failed
        return None
    types = set(map(type, values))
    if any(map(may_be_awaited, types)):
        return None
    return leaves.finished(
        plan.leaf, values, types, is_required=plan.is_required, native=run.native
    )
