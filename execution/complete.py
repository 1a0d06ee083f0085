"""From raw values to the answer: leaves, lists and objects, a column at a time.

Every function here gives a column that is done or, where something has to be awaited, the work
that will end in one: see execution/work.py.
"""

from collections.abc import Awaitable, Sequence
from typing import Any

from graphql import Undefined

from execution import leaves
from execution.failure import has_failed
from execution.fetch import fetched, fitting
from execution.lists import Laid, are_at_hand, collected, cut_apart, laid_end_to_end
from execution.object_types import by_object_type
from execution.place import Among, Place, UnderIndex, path_of
from execution.plan import FieldPlan, SelectionPlan, selection_of
from execution.reading import read_all
from execution.run import Run, is_no_value, may_be_awaited
from execution.shape import Shape
from execution.work import Piece, Work, in_step


def field(run: Run, plan: FieldPlan, sources: Sequence[Any], parents: Place) -> Piece:
    """The finished column of a field: a value of the answer, None or Failed for each source."""
    if plan.read is not None:
        values: Any = read_all(plan.read, sources)
    else:
        values = fetched(run, plan, sources, parents)
        if not isinstance(values, list):
            return _awaited(run, plan, values, sources, parents)
    types = set(map(type, values))
    if types <= plan.shape.as_they_are:
        return values  # type: ignore[no-any-return]
    return completed(run, plan.shape, values, types, plan, plan.place_below(parents))


def _awaited(
    run: Run, plan: FieldPlan, column: Awaitable[Any], sources: Sequence[Any], parents: Place
) -> Work[list[Any]]:
    (given,) = yield [column]
    values = (
        [given] * len(sources)
        if isinstance(given, Exception)
        else fitting(run, plan, given, sources)
    )
    types = set(map(type, values))
    piece = completed(run, plan.shape, values, types, plan, plan.place_below(parents))
    return piece if isinstance(piece, list) else (yield from piece)


def completed(
    run: Run, shape: Shape, values: list[Any], types: set[type], plan: FieldPlan, places: Place
) -> Piece:
    """The finished column of raw values, which are of ``types``."""
    if any(map(may_be_awaited, types)):
        return _settled(run, shape, values, plan, places)
    return _of_values(run, shape, values, types, plan, places)


def _settled(
    run: Run, shape: Shape, values: list[Any], plan: FieldPlan, places: Place
) -> Work[list[Any]]:
    values = yield from run.settled(values)
    piece = _of_values(run, shape, values, set(map(type, values)), plan, places)
    return piece if isinstance(piece, list) else (yield from piece)


def _of_values(
    run: Run, shape: Shape, values: list[Any], types: set[type], plan: FieldPlan, places: Place
) -> Piece:
    if shape.leaf is not None:
        smooth = leaves.finished(shape.leaf, values, types, is_required=shape.is_required)
        if smooth is not None:
            return smooth
        return _closed(run, shape, _one_by_one(run, shape, values, plan, places), plan, places)
    if shape.items is not None:
        if are_at_hand(types):
            laid = laid_end_to_end(run, values, plan, places)
            return _lists(run, shape, shape.items, laid, plan, places)
        return _read_first(run, shape, shape.items, values, plan, places)
    # Before the first time it is not known what is selected: that is found out by the other way.
    selection = plan.selections.get(shape.object_type)  # type: ignore[arg-type]  # None finds none
    if selection is None or any(map(is_no_value, types)):
        return _later(run, shape, _by_type(run, shape, values, types, plan, places), plan, places)
    piece = rows(run, selection, values, places)
    if not isinstance(piece, list):
        return _later(run, shape, piece, plan, places)
    return piece if run.is_clean else _closed(run, shape, piece, plan, places)


def _closed(run: Run, shape: Shape, column: list[Any], plan: FieldPlan, places: Place) -> list[Any]:
    """A null that must not be becomes an error; where null may be, an error ends."""
    if shape.is_required:
        column = run.required(column, plan, places)
        if run.executor.error_propagation:
            return column
    return run.absorbed(column, places)


def _later(
    run: Run, shape: Shape, work: Work[list[Any]], plan: FieldPlan, places: Place
) -> Work[list[Any]]:
    column = yield from work
    return _closed(run, shape, column, plan, places)


def _one_by_one(
    run: Run, shape: Shape, values: Sequence[Any], plan: FieldPlan, places: Place
) -> list[Any]:
    column: list[Any] = []
    for position, value in enumerate(values):
        if value is None or value is Undefined:
            column.append(None)
            continue
        try:
            if isinstance(value, Exception):
                raise value
            column.append(run.executor.complete_leaf_value(shape.leaf, value))
        except Exception as error:  # noqa: BLE001  # the error of this value
            column.append(run.failed(error, plan, path_of(places, position)))
    return column


def _read_first(
    run: Run, shape: Shape, items: Shape, values: list[Any], plan: FieldPlan, places: Place
) -> Work[list[Any]]:
    values = yield from collected(run, values, plan, places)
    piece = _lists(run, shape, items, laid_end_to_end(run, values, plan, places), plan, places)
    return piece if isinstance(piece, list) else (yield from piece)


def _lists(
    run: Run, shape: Shape, items: Shape, laid: Laid, plan: FieldPlan, places: Place
) -> Piece:
    """All items of all lists are one column; afterwards each list takes its own back."""
    types = set(map(type, laid.items))
    if types <= items.as_they_are:
        piece: Piece = laid.items
    else:
        below = UnderIndex(places, laid.starts)
        piece = completed(run, items, laid.items, types, plan, below)
    if not isinstance(piece, list):
        return _cut_later(run, shape, piece, laid, plan, places)
    return _closed(run, shape, cut_apart(run, piece, laid.own), plan, places)


def _cut_later(
    run: Run, shape: Shape, work: Work[list[Any]], laid: Laid, plan: FieldPlan, places: Place
) -> Work[list[Any]]:
    finished = yield from work
    return _closed(run, shape, cut_apart(run, finished, laid.own), plan, places)


def _by_type(
    run: Run, shape: Shape, values: list[Any], types: set[type], plan: FieldPlan, places: Place
) -> Work[list[Any]]:
    """Each object becomes a dict of what is selected of its type."""
    column: list[Any] = [None] * len(values)
    pieces, owners = [], []
    for object_type, kept in (
        yield from by_object_type(run, shape.type, values, types, column, plan, places)
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
    finished = yield from _all(pieces)
    for kept, part in zip(owners, finished, strict=True):
        for position, row in zip(kept, part, strict=True):
            column[position] = row
    return column


def rows(run: Run, selection: SelectionPlan, sources: Sequence[Any], places: Place) -> Piece:
    """A dict of the selected fields for each source."""
    columns = [field(run, plan, sources, places) for plan in selection.fields]
    for column in columns:
        if not isinstance(column, list):
            return _rows_later(run, selection, columns, sources)
    return _rows(run, selection, columns, sources)


def _rows_later(
    run: Run, selection: SelectionPlan, pieces: Sequence[Piece], sources: Sequence[Any]
) -> Work[list[Any]]:
    return _rows(run, selection, (yield from _all(pieces)), sources)


def _rows(
    run: Run, selection: SelectionPlan, columns: Sequence[Any], sources: Sequence[Any]
) -> list[Any]:
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


def _all(pieces: Sequence[Piece]) -> Work[list[list[Any]]]:
    """The columns that pieces are or end in."""
    columns: list[Any] = list(pieces)
    waiting = [place for place, piece in enumerate(pieces) if not isinstance(piece, list)]
    if len(waiting) == 1:
        columns[waiting[0]] = yield from columns[waiting[0]]
    elif waiting:
        finished = yield from in_step([columns[place] for place in waiting])
        for place, column in zip(waiting, finished, strict=True):
            columns[place] = column
    return columns
