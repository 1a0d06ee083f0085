"""Documents drawn at random from a schema: fragments, aliases, @skip and @include, variables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from zlib import crc32

from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
    type_from_ast,
)
from graphql.language import parse, parse_type, print_ast

from tests.execution.arguments import Unknown, Values, literal

MOST_FIELDS = 60
SWITCHES = {
    # The last may be null, and then nobody knows whether to skip.
    "yes": "Boolean!",
    "no": "Boolean!",
    "perhaps": "Boolean! = true",
    "maybe": "Boolean = false",
}
META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
# The whole schema at once says no more than a type of it, and says it for seconds.
LONG = {("__Schema", "types"), ("__Type", "possibleTypes")}


@dataclass
class Draft:
    """A document being drawn.

    :param pools: what arguments are drawn from: ids to ask for, cursors to go on from, words.
    """

    random: Random
    schema: GraphQLSchema
    pools: Mapping[str, Sequence[Any]]
    fragments: list[tuple[str, Any, str]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    drawn: int = 0

    def __post_init__(self) -> None:
        """The values come from the same chance."""
        self._values = Values(self.random, self.pools)

    def document(
        self, kind: str = "query", roots: Sequence[str] = (), way: Sequence[str] = ()
    ) -> str:
        """An operation; ``variables`` and ``fragments`` are filled in meanwhile.

        :param roots: its root fields, one after the other; without them, any.
        :param way: fields that lead to where it gets interesting, from the root on.
        """
        type_ = getattr(self.schema, f"{kind}_type")
        if roots:
            body = " ".join(
                self._field(type_, name, 3, self._inside(type_, name)) for name in roots
            )
        else:
            body = self.selection(type_, depth=5, root=True, way=way)
        text = "\n".join([body, *(text for _, _, text in self.fragments)])
        # A field was begun that then had nothing below it to ask for.
        self.variables = {
            name: type_ for name, type_ in self.variables.items() if f"${name}" in text
        }
        declared = ", ".join(f"${name}: {type_}" for name, type_ in sorted(self.variables.items()))
        head = f"{kind} Drawn({declared})" if declared else f"{kind} Drawn"
        return "\n".join([f"{head} {{ {body} }}", *(text for _, _, text in self.fragments)])

    def written(self, document: str) -> None:
        """Take a document that somebody wrote: ``variables`` are its own."""
        operation: Any = parse(document).definitions[0]
        for declared in operation.variable_definitions:
            name, _, type_ = print_ast(declared)[1:].partition(": ")
            self.variables[name] = type_

    def values(self) -> dict[str, Any]:
        """Values for the variables; drawn anew for each run of the same document."""
        values = {}
        for name, declared in self.variables.items():
            written, _, default = declared.partition(" = ")
            type_: Any = type_from_ast(self.schema, parse_type(written))
            is_needed = isinstance(type_, GraphQLNonNull) and not default
            if name == "maybe":
                values[name] = self.random.choice([True, False, None])
            elif is_needed or self.random.random() < 0.75:
                values[name] = self._values.of(type_, name.partition("_")[0])
        return values

    def selection(
        self, type_: Any, *, depth: int, root: bool = False, way: Sequence[str] = ()
    ) -> str:
        """What is asked of an object of ``type_``."""
        names = [*getattr(type_, "fields", ()), "__typename"]
        wanted = self.random.randint(0 if way else 1, 3 if root or way else 6)
        asked = [self._field(type_, self.random.choice(names), depth) for _ in range(wanted)]
        if way:
            place = self.random.randint(0, len(asked))
            asked.insert(place, self._field(type_, way[0], max(depth, 3), way[1:]))
        if root and type_ is self.schema.query_type and self.random.random() < 0.06:
            asked.append(self._field(type_, self.random.choice(list(META)), 3))
        often = 0.8 if is_abstract_type(type_) else 0.3
        while not root and depth > 0 and self.random.random() < often:
            asked.append(self._fragment(type_, depth - 1))
            often /= 2
        return " ".join(each for each in asked if each) or "__typename"

    def _field(self, type_: Any, name: str, depth: int, way: Sequence[str] | None = None) -> str:
        self.drawn += 1
        if name == "__typename":
            return f"x{self.drawn}: __typename{self._directive()}"
        definition: GraphQLField = META.get(name) or type_.fields[name]
        if (type_.name, name) in LONG:
            return ""
        try:
            arguments = self._arguments(definition)
        except Unknown:
            return ""
        below = get_named_type(definition.type)
        label = self._label(name, arguments)
        if not is_composite_type(below):
            return f"{label}{name}{arguments}{self._directive()}"
        if way is None and (depth <= 0 or self.drawn > MOST_FIELDS):
            return ""
        inner = self.selection(below, depth=depth - 1, way=way or ())
        return f"{label}{name}{arguments}{self._directive()} {{ {inner} }}"

    def _inside(self, type_: Any, name: str) -> Sequence[str]:
        """The object a root field is about: most of its answer is in there."""
        below = getattr(get_named_type(type_.fields[name].type), "fields", {})
        objects = [
            inner
            for inner, definition in below.items()
            if is_composite_type(get_named_type(definition.type)) and inner != "errors"
        ]
        return objects[:1]

    def _label(self, name: str, arguments: str) -> str:
        """An alias of its own, or one that the same field has elsewhere: they are merged."""
        if self.random.random() < 0.4:
            return f"x{self.drawn}: "
        return f"m{crc32(arguments.encode())}_{name}: " if arguments else ""

    def _fragment(self, type_: Any, depth: int) -> str:
        known = [(name, on) for name, on, _ in self.fragments if self._may_be(type_, on)]
        if known and self.random.random() < 0.3:
            return f"...{self.random.choice(known)[0]}{self._directive()}"
        on = type_
        if is_abstract_type(type_):
            on = self.random.choice([*self.schema.get_possible_types(type_), type_])
        elif isinstance(type_, GraphQLObjectType) and type_.interfaces:
            on = self.random.choice([type_, *type_.interfaces])
        inner = self.selection(on, depth=depth)
        if self.random.random() < 0.5:
            return f"... on {on.name}{self._directive()} {{ {inner} }}"
        name = f"F{len(self.fragments)}"
        self.fragments.append((name, on, f"fragment {name} on {on.name} {{ {inner} }}"))
        return f"...{name}{self._directive()}"

    def _may_be(self, type_: Any, on: Any) -> bool:
        mine, theirs = (
            set(self.schema.get_possible_types(each)) if is_abstract_type(each) else {each}
            for each in (type_, on)
        )
        return not mine.isdisjoint(theirs)

    def _directive(self) -> str:
        if self.random.random() > 0.15:
            return ""
        kind = self.random.choice(["skip", "include"])
        if self.random.random() < 0.2:
            return f" @{kind}(if: {self.random.choice(['true', 'false'])})"
        name = self.random.choice(["yes", "yes", "no", "no", "perhaps", "perhaps", "maybe"])
        self.variables[name] = SWITCHES[name]
        return f" @{kind}(if: ${name})"

    def _arguments(self, definition: GraphQLField) -> str:
        given = []
        for name, argument in definition.args.items():
            # Most cursors are of another list.
            often = 0.15 if name == "after" else 0.4
            if is_required_argument(argument) or self.random.random() < often:
                given.append(f"{name}: {self._argument(name, argument)}")
        return f"({', '.join(given)})" if given else ""

    def _argument(self, name: str, argument: Any) -> str:
        if self.random.random() < 0.65:
            return self._values.text(argument.type, name)
        type_ = argument.type
        if argument.default is not None and self.random.random() < 0.3:
            # It may be null then, which the argument may not.
            type_ = get_nullable_type(type_)
        default = self._values.of(argument.type, name)
        form = "".join(letter if letter.isalnum() else "_" for letter in str(type_))
        variable = f"{name}_{form}_{self.random.randint(0, 1)}"
        if variable not in self.variables:
            has_default = self.random.random() < 0.3 and default is not Undefined
            written = f" = {literal(default, type_)}" if has_default else ""
            self.variables[variable] = f"{type_}{written}"
        return f"${variable}"
