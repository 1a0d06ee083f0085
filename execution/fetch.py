"""The raw values of one field for all objects of a level."""

from collections.abc import Sequence
from typing import Any

from graphql import (
    FieldNode,
    VariableNode,
    get_nullable_type,
    is_enum_type,
    is_scalar_type,
    is_specified_scalar_type,
)
from graphql.execution.values import get_argument_values
from strawberry.types.arguments import convert_arguments

from execution.column import Column
from execution.place import Place, path_of
from execution.plan import FieldPlan
from execution.reading import read_all
from execution.run import Run
from execution.work import Work


def fetched(run: Run, plan: FieldPlan, sources: Sequence[Any], places: Place) -> Work[list[Any]]:
    """One value per source: raw, an awaitable, or the exception that was raised instead."""
    if plan.typename is not None:
        return [plan.typename] * len(sources)
    try:
        arguments = arguments_of(run, plan)
    except Exception as error:  # noqa: BLE001  # becomes the error of each
        return [error] * len(sources)
    if plan.column is not None:
        return (yield from _by_column(run, plan, sources, places, arguments))
    if plan.read is not None:
        return read_all(plan.read, sources)
    return _one_by_one(run, plan, sources, places, arguments)


def _by_column(
    run: Run, plan: FieldPlan, sources: Sequence[Any], places: Place, arguments: dict[str, Any]
) -> Work[list[Any]]:
    column = Column(sources, run.executor, plan, places)
    try:
        converted = arguments
        if arguments or plan.maps_arguments:
            converted = _converted(plan, column, arguments)
        values = plan.column(column, **converted)
        if run.executor.is_awaitable(values):
            (values,) = yield [values]
            if isinstance(values, Exception):
                raise values
        # An error that says what is wrong with the server's code, never with the request.
        if not isinstance(values, list | tuple):
            raise TypeError(f"{_name(plan)}: a column is a list, not {type(values).__name__}")
        if len(values) != len(sources):
            # Nobody else would ever await them.
            run.executor.track_async_work(values)
            raise ValueError(f"{_name(plan)}: {len(values)} values for {len(sources)} objects")
    except Exception as error:  # noqa: BLE001  # becomes the error of each
        return [error] * len(sources)
    return values if isinstance(values, list) else list(values)


def _one_by_one(
    run: Run, plan: FieldPlan, sources: Sequence[Any], places: Place, arguments: dict[str, Any]
) -> list[Any]:
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


def arguments_of(run: Run, plan: FieldPlan) -> dict[str, Any]:
    """The coerced arguments, by their GraphQL names. Raises GraphQLError."""
    if not plan.has_arguments:
        return {}
    if plan.constant is not None:
        return plan.constant
    executor, first = run.executor, plan.details[0]
    arguments: dict[str, Any] = get_argument_values(
        plan.definition,
        first.node,
        executor.variable_values,
        first.fragment_variable_values,
        executor.hide_suggestions,
    )
    if _is_constant(plan, first.node):
        plan.constant = arguments
    return arguments


def _is_constant(plan: FieldPlan, node: FieldNode) -> bool:
    """Whether the arguments are written out, and are values that nobody can change: a list, which
    one value alone may stand for, and what a scalar of one's own makes, somebody might.
    """
    for argument in node.arguments or ():
        definition = plan.definition.args.get(argument.name.value)
        if definition is None or isinstance(argument.value, VariableNode):
            return False
        if not _is_plain(get_nullable_type(definition.type)):
            return False
    return True


def _is_plain(type_: Any) -> bool:
    return is_enum_type(type_) or (is_scalar_type(type_) and is_specified_scalar_type(type_))


def _converted(plan: FieldPlan, column: Column, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments as a resolver of Strawberry gets them: input types made, names in Python's."""
    field = plan.strawberry_field
    assert field is not None
    schema = column.info.schema
    converted = convert_arguments(
        arguments,
        field.arguments,
        scalar_registry=schema.schema_converter.scalar_registry,
        config=schema.config,
        info=column.info,
    )
    for extension in field.extensions:
        converted = extension.map_arguments(converted)
    return converted


def _name(plan: FieldPlan) -> str:
    return f"{plan.parent_type}.{plan.nodes[0].name.value}"
