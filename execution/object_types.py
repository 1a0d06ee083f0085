"""Of which object type each value of a column is."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import GraphQLObjectType, Undefined, is_abstract_type
from graphql.execution.executor import invalid_return_type_error

from execution.place import Place, path_of
from execution.plan import FieldPlan
from execution.run import Run, is_no_value
from execution.shape import is_never_asked
from execution.work import Work


def by_object_type(
    run: Run,
    type_: Any,
    values: Sequence[Any],
    types: set[type],
    column: list[Any],
    plan: FieldPlan,
    places: Place,
) -> Work[list[tuple[GraphQLObjectType, Sequence[int]]]]:
    """The positions of the objects among ``values``, by their type; errors go to ``column``.

    :param types: the types of ``values``, as Python has them.
    """
    present: Sequence[int] = range(len(values))
    if any(map(is_no_value, types)):
        present = []
        for position, value in enumerate(values):
            if isinstance(value, Exception):
                column[position] = run.failed(value, plan, path_of(places, position))
            elif value is not None and value is not Undefined:
                present.append(position)
    by_type: Mapping[GraphQLObjectType, Sequence[int]] = {type_: present}
    if is_abstract_type(type_):
        by_type = yield from _by_type(run, type_, values, present, column, plan, places)
    found = []
    for object_type, positions in by_type.items():
        kept = positions
        if not is_never_asked(object_type):
            kept = yield from _of_type(run, object_type, values, kept, column, plan, places)
        if kept:
            found.append((object_type, kept))
    return found


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
