"""Documents that fit the schema, drawn at random: whatever a client could think of to ask."""

import json
from collections.abc import Sequence

import graphql
from hypothesis import strategies as st

from schema.build import build_schema

_DEPTH = 5


def documents(
    ids: Sequence[str], cursors: Sequence[str], words: Sequence[str]
) -> st.SearchStrategy[str]:
    """Queries over all fields and arguments; ids, cursors and texts are drawn from those given."""
    drawer = _Drawer(ids, cursors, words)

    @st.composite
    def document(draw: st.DrawFn) -> str:
        drawer.count = 0
        return f"query Drawn {drawer.selection(draw, drawer.query, _DEPTH)}"

    return document()


class _Drawer:
    def __init__(self, ids: Sequence[str], cursors: Sequence[str], words: Sequence[str]) -> None:
        self.schema = build_schema()._schema
        query = self.schema.query_type
        assert query is not None
        self.query = query
        self.texts = {"search": words, "after": cursors}
        self.ids = ids
        self.count = 0

    def selection(self, draw: st.DrawFn, type_: graphql.GraphQLNamedType, depth: int) -> str:
        """A selection set of ``type_``; each field under a name of its own."""
        parts = ["__typename"]
        if isinstance(type_, graphql.GraphQLInterfaceType):
            parts += ["id"] if "id" in type_.fields else []
            for name in draw(st.sets(st.sampled_from(self._possible(type_)), max_size=3)):
                inner = self.selection(draw, self.schema.type_map[name], depth)
                parts.append(f"... on {name} {inner}")
            return "{ " + " ".join(parts) + " }"
        assert isinstance(type_, graphql.GraphQLObjectType)
        for name in self._names(draw, type_, depth):
            field = type_.fields[name]
            inner_type = graphql.get_named_type(field.type)
            asked = name + self._arguments(draw, field)
            if not graphql.is_leaf_type(inner_type):
                asked += " " + self.selection(draw, inner_type, depth - 1)
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
        chosen = leaves
        if leaves and draw(st.integers(0, 1)) == 0:
            chosen = draw(st.lists(st.sampled_from(leaves), max_size=4))
        if depth > 0 and edges:
            chosen = chosen + draw(st.lists(st.sampled_from(edges), min_size=1, max_size=3))
        return chosen

    def _possible(self, type_: graphql.GraphQLInterfaceType) -> list[str]:
        return sorted(possible.name for possible in self.schema.get_possible_types(type_))

    def _arguments(self, draw: st.DrawFn, field: graphql.GraphQLField) -> str:
        given = []
        for name, argument in field.args.items():
            # A wrong cursor takes its whole list out of the answer: most come without one.
            often = 5 if name == "after" else 1
            if graphql.is_required_argument(argument) or draw(st.integers(0, often)) == 0:
                given.append(f"{name}: {draw(self._value(name, argument))}")
        return f"({', '.join(given)})" if given else ""

    def _value(self, name: str, argument: graphql.GraphQLArgument) -> st.SearchStrategy[str]:
        type_ = graphql.get_named_type(argument.type)
        if isinstance(type_, graphql.GraphQLEnumType):
            return st.sampled_from([*type_.values, "null"])
        if name == "first":
            return st.sampled_from(["1", "2", "3", "50", "200", "null", "7", "0"])
        if name == "ids":
            ids = st.lists(st.sampled_from(self.ids), max_size=4)
            return ids.map(json.dumps)
        if type_.name == "ID":
            return st.sampled_from(self.ids).map(json.dumps)
        return st.sampled_from(self.texts[name]).map(json.dumps)
