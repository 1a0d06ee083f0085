"""From raw values to the answer: leaves, lists and objects, a column at a time."""

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, Undefined, is_leaf_type

from execution import leaves
from execution.failure import has_failed
from execution.fetch import fetched
from execution.lists import cut_apart, laid_end_to_end
from execution.object_types import by_object_type
from execution.place import Among, Place, UnderIndex, UnderKey, path_of
from execution.plan import FieldPlan, SelectionPlan, selection_of
from execution.reading import read_all
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
    laid = yield from laid_end_to_end(run, values, plan, places)
    below = UnderIndex(places, laid.starts)
    finished = yield from completed(run, type_.of_type, laid.items, plan, below)
    return cut_apart(run, finished, laid.own)


def _objects(
    run: Run, type_: Any, values: list[Any], types: set[type], plan: FieldPlan, places: Place
) -> Work[list[Any]]:
    """Each object becomes a dict of what is selected of its type."""
    column: list[Any] = [None] * len(values)
    pieces, owners = [], []
    for object_type, kept in (
        yield from by_object_type(run, type_, values, types, column, plan, places)
    ):
        try:
            selection = selection_of(run.executor, plan, object_type)
        except Exception as error:  # noqa: BLE001  # nobody knows what to skip: an error of each
            for position in kept:
                column[position] = run.failed(error, plan, path_of(places, position))
            continue
        is_whole = len(kept) == len(values)
        pieces.append(
            rows(
                run,
                selection,
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


def rows(
    run: Run, selection: SelectionPlan, sources: Sequence[Any], places: Place
) -> Work[list[Any]]:
    """A dict of the selected fields for each source."""
    columns: list[Any] = []
    pieces: list[Work[list[Any]]] = []
    owners: list[int] = []
    for plan in selection.fields:
        column, piece = None, None
        if plan.leaf is not None and plan.read is not None:
            values = read_all(plan.read, sources)
            column = _plain(run, plan, values)
            if column is None:
                places_of_it = UnderKey(places, plan.key, plan.parent_type.name)
                piece = completed(run, plan.type, values, plan, places_of_it)
        else:
            piece = field(run, plan, sources, places)
        if piece is not None:
            owners.append(len(columns))
            pieces.append(piece)
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


def _plain(run: Run, plan: FieldPlan, values: list[Any]) -> list[Any] | None:
    """The finished column of a leaf that was only read; None where it takes more than that."""
    types = set(map(type, values))
    if any(map(may_be_awaited, types)):
        return None
    return leaves.finished(
        plan.leaf, values, types, is_required=plan.is_required, native=run.native
    )
