"""What a field costs and how long its list may get: ``@cost`` and ``@listSize`` in the SDL.

After IBM's GraphQL Cost Directives Specification (https://ibm.github.io/graphql-specs). Without a
row a field that gives objects weighs 1 each time it is resolved and each object 1; scalars weigh
nothing. Connections are sized by ``first``, or by the page they have without it; every other list
of objects has a row in ``SIZES``, or the server does not start.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_introspection_type,
    is_list_type,
)
from strawberry.schema.name_converter import NameConverter
from strawberry.schema_directive import Location, StrawberrySchemaDirective
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from resolvers.nodes import MOST_IDS
from resolvers.pages import DEFAULT_PAGE
from schema.guarded import object_types

_NAMES = NameConverter()
_PAGED = ["edges", "nodes"]


class UnsizedList(TypeError):
    """Nobody said how long a list may get, so nobody could say what asking for it costs."""


@dataclass(frozen=True)
class Size:
    """How long a list is taken to be: what its argument says, or else ``assumed``."""

    assumed: int
    argument: str | None = None


# As large as they are where an association is large: too small would let too much through.
SIZES: Mapping[str, Size] = {
    "*.errors": Size(3),
    "AppointmentPayload.appointments": Size(20),
    "Change.after": Size(8),
    "Change.before": Size(8),
    "Circular.versions": Size(10),
    "Group.hans": Size(30),
    "Group.households": Size(200),
    "Group.offices": Size(20),
    "Household.members": Size(10),
    "Member.appointments": Size(3),
    "Office.appointments": Size(5),
    "PrivacyRule.audiences": Size(3),
    "Query.nodes": Size(MOST_IDS, "ids"),
    "Query.privacyRules": Size(400),
    "Resident.membershipRequests": Size(5),
    "Resident.memberships": Size(5),
    "Resident.sessions": Size(10),
    "Viewer.memberships": Size(5),
    "Viewer.sessions": Size(10),
}

# Where a field is more work than reading a row. A change is a transaction of its own; a password
# is slow to check by design.
EVERY_MUTATION = 10
WEIGHTS: Mapping[str, int] = {
    "Mutation.changePassword": 100,
    "Mutation.resetPassword": 100,
    "Mutation.signIn": 100,
    "Mutation.signUp": 100,
}


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="cost",
    description=(
        "What resolving this field once adds to an operation's cost. Without it: 1 for a field"
        " that gives objects, 0 for one that gives values."
    ),
)
class Cost:
    """``weight`` is text, as in IBM's specification."""

    weight: str = strawberry.field(description="The weight, a whole number as text.")


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="listSize",
    description=(
        "How many entries this list is taken to have when an operation's cost is worked out."
    ),
)
class ListSize:
    """The directive's arguments; those that say nothing are left out of the print."""

    assumed_size: int | None = strawberry.field(
        default=strawberry.UNSET, description="The size where no argument below says another."
    )
    slicing_arguments: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="The arguments that say the size: a number, or a list by its length.",
    )
    sized_fields: list[str] | None = strawberry.field(
        default=strawberry.UNSET,
        description="The fields below this one that are the list; without it, this one is.",
    )
    require_one_slicing_argument: bool | None = strawberry.field(
        default=True, description="Whether one of the arguments must be there."
    )


def weigh(*roots: type) -> None:
    """Put the directives on every field reachable from ``roots``. Safe to repeat."""
    for definition in object_types(roots):
        definition.fields = [_weighed(definition, field) for field in definition.fields]


def _weighed(definition: StrawberryObjectDefinition, field: StrawberryField) -> StrawberryField:
    if any(isinstance(directive, Cost | ListSize) for directive in field.directives):
        return field
    type_name, name = _NAMES.from_type(definition), _NAMES.get_graphql_name(field)
    found = list(_directives(type_name, name, field))
    if not found:
        return field
    own = copy(field)
    own.python_name = field.python_name
    own.directives = [*own.directives, *found]
    return own


def _directives(type_name: str, name: str, field: StrawberryField) -> Iterator[Any]:
    weight = WEIGHTS.get(f"{type_name}.{name}", EVERY_MUTATION if type_name == "Mutation" else None)
    if weight is not None:
        yield Cost(weight=str(weight))
    size = SIZES.get(f"{type_name}.{name}") or SIZES.get(f"*.{name}")
    if any(argument.python_name == "first" for argument in field.arguments):
        yield ListSize(
            assumed_size=DEFAULT_PAGE if size is None else size.assumed,
            slicing_arguments=["first"],
            sized_fields=_PAGED,
            require_one_slicing_argument=False,
        )
    elif size is not None and size.argument is not None:
        yield ListSize(
            assumed_size=size.assumed,
            slicing_arguments=[size.argument],
            require_one_slicing_argument=False,
        )
    elif size is not None:
        yield ListSize(
            assumed_size=size.assumed,
            # What the definition says already need not be printed beside each of them.
            require_one_slicing_argument=strawberry.UNSET,
        )


def describe_cost_arguments(schema: GraphQLSchema) -> None:
    """Describe the arguments of both directives in a built schema; Strawberry leaves it out."""
    for made in (Cost, ListSize):
        directive: StrawberrySchemaDirective = getattr(made, "__strawberry_directive__")  # noqa: B009
        built = schema.get_directive(_NAMES.from_directive(directive))
        if built is None:
            continue
        for field in directive.fields:
            built.args[_NAMES.get_graphql_name(field)].description = field.description


def size_of(field: GraphQLField) -> ListSize | None:
    """The ``@listSize`` of a field of a built schema."""
    return next((each for each in _applied(field) if isinstance(each, ListSize)), None)


def weight_of(field: GraphQLField) -> int:
    """What resolving a field of a built schema once costs."""
    for each in _applied(field):
        if isinstance(each, Cost):
            return int(each.weight)
    return 1 if is_composite_type(get_named_type(field.type)) else 0


def _applied(field: GraphQLField) -> list[Any]:
    definition = field.extensions.get("strawberry-definition")
    return [] if definition is None else definition.directives


def is_list_of_objects(field: GraphQLField) -> bool:
    """Whether the field gives a list whose entries have fields of their own."""
    return is_list_type(get_nullable_type(field.type)) and is_composite_type(
        get_named_type(field.type)
    )


def fields_of(schema: GraphQLSchema) -> Iterator[tuple[str, str, GraphQLField]]:
    """Type name, field name and field of every object and interface type of ours."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) and not (
            is_introspection_type(type_)
        ):
            for name, field in type_.fields.items():
                yield type_.name, name, field


def sized_from_above(schema: GraphQLSchema) -> dict[str, frozenset[str]]:
    """Per type, the lists whose size every field that gives this type says."""
    said: dict[str, list[frozenset[str]]] = {}
    for _, _, field in fields_of(schema):
        size = size_of(field)
        said.setdefault(get_named_type(field.type).name, []).append(
            frozenset(size.sized_fields or ()) if size is not None else frozenset()
        )
    return {name: frozenset.intersection(*sets) for name, sets in said.items()}


def verify_sizes(schema: GraphQLSchema) -> None:
    """Raise UnsizedList unless the size of every list of objects in a built schema is known."""
    from_above = sized_from_above(schema)
    unsized = []
    for type_name, name, field in fields_of(schema):
        if not is_list_of_objects(field) or name in from_above.get(type_name, ()):
            continue
        size = size_of(field)
        if size is None or size.sized_fields:
            unsized.append(f"{type_name}.{name}")
    if unsized:
        raise UnsizedList(
            f"nobody says how long these lists may get: {', '.join(unsized)}."
            " Add a row for each to SIZES in schema/costs.py"
        )
