"""Documents that fit the schema, drawn at random: whatever a client could think of to ask."""

import json
from collections.abc import Mapping, Sequence

import graphql
from hypothesis import strategies as st

from schema.build import build_schema

_DEPTH = 4
# Arguments that are not given at random would lead nowhere most of the time.
_SELDOM = {"after": 6, "han": 3, "search": 3, "area": 3, "state": 2, "first": 1}


def documents(values: Mapping[str, Sequence[object]]) -> st.SearchStrategy[str]:
    """Queries over all fields and arguments.

    :param values: what arguments are given, by ``field(argument:)`` or by the argument's name.
    """
    drawer = _Drawer(values)

    @st.composite
    def document(draw: st.DrawFn) -> str:
        drawer.count = 0
        return f"query Drawn {drawer.selection(draw, drawer.query, _DEPTH)}"

    return document()


class _Drawer:
    def __init__(self, values: Mapping[str, Sequence[object]]) -> None:
        self.schema = build_schema()._schema
        query = self.schema.query_type
        assert query is not None
        self.query = query
        self.values = values
        self.count = 0

    def selection(self, draw: st.DrawFn, type_: graphql.GraphQLNamedType, depth: int) -> str:
        """A selection set of ``type_``; each field under a name of its own."""
        parts = ["__typename"]
        if isinstance(type_, graphql.GraphQLInterfaceType):
            names = sorted(possible.name for possible in self.schema.get_possible_types(type_))
            for name in draw(st.sets(st.sampled_from(names), min_size=1, max_size=3)):
                inner = self.selection(draw, self.schema.type_map[name], depth)
                parts.append(f"... on {name} {inner}")
            return "{ " + " ".join(parts) + " }"
        assert isinstance(type_, graphql.GraphQLObjectType)
        for name in self._names(draw, type_, depth):
            field = type_.fields[name]
            inner_type = graphql.get_named_type(field.type)
            asked = name + self._arguments(draw, name, field)
            if not graphql.is_leaf_type(inner_type):
                # The plumbing of pages is no step on a road.
                step = 0 if "Connection" in type_.name or "Edge" in type_.name else 1
                asked += " " + self.selection(draw, inner_type, depth - step)
            self.count += 1
            parts.append(f"f{self.count}: {asked}")
        if "Person" in {interface.name for interface in type_.interfaces}:
            parts.append("... on Person { kana }")
        return "{ " + " ".join(parts) + " }"

    def _names(self, draw: st.DrawFn, type_: graphql.GraphQLObjectType, depth: int) -> list[str]:
        leaves = [
            name
            for name, field in type_.fields.items()
            if graphql.is_leaf_type(graphql.get_named_type(field.type))
        ]
        edges = [name for name in type_.fields if name not in leaves]
        if depth <= 0 or not edges:
            return leaves
        return leaves + draw(st.lists(st.sampled_from(edges), min_size=1, max_size=3))

    def _arguments(self, draw: st.DrawFn, name: str, field: graphql.GraphQLField) -> str:
        given = []
        for argument, definition in field.args.items():
            required = graphql.is_required_argument(definition)
            if required or draw(st.integers(0, _SELDOM.get(argument, 1))) == 1:
                choices = self.values.get(f"{name}({argument}:)") or self.values[argument]
                value = draw(st.sampled_from(choices))
                # An enum's value stands bare; everything else is written as in JSON.
                bare = graphql.is_enum_type(graphql.get_named_type(definition.type))
                given.append(f"{argument}: {value if bare else json.dumps(value)}")
        return f"({', '.join(given)})" if given else ""
