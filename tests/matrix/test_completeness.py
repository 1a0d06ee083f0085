"""The matrix leaves nothing out: a new field or way to a member has no cell yet, and fails here."""

from pathlib import Path

import graphql
import pytest

from tests.matrix.cells import table
from tests.matrix.members_table import ALL
from tests.matrix.roads import AGE, EVERYTHING, MOVED, REACHED, ROADS, ROSTER
from tests.matrix.town import Town

SCHEMA = graphql.build_schema((Path(__file__).parents[2] / "schema.graphql").read_text())


def fields_of(type_name: str) -> list[str]:
    """The fields of a type in schema.graphql, in order of their names."""
    type_ = SCHEMA.type_map[type_name]
    assert isinstance(type_, graphql.GraphQLObjectType)
    return sorted(type_.fields)


def ways_to_a_member() -> set[str]:
    """Every field of schema.graphql whose value is a member, or may be one."""
    member = SCHEMA.type_map["Member"]
    assert isinstance(member, graphql.GraphQLObjectType)
    kinds = {"Member", *(interface.name for interface in member.interfaces)}
    return {
        f"{type_.name}.{name}"
        for type_ in SCHEMA.type_map.values()
        if isinstance(type_, graphql.GraphQLObjectType)
        for name, field in type_.fields.items()
        if graphql.get_named_type(field.type).name in kinds
    }


class _Passing(graphql.Visitor):
    """Collects the fields a document passes through, as ``Type.field``."""

    def __init__(self, types: graphql.TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.passed: set[str] = set()

    def enter_field(self, node: graphql.FieldNode, *_: object) -> None:
        parent = self.types.get_parent_type()
        assert parent is not None
        self.passed.add(f"{parent.name}.{node.name.value}")


def passed_by(document: str) -> set[str]:
    """The fields a document passes through."""
    types = graphql.TypeInfo(SCHEMA)
    passing = _Passing(types)
    graphql.visit(graphql.parse(document), graphql.TypeInfoVisitor(types, passing))
    return passing.passed


def test_the_matrix_has_a_column_for_every_field_of_a_member() -> None:
    assert sorted(REACHED + ROSTER + AGE) == fields_of("Member")


def test_every_road_asks_for_every_field_of_a_member() -> None:
    asked = {name for name in passed_by(EVERYTHING) if name.startswith("Member.")}

    assert asked == {f"Member.{name}" for name in REACHED + ROSTER + AGE}


def test_the_matrix_has_a_road_for_every_field_that_leads_to_a_member() -> None:
    passed: set[str] = set().union(*(passed_by(road.document) for road in (*ROADS.values(), MOVED)))

    assert ways_to_a_member() - passed == set()


@pytest.mark.parametrize("text", ALL)
async def test_every_viewer_has_a_row_in_every_table(town: Town, text: str) -> None:
    assert {viewer for viewer, _ in table(text)} == set(town.seats)


def test_every_road_has_a_column() -> None:
    assert {road for text in ALL for _, road in table(text)} == set(ROADS)
