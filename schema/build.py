"""The schema, built and held to the table; and its text, ``schema.graphql``."""

import operator
from collections.abc import Mapping

import strawberry
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig

from permissions.policy import POLICY
from permissions.rule import Rule
from permissions.words import Reason
from schema.costs import describe_cost_arguments, verify_sizes, weigh
from schema.executor import core_of
from schema.group import Group
from schema.guarded import guard, verify
from schema.member import Han, Household, Member
from schema.mutation import Mutation
from schema.node import Node
from schema.office import Appointment, Office
from schema.query import Query
from schema.released import describe_arguments
from schema.resident import Area, MembershipRequest, Resident


def build_schema(
    *, mutation: type = Mutation, policy: Mapping[str, Rule] = POLICY
) -> strawberry.Schema:
    """The schema with every field guarded.

    :param mutation: another Mutation type, for tests of the machinery under it.
    :param policy: the table, with rows added for the fields of that type.
    :raises UnguardedField: a field has no row in the table.
    :raises NotNullable: a field that can be withheld is declared non-null.
    :raises UnsizedList: nobody says how long a list may get.
    """
    guard(Query, mutation, policy=policy)
    weigh(Query, mutation)
    schema = strawberry.Schema(
        query=Query,
        mutation=mutation,
        types=[
            Area,
            Appointment,
            Group,
            Han,
            Household,
            Member,
            MembershipRequest,
            Office,
            Resident,
            Reason,
        ],
        # Rows are the objects: records of the driver, or small dicts.
        config=StrawberryConfig(default_resolver=operator.getitem, disable_field_suggestions=True),
    )
    built = core_of(schema)
    verify(built.type_map, policy)
    verify_sizes(built)
    describe_arguments(built)
    describe_cost_arguments(built)
    return schema


def sdl() -> str:
    """The text of ``schema.graphql``, ending in a line break."""
    return print_schema(build_schema()) + "\n"


__all__ = ["Node", "build_schema", "sdl"]
