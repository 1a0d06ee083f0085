"""The arguments of a field: coerced as graphql-core does, and converted as Strawberry does."""

from typing import Any

from graphql.execution.values import get_argument_values
from strawberry.types.arguments import convert_arguments

from execution.column import Column
from execution.inputs import converter
from execution.plan import FieldPlan, Recipe
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
    if plan.recipe is not None:
        known = _from_recipe(plan.recipe, run.executor.variable_values.coerced)
        if known is not None:
            return known
    converted = _converted(plan, column, arguments_of(run, plan))
    if plan.recipe is None and plan.has_recipe:
        plan.recipe = _recipe(plan, column, converted)
        plan.has_recipe = plan.recipe is not None
    return converted


def _from_recipe(recipe: Recipe, variables: dict[str, Any]) -> dict[str, Any] | None:
    """The arguments; None where a variable is absent or null, of which a recipe knows nothing."""
    arguments = {}
    for name, variable, constant, convert in recipe:
        if variable is None:
            arguments[name] = constant
            continue
        value = variables.get(variable)
        if value is None:
            return None
        arguments[name] = value if convert is None else convert(value)
    return arguments


def _recipe(plan: FieldPlan, column: Column, converted: dict[str, Any]) -> Recipe | None:
    """How the same arguments are had from other variables; None where each run has to find out.

    A variable that stands for an argument is the argument: its value has been coerced, and what
    becomes of it depends on its type alone. Written values are the same in every run.
    """
    recipe: Recipe = []
    schema = column.info.schema
    for argument in plan.strawberry_field.arguments:  # type: ignore[union-attr]
        variable = plan.variables.get(schema.config.name_converter.from_argument(argument))
        if variable is not None:
            convert = converter(argument.type, schema)
            if convert is None:
                return None
            recipe.append((argument.python_name, variable, None, convert))
        elif argument.python_name in converted:
            recipe.append((argument.python_name, None, converted[argument.python_name], None))
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
