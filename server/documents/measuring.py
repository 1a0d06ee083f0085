"""One walk over a document that counts what the limits speak of.

Each definition is walked once, and what a fragment holds is added wherever it is spread: fragments
that spread one another twice count to 2^n in n steps. It runs before any other rule, on documents
that were only parsed, so names may lead nowhere and fragments may go in circles; what the
specification says of those is the other rules' to say.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from schema.prices import (
    CIRCULAR,
    INTROSPECTED_PER_UNIT,
    INTROSPECTION_ROOTS,
    Length,
    Price,
    Prices,
)
from server.documents.costing import ONCE, Factor, Sum, clamped, literal_length
from server.documents.limits import CEILING

_VALUE = Price(gives=None, weight=0)


@dataclass(slots=True)
class Shape:
    """What a selection set holds, with all that it spreads.

    ``sized`` is the part of the cost that is multiplied by the length that a connection's field
    says; ``width`` counts the fields of this level alone.
    """

    width: int = 0
    fields: int = 0
    aliases: int = 0
    depth: int = 0
    nesting: int = 1
    introspection: int = 0
    plain: Sum = field(default_factory=Sum)
    sized: Sum = field(default_factory=Sum)

    def add(self, other: "Shape") -> None:
        """Add a fragment's shape, spread at this level."""
        self.width = min(self.width + other.width, CEILING)
        self.fields = min(self.fields + other.fields, CEILING)
        self.aliases = min(self.aliases + other.aliases, CEILING)
        self.depth = max(self.depth, other.depth)
        self.nesting = max(self.nesting, 1 + other.nesting)
        self.introspection = max(self.introspection, other.introspection)
        self.plain.add(ONCE, other.plain)
        self.sized.add(ONCE, other.sized)


@dataclass
class Measures:
    """The figures of a document.

    :param operations: the shape of each operation.
    :param nesting: the deepest of all definitions, those that are never spread too.
    :param visits: how many selections the walk looked at, for whoever doubts that it is linear.
    """

    operations: list[tuple[OperationDefinitionNode, Shape]]
    fragments: int
    nesting: int
    variables: int
    values: int
    directives: int
    field_directives: int
    visits: int


def measure(schema: GraphQLSchema, prices: Prices, document: DocumentNode) -> Measures:
    """Count ``document``, which was parsed and not yet validated."""
    return _Walk(schema, prices, document).measures()


class _Walk:
    def __init__(self, schema: GraphQLSchema, prices: Prices, document: DocumentNode) -> None:
        self.prices = prices
        self.visits = 0
        self.values = 0
        self.directives = 0
        self.field_directives = 0
        self.roots = {
            "query": schema.query_type,
            "mutation": schema.mutation_type,
            "subscription": schema.subscription_type,
        }
        self.operations: list[OperationDefinitionNode] = []
        self.fragments: dict[str, FragmentDefinitionNode] = {}
        self.defined = 0
        for definition in document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                self.operations.append(definition)
            elif isinstance(definition, FragmentDefinitionNode):
                self.defined += 1
                # Of two with one name the specified rules take the last, and refuse both.
                self.fragments[definition.name.value] = definition
        self.shapes: dict[str, Shape] = {}

    def measures(self) -> Measures:
        variables = 0
        for name in self._innermost_first():
            fragment = self.fragments[name]
            self._count_directives(fragment)
            self.shapes[name] = self._shape(
                fragment.selection_set, fragment.type_condition.name.value
            )
        operations: list[tuple[OperationDefinitionNode, Shape]] = []
        for operation in self.operations:
            self._count_directives(operation)
            for definition in operation.variable_definitions or ():
                variables += 1
                self._count_directives(definition)
                self._count_values(definition.default_value)
            root = self.roots[operation.operation.value]
            name_of_root = root.name if root is not None else None
            operations.append((operation, self._shape(operation.selection_set, name_of_root)))
        return Measures(
            operations=operations,
            fragments=self.defined,
            nesting=max(
                (
                    shape.nesting
                    for shape in (*self.shapes.values(), *(each for _, each in operations))
                ),
                default=0,
            ),
            variables=variables,
            values=self.values,
            directives=self.directives,
            field_directives=self.field_directives,
            visits=self.visits,
        )

    def _innermost_first(self) -> list[str]:
        """The fragments' names, each after those that it spreads; a circle is cut anywhere."""
        spreads = {
            name: list(_spread_in(fragment.selection_set))
            for name, fragment in self.fragments.items()
        }
        order: list[str] = []
        seen: set[str] = set()
        for root in self.fragments:
            waiting = [(root, iter(spreads[root]))] if root not in seen else []
            seen.add(root)
            while waiting:
                name, below = waiting[-1]
                spread = next(below, None)
                if spread is None:
                    waiting.pop()
                    order.append(name)
                elif spread in spreads and spread not in seen:
                    seen.add(spread)
                    waiting.append((spread, iter(spreads[spread])))
        return order

    def _shape(self, selections: SelectionSetNode, type_name: str | None) -> Shape:
        shape = Shape()
        for selection in selections.selections:
            self.visits += 1
            self._count_directives(selection)
            if isinstance(selection, FieldNode):
                self._add_field(shape, selection, type_name)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                inner = condition.name.value if condition is not None else type_name
                shape.add(self._shape(selection.selection_set, inner))
            elif isinstance(selection, FragmentSpreadNode):
                found = self.shapes.get(selection.name.value)
                if found is not None:
                    shape.add(found)
        return shape

    def _add_field(self, shape: Shape, node: FieldNode, type_name: str | None) -> None:
        name = node.name.value
        for argument in node.arguments or ():
            self._count_values(argument.value)
        introspects = name in INTROSPECTION_ROOTS
        if introspects:
            price = Price(INTROSPECTION_ROOTS[name], 1)
        else:
            price = self.prices.get((type_name or "", name), _VALUE)
        below = Shape(nesting=0)
        if node.selection_set is not None:
            below = self._shape(node.selection_set, price.gives)
        circular = type_name == "__Type" and name in CIRCULAR
        shape.width += 1
        shape.fields = min(shape.fields + 1 + below.fields, CEILING)
        shape.aliases = min(shape.aliases + (node.alias is not None) + below.aliases, CEILING)
        shape.depth = max(shape.depth, 1 + below.depth)
        shape.nesting = max(shape.nesting, 1 + below.nesting)
        shape.introspection = max(shape.introspection, circular + below.introspection)
        shape.plain.constant += price.weight
        if price.gives is None:
            # A value is asked for once by its name, and under aliases as often as one likes: there
            # it counts as much as an object.
            shape.plain.constant += 2 * (node.alias is not None)
            return
        if introspects:
            shape.plain.constant += 1 + -(-below.plain.constant // INTROSPECTED_PER_UNIT)
        elif price.sized_above:
            shape.sized.constant += 1
            shape.sized.add(ONCE, below.plain)
        elif price.length is None:
            shape.plain.constant += 1
            shape.plain.add(ONCE, below.plain)
        elif price.sizes_below:
            shape.plain.constant += 1
            shape.plain.add(ONCE, below.plain)
            shape.plain.add(_factor(price.length, node), below.sized)
        else:
            below.plain.constant += 1
            shape.plain.add(_factor(price.length, node), below.plain)

    def _count_directives(self, node: Any) -> None:
        count = len(node.directives or ())
        self.directives += count
        self.field_directives = max(self.field_directives, count)
        for directive in node.directives or ():
            for argument in directive.arguments or ():
                self._count_values(argument.value)

    def _count_values(self, value: ValueNode | None) -> None:
        waiting = [value] if value is not None else []
        while waiting:
            found = waiting.pop()
            self.values += 1
            if isinstance(found, ListValueNode):
                waiting.extend(found.values)
            elif isinstance(found, ObjectValueNode):
                waiting.extend(each.value for each in found.fields)


def _spread_in(selections: SelectionSetNode) -> Iterator[str]:
    waiting = [selections]
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FragmentSpreadNode):
                yield selection.name.value
            elif selection.selection_set is not None:  # type: ignore[attr-defined]
                waiting.append(selection.selection_set)  # type: ignore[attr-defined]


def _factor(length: Length, node: FieldNode) -> Factor:
    """How long a list this very field asks for, as far as the document tells."""
    for argument in node.arguments or ():
        if argument.name.value != length.argument:
            continue
        if isinstance(argument.value, VariableNode):
            return Factor(length=length, variable=argument.value.name.value)
        said = literal_length(argument.value)
        return Factor(length.assumed if said is None else clamped(said, length))
    return Factor(length.assumed)
