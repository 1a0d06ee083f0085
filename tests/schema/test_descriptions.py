"""Whoever introspects the schema is told what everything is, and who receives it."""

from collections.abc import Iterator

import graphql
import pytest

from tests.harness.door import BY_NOBODY
from tests.schema.sdl import built, from_file


def elements(schema: graphql.GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Every element that can be described, with its description."""
    for name, type_ in schema.type_map.items():
        if name.startswith("__") or graphql.is_specified_scalar_type(type_):
            continue
        yield name, type_.description
        if isinstance(type_, graphql.GraphQLObjectType | graphql.GraphQLInterfaceType):
            for field_name, field in type_.fields.items():
                yield f"{name}.{field_name}", field.description
                for argument_name, argument in field.args.items():
                    yield f"{name}.{field_name}({argument_name}:)", argument.description
        elif isinstance(type_, graphql.GraphQLInputObjectType):
            for input_name, input_field in type_.fields.items():
                yield f"{name}.{input_name}", input_field.description
        elif isinstance(type_, graphql.GraphQLEnumType):
            for value_name, value in type_.values.items():
                yield f"{name}.{value_name}", value.description
    for directive in schema.directives:
        if graphql.is_specified_directive(directive):
            continue
        yield f"@{directive.name}", directive.description
        for argument_name, argument in directive.args.items():
            yield f"@{directive.name}({argument_name}:)", argument.description


@pytest.mark.parametrize("schema", [built(), from_file()], ids=["built", "schema.graphql"])
def test_every_element_is_described(schema: graphql.GraphQLSchema) -> None:
    found = dict(elements(schema))
    assert {name for name, description in found.items() if not (description or "").strip()} == set()
    # The walk met every kind of element.
    assert {
        "Member",
        "Person.address",
        "Group.members(search:)",
        "SignInInput.password",
        "Power.VIEW_ROSTER",
        "@released(purpose:)",
        "Date",
    } <= set(found)


TOLD = {
    # typed by hand: introspection shows no directives, so the description says it in words
    "Member.address": (
        "Address down to the house number.\n\nReleased to the person and officers of the group"
        " with the power VIEW_ROSTER, in order to find the household that a circular did not"
        " reach. Personal data: ADDRESS. Null for everybody else."
    ),
    "Member.birthDate": (
        "Date of birth.\n\nReleased to the person. Personal data: AGE. Null for everybody else."
    ),
    "Member.displayName": (
        "The name this person chose to go by; 会員 if none was chosen.\n\nReleased to whoever may"
        " reach this object."
    ),
    "Group.members": (
        "Its active members, by kana as far as it is shown to you, then in a fixed order.\n\n"
        "Released to members of the group where its member directory is MEMBERS and officers of"
        " the group with the power VIEW_ROSTER, in order to know who is a member. Null for"
        " everybody else."
    ),
    "Query.releases": (
        "The ledger of releases, newest first.\n\nReleased to city staff with the role AUDITOR, in"
        " order to examine how personal data was given out. Null for everybody else."
    ),
    "Group.name": "The association's name.\n\nReleased to anyone.",
    "Mutation.declineMembership": (
        "Turn an application down.\n\nDone by officers of the group with the power MANAGE_MEMBERS,"
        " in order to turn an applicant down."
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_introspection_names_audience_power_and_purpose(name: str) -> None:
    type_name, _, field_name = name.partition(".")
    result = graphql.graphql_sync(
        built(),
        "query($type: String!) { __type(name: $type) { fields { name description } } }",
        variable_values={"type": type_name},
    )
    assert result.errors is None
    assert result.data is not None
    described = {f["name"]: f["description"] for f in result.data["__type"]["fields"]}
    assert described[field_name] == TOLD[name]


def test_every_other_description_ends_with_who_receives_the_field() -> None:
    for name, type_ in built().type_map.items():
        if not isinstance(type_, graphql.GraphQLObjectType) or name.startswith("__"):
            continue
        if name == "PageInfo" or name.endswith(("Connection", "Edge")):
            continue
        for field_name, field in type_.fields.items():
            words = (field.description or "").rpartition("\n\n")[2]
            # Whoever signs in is nobody yet: what comes of it is released to anyone.
            done = name == "Mutation" and field_name not in BY_NOBODY
            opening = "Done by " if done else "Released to "
            assert words.startswith(opening), f"{name}.{field_name}"
