"""The arguments of a field: coerced as graphql-core does, and converted as Strawberry does."""

from typing import Any

from graphql.execution.values import get_argument_values
from strawberry.types.arguments import convert_arguments

from execution.column import Column
from execution.plan import FieldPlan
from execution.run import Run


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
    if plan.is_plain and not plan.variables:
        plan.constant = arguments
    return arguments


def arguments_for(run: Run, plan: FieldPlan, column: Column) -> dict[str, Any]:
    """The arguments as a resolver of Strawberry gets them: input types made, names in Python's.

    Raises GraphQLError, and whatever an extension or an input type raises.
    """
    variables = run.executor.variable_values.coerced
    if plan.recipe is not None:
        known = _from_recipe(plan.recipe, variables)
        if known is not None:
            return known
    converted = _converted(plan, column, arguments_of(run, plan))
    if plan.recipe is None and plan.is_plain and not plan.maps_arguments:
        plan.recipe = _recipe(plan, column, converted, variables)
    return converted


# An argument by its name in Python: the variable that is it, or None and what it always is.
_Recipe = list[tuple[str, str | None, Any]]


def _from_recipe(recipe: _Recipe, variables: dict[str, Any]) -> dict[str, Any] | None:
    """The arguments; None where a variable is absent or null, of which a recipe knows nothing."""
    arguments = {}
    for name, variable, constant in recipe:
        value = constant if variable is None else variables.get(variable)
        if value is None and variable is not None:
            return None
        arguments[name] = value
    return arguments


def _recipe(
    plan: FieldPlan, column: Column, converted: dict[str, Any], variables: dict[str, Any]
) -> _Recipe | None:
    """How the same arguments are had from other variables; None where this run does not show it.

    Where the very value of a variable came through as the argument it does so in every run: what is
    done to an argument depends on its type alone, unless it is null.
    """
    recipe: _Recipe = []
    names = column.info.schema.config.name_converter
    for argument in plan.strawberry_field.arguments:  # type: ignore[union-attr]
        variable = plan.variables.get(names.from_argument(argument))
        value = converted.get(argument.python_name)
        if variable is not None and (value is None or value is not variables.get(variable)):
            return None
        if argument.python_name in converted:
            recipe.append((argument.python_name, variable, value))
    return recipe


def _converted(plan: FieldPlan, column: Column, arguments: dict[str, Any]) -> dict[str, Any]:
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
