"""The raw values of one field for all objects of a level."""

from collections.abc import Awaitable, Sequence
from typing import Any

from execution.arguments import arguments_for, arguments_of
from execution.column import Column
from execution.place import Place, path_of
from execution.plan import FieldPlan
from execution.run import Run


def fetched(
    run: Run, plan: FieldPlan, sources: Sequence[Any], parents: Place
) -> list[Any] | Awaitable[Any]:
    """One value per source: raw, an awaitable, or the exception that was raised instead.

    An awaitable instead of a list is one of the whole column: see :func:`fitting`.
    """
    if plan.column is None:
        if plan.typename is not None:
            return [plan.typename] * len(sources)
        return _one_by_one(run, plan, sources, parents)
    try:
        column = Column(sources, run, plan, parents)
        if plan.takes_arguments:
            values = plan.column(column, **arguments_for(run, plan, column))
        else:
            values = plan.column(column)
        if isinstance(values, list):
            if len(values) == len(sources):
                return values
        elif run.executor.is_awaitable(values):
            return values  # type: ignore[no-any-return]
    except Exception as error:  # noqa: BLE001  # becomes the error of each
        return [error] * len(sources)
    return fitting(run, plan, values, sources)


def fitting(run: Run, plan: FieldPlan, values: Any, sources: Sequence[Any]) -> list[Any]:
    """What a column form gave, as one value for each source.

    What does not fit is an error that says what is wrong with the server's code, never with the
    request.
    """
    if not isinstance(values, list | tuple):
        error = f"{plan.name}: a column is a list, not {type(values).__name__}"
        return [TypeError(error)] * len(sources)
    if len(values) != len(sources):
        # Nobody else would ever await them.
        run.executor.track_async_work(values)
        error = f"{plan.name}: {len(values)} values for {len(sources)} objects"
        return [ValueError(error)] * len(sources)
    return values if isinstance(values, list) else list(values)


def _one_by_one(run: Run, plan: FieldPlan, sources: Sequence[Any], parents: Place) -> list[Any]:
    try:
        arguments = arguments_of(run, plan)
    except Exception as error:  # noqa: BLE001  # becomes the error of each
        return [error] * len(sources)
    places = plan.place_below(parents)
    values: list[Any] = []
    # What one resolver does to its arguments must not reach the next.
    are_shared = not arguments or plan.constant is not None
    for position, source in enumerate(sources):
        try:
            own = arguments if are_shared or position == 0 else arguments_of(run, plan)
            values.append(plan.resolve(source, run.info(plan, path_of(places, position)), **own))
        except Exception as error:  # noqa: BLE001  # becomes the error of this one
            values.append(error)
    return values
