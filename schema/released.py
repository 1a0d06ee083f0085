"""``@released``: the row of the table, printed beside its field in ``schema.graphql``."""

import strawberry
from graphql import GraphQLSchema
from strawberry.schema_directive import Location, StrawberrySchemaDirective

from permissions.rule import Rule
from permissions.words import Category


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="released",
    description="Who receives this field, why, and what kind of personal data it is.",
)
class Released:
    """The directive's arguments; those that say nothing are left out of the print."""

    to: list[str] = strawberry.field(
        description="The permission classes; any one of them suffices."
    )
    category: Category | None = strawberry.field(
        default=strawberry.UNSET, description="The kind of personal data."
    )
    purpose: str | None = strawberry.field(
        default=strawberry.UNSET, description='To continue "in order to".'
    )


def released(rule: Rule) -> Released:
    """The directive that prints ``rule``."""
    to = [
        ":".join(filter(None, (audience.kind, audience.power, audience.staff_role)))
        for audience in rule.audiences
    ]
    return Released(
        to=to, category=rule.category or strawberry.UNSET, purpose=rule.purpose or strawberry.UNSET
    )


def describe_arguments(schema: GraphQLSchema) -> None:
    """Describe the arguments of ``@released`` in a built schema; Strawberry leaves it out."""
    directive = schema.get_directive("released")
    assert directive is not None
    made: StrawberrySchemaDirective = Released.__strawberry_directive__  # type: ignore[attr-defined]
    for field in made.fields:
        directive.args[field.python_name].description = field.description


def sentence(rule: Rule) -> str:
    """The rule in words, for the field's description: introspection shows no applied directives."""
    audiences = " and ".join(audience.words for audience in rule.audiences)
    words = f"{'Done by' if rule.is_act else 'Released to'} {audiences}"
    if rule.purpose is not None:
        words += f", in order to {rule.purpose}"
    words += "."
    if rule.category is not None:
        words += f" Personal data: {rule.category}."
    if not rule.is_open:
        words += " Null for everybody else."
    return words
