"""Documents drawn at random from the schema: fragments, aliases, @skip and @include, variables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
)

# A value that cannot be right: an unknown id, a page too large, a cursor of no list.
WRONG: Mapping[str, Sequence[Any]] = {
    "ID": ["", "nowhere", "R3JvdXA6MQ"],
    "Int": [0, -1, 201],
    "String": ["nowhere", "あ" * 101, "\0"],
}
MOST_FIELDS = 60


@dataclass
class Draft:
    """A document being drawn.

    :param pools: ids to ask for, cursors to go on from, words to search.
    """

    random: Random
    schema: GraphQLSchema
    pools: Mapping[str, Sequence[Any]]
    fragments: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    drawn: int = 0

    def document(self) -> str:
        """A query; ``variables`` and ``fragments`` are filled in meanwhile."""
        root = self.schema.query_type
        assert root is not None
        body = self.selection(root, depth=5, root=True)
        declared = ", ".join(f"${name}: {type_}" for name, type_ in sorted(self.variables.items()))
        head = f"query Drawn({declared})" if declared else "query Drawn"
        return "\n".join([f"{head} {{ {body} }}", *self.fragments])

    def values(self) -> dict[str, Any]:
        """Values for the variables; drawn anew for each run of the same document."""
        return {name: self.value_of(name, kind) for name, kind in self.variables.items()}

    def value_of(self, name: str, type_: str) -> Any:
        """A value of a variable."""
        if type_ == "Boolean!":
            return self.random.random() < 0.5
        if name.startswith("first"):
            return self.random.choice([1, 2, 3, 50, *self._wrong("Int")])
        return self.random.choice([*self.pools[type_.strip("[]!")], *self._wrong("ID")])

    def selection(self, type_: Any, *, depth: int, root: bool = False) -> str:
        """What is asked of an object of ``type_``."""
        names = [*type_.fields, "__typename"] if not root else list(type_.fields)
        wanted = self.random.randint(1, 3 if root else 6)
        asked = [self._field(type_, self.random.choice(names), depth) for _ in range(wanted)]
        if not root and depth and self.random.random() < 0.3:
            asked.append(self._fragment(type_, depth - 1))
        return " ".join(each for each in asked if each) or "__typename"

    def _field(self, type_: Any, name: str, depth: int) -> str:
        self.drawn += 1
        alias = f"x{self.drawn}"
        if name == "__typename":
            return f"{alias}: __typename{self._directive()}"
        definition: GraphQLField = type_.fields[name]
        arguments = self._arguments(definition)
        if arguments is None:
            return ""
        below = get_named_type(definition.type)
        if not is_composite_type(below):
            # Without an alias where that cannot clash: two fields of one name are merged.
            label = "" if not definition.args and self.random.random() < 0.7 else f"{alias}: "
            return f"{label}{name}{arguments}{self._directive()}"
        if depth == 0 or self.drawn > MOST_FIELDS:
            return ""
        inner = self.selection(below, depth=depth - 1)
        return f"{alias}: {name}{arguments}{self._directive()} {{ {inner} }}"

    def _fragment(self, type_: Any, depth: int) -> str:
        if isinstance(type_, GraphQLInterfaceType):
            on: Any = self.random.choice(self.schema.get_possible_types(type_))
        elif isinstance(type_, GraphQLObjectType) and type_.interfaces:
            on = self.random.choice([type_, *type_.interfaces])
        else:
            on = type_
        inner = self.selection(on, depth=depth)
        if self.random.random() < 0.5:
            return f"... on {on.name}{self._directive()} {{ {inner} }}"
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {on.name} {{ {inner} }}")
        return f"...{name}{self._directive()}"

    def _directive(self) -> str:
        if self.random.random() > 0.15:
            return ""
        name = self.random.choice(["yes", "no"])
        self.variables[name] = "Boolean!"
        return f" @{self.random.choice(['skip', 'include'])}(if: ${name})"

    def _arguments(self, definition: GraphQLField) -> str | None:
        given = []
        for name, argument in definition.args.items():
            needed = str(argument.type).endswith("!")
            if not needed and self.random.random() < 0.6:
                continue
            value = self._argument(name, str(argument.type), get_named_type(argument.type))
            if value is None:
                return None
            given.append(f"{name}: {value}")
        return f"({', '.join(given)})" if given else ""

    def _argument(self, name: str, type_: str, named: Any) -> str | None:
        if isinstance(named, GraphQLEnumType):
            member: str = self.random.choice(list(named.values))
            return member
        if name == "first":
            if self.random.random() < 0.3:
                self.variables["first"] = "Int"
                return "$first"
            return str(self.random.choice([1, 2, 3, 7, 50, *self._wrong("Int")]))
        if name == "after":
            return _quoted(self.random.choice([*self.pools["cursor"], *self._wrong("String")]))
        if named.name == "ID":
            ids = [*self.pools["ID"], *self._wrong("ID")]
            if type_.startswith("["):
                some = self.random.sample(ids, min(len(ids), self.random.randint(0, 5)))
                return f"[{', '.join(map(_quoted, some))}]"
            if self.random.random() < 0.3:
                variable = f"id{self.random.randint(0, 2)}"
                self.variables[variable] = "ID!"
                return f"${variable}"
            return _quoted(self.random.choice(ids))
        if named.name == "String":
            return _quoted(self.random.choice([*self.pools["String"], *self._wrong("String")]))
        return None

    def _wrong(self, kind: str) -> Sequence[Any]:
        """Now and then one that cannot be right."""
        return [self.random.choice(WRONG[kind])] if self.random.random() < 0.15 else []


def _quoted(text: str) -> str:
    return '"' + text.replace("\0", "\\u0000") + '"'
