"""``schema.graphql`` as a client reads it, and the schema that the server builds."""

from functools import cache
from pathlib import Path

import graphql

from schema.build import build_schema

FILE = Path(__file__).parents[2] / "schema.graphql"


@cache
def document() -> graphql.DocumentNode:
    """The file, parsed."""
    return graphql.parse(FILE.read_text(encoding="utf-8"))


@cache
def from_file() -> graphql.GraphQLSchema:
    """The file, as tools of front-end teams build it."""
    return graphql.build_ast_schema(document())


@cache
def built() -> graphql.GraphQLSchema:
    """What the server executes."""
    return build_schema()._schema


def object_types() -> dict[str, graphql.GraphQLObjectType]:
    """The object types of the file by name."""
    return {
        name: type_
        for name, type_ in from_file().type_map.items()
        if isinstance(type_, graphql.GraphQLObjectType) and not name.startswith("__")
    }


def field_nodes() -> dict[str, graphql.FieldDefinitionNode]:
    """The definitions of all fields of object types as ``Type.field``."""
    return {
        f"{type_.name.value}.{field.name.value}": field
        for type_ in document().definitions
        if isinstance(type_, graphql.ObjectTypeDefinitionNode)
        for field in type_.fields or ()
    }
