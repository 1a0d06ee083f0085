"""The table and the schema say the same, field by field."""

import graphql

from permissions.policy import BY_ID, POLICY
from tests.schema.sdl import built, field_nodes, from_file, object_types

# What the plumbing of pages consists of: a row for all its fields together would open a field that
# somebody adds to it, such as a count.
PLUMBING = {
    "PageInfo": {"hasNextPage", "hasPreviousPage", "startCursor", "endCursor"},
    "Connection": {"edges", "nodes", "pageInfo"},
    "Edge": {"cursor", "node"},
}
PAGED = {"Group", "Member", "MembershipRequest", "Circular", "Receipt", "Release", "Change"}
PLUMBING_TYPES = {"PageInfo": PLUMBING["PageInfo"]} | {
    f"{name}{kind}": PLUMBING[kind] for name in PAGED for kind in ("Connection", "Edge")
}


def test_every_field_of_every_object_type_has_a_row_and_no_row_is_left_over() -> None:
    of_the_schema = {
        f"{name}.*" if name in PLUMBING_TYPES else f"{name}.{field}"
        for name, type_ in object_types().items()
        for field in type_.fields
    }
    assert set(POLICY) == of_the_schema


def test_the_plumbing_of_pages_holds_positions_and_nothing_else() -> None:
    found = {
        name: set(type_.fields)
        for name, type_ in object_types().items()
        if name == "PageInfo" or name.endswith(("Connection", "Edge"))
    }
    assert found == PLUMBING_TYPES


def test_what_opens_by_its_id_is_what_has_one() -> None:
    nodes = {
        name
        for name, type_ in object_types().items()
        if "Node" in {interface.name for interface in type_.interfaces}
    }
    assert set(BY_ID) == nodes
    assert nodes == {
        "Appointment",
        "Area",
        "Circular",
        "Group",
        "Han",
        "Household",
        "Member",
        "MembershipRequest",
        "Office",
        "Resident",
    }


def test_the_file_carries_the_row_of_every_field() -> None:
    for name, node in field_nodes().items():
        directives = [d for d in node.directives or () if d.name.value == "released"]
        if name.partition(".")[0] in PLUMBING_TYPES:
            assert directives == [], name
            continue
        rule = POLICY[name]
        (directive,) = directives
        said = {
            argument.name.value: graphql.value_from_ast_untyped(argument.value)
            for argument in directive.arguments or ()
        }
        expected = {
            "to": [
                ":".join(str(part) for part in (a.kind, a.power, a.staff_role) if part is not None)
                for a in rule.audiences
            ]
        }
        if rule.category is not None:
            expected["category"] = rule.category.value  # type: ignore[assignment]
        if rule.purpose is not None:
            expected["purpose"] = rule.purpose  # type: ignore[assignment]
        assert said == expected, name


def test_the_address_is_released_as_the_file_says() -> None:
    (directive,) = field_nodes()["Member.address"].directives or ()
    assert graphql.print_ast(directive) == (
        '@released(to: ["THEMSELF", "OFFICER_OF_GROUP:VIEW_ROSTER"], category: ADDRESS,'
        ' purpose: "find the household that a circular did not reach")'
    )


def test_the_file_is_the_schema_that_the_server_runs() -> None:
    assert set(from_file().type_map) == set(built().type_map)
    for name, type_ in object_types().items():
        running = built().type_map[name]
        assert isinstance(running, graphql.GraphQLObjectType)
        assert {f: str(d.type) for f, d in running.fields.items()} == {
            f: str(d.type) for f, d in type_.fields.items()
        }


def test_what_can_be_withheld_can_be_null() -> None:
    for name, type_ in object_types().items():
        for field, definition in type_.fields.items():
            rule = POLICY.get(f"{name}.{field}")
            if rule is not None and not rule.is_open:
                assert not isinstance(definition.type, graphql.GraphQLNonNull), f"{name}.{field}"
