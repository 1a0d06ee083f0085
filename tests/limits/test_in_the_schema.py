"""The schema says what its fields cost and how long its lists get; nobody can forget to."""

import graphql
import pytest
import strawberry

from permissions.audiences import Anyone
from permissions.policy import POLICY
from permissions.rule import Rule
from resolvers.nodes import MOST_IDS
from resolvers.operation import Operation
from schema.build import build_schema, sdl
from schema.costs import SIZES, WEIGHTS, UnsizedList, fields_of
from schema.edges import column
from schema.executor import core_of
from schema.mutation import mutation

TEXT = sdl()
PRINTED = graphql.build_schema(TEXT)


def applied(field: str, directive: str) -> str | None:
    """A directive as it is printed beside a field."""
    type_name, name = field.split(".")
    type_ = PRINTED.get_type(type_name)
    assert isinstance(type_, graphql.GraphQLObjectType)
    node = type_.fields[name].ast_node
    assert node is not None
    found = [
        graphql.print_ast(each) for each in node.directives or () if each.name.value == directive
    ]
    return found[0] if found else None


APPLIED = [
    ("Query.groups", "listSize", '@listSize(assumedSize: 50, slicingArguments: ["first"],'
     ' sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)'),
    ("Query.nodes", "listSize", '@listSize(assumedSize: 200, slicingArguments: ["ids"],'
     ' requireOneSlicingArgument: false)'),
    ("Group.offices", "listSize", "@listSize(assumedSize: 20)"),
    ("GroupConnection.nodes", "listSize", None),
    ("Mutation.signIn", "cost", '@cost(weight: "100")'),
    ("Mutation.leaveGroup", "cost", '@cost(weight: "10")'),
    ("Query.me", "cost", None),
]  # fmt: skip


@pytest.mark.parametrize(("field", "directive", "printed"), APPLIED)
def test_weights_and_sizes_stand_beside_the_fields(
    field: str, directive: str, printed: str | None
) -> None:
    assert applied(field, directive) == printed


def test_the_directives_are_those_of_the_specification_and_are_described() -> None:
    cost, size = PRINTED.get_directive("cost"), PRINTED.get_directive("listSize")
    assert cost is not None
    assert size is not None
    arguments = {name: str(each.type) for name, each in size.args.items()}
    assert arguments == {
        "assumedSize": "Int",
        "slicingArguments": "[String!]",
        "sizedFields": "[String!]",
        "requireOneSlicingArgument": "Boolean",
    }
    assert "  requireOneSlicingArgument: Boolean = true\n" in TEXT
    assert {name: str(each.type) for name, each in cost.args.items()} == {"weight": "String!"}
    for directive in (cost, size):
        assert directive.description
        assert all(each.description for each in directive.args.values())


def test_every_row_names_a_field_there_is() -> None:
    fields = {f"{type_name}.{name}" for type_name, name, _ in fields_of(core_of(build_schema()))}
    assert set(WEIGHTS) <= fields
    assert {row for row in SIZES if not row.startswith("*.")} <= fields
    assert len(POLICY) <= SIZES["Query.privacyRules"].assumed
    assert SIZES["Query.nodes"].assumed == MOST_IDS


def test_a_list_whose_length_nobody_says_stops_the_server() -> None:
    @strawberry.type(description="A parcel.")
    class Parcel:
        weight: int = column("Its weight.")

    async def parcels(operation: Operation) -> list[Parcel]:
        return []

    @strawberry.type(description="What can be changed.")
    class Mutation:
        send: list[Parcel] = mutation(parcels, description="Send parcels.")

    rows = {name: Rule(name, (Anyone(),)) for name in ("Mutation.send", "Parcel.weight")}
    with pytest.raises(UnsizedList, match=r"Mutation\.send\. Add a row .* schema/costs\.py"):
        build_schema(mutation=Mutation, policy={**POLICY, **rows})
