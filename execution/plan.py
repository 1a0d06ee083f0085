"""What is known of an operation before it runs: worked out once per document.

A plan of a field says how its values are had and what they are; a plan of a selection lists the
fields of one object type. They hold for every run of the operation with the same schema, the same
default resolver and the same values of the variables that @skip and @include look at.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    is_leaf_type,
)
from graphql.execution.executor import to_nodes
from graphql.type import TypeNameMetaFieldDef
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from execution.reading import Read, read_column, reader

# The key of a field's metadata under which its column form stands: see execution/column.py.
COLUMN = "resolve_column"


class FieldPlan:
    """One field of a selection.

    :ivar read: gives the value from its source; None where that takes more than a look.
    :ivar column: gives all values from all sources; None where objects are asked one by one.
    :ivar maps_arguments: an extension may have some to add, even where there are none.
    :ivar leaf: the scalar or enum, None for anything else; ``is_required`` whether it may be null.
    :ivar constant: the coerced arguments, where no variable takes part and nobody can change them.
    :ivar selections: by the type of object that the field turned out to give.
    """

    __slots__ = (
        "column",
        "constant",
        "definition",
        "details",
        "has_arguments",
        "is_required",
        "key",
        "leaf",
        "maps_arguments",
        "nodes",
        "parent_type",
        "read",
        "resolve",
        "selections",
        "strawberry_field",
        "type",
        "typename",
    )

    def __init__(self, parent_type: GraphQLObjectType, definition: GraphQLField, details: Any):
        node: FieldNode = details[0].node
        self.parent_type = parent_type
        self.definition = definition
        self.details = details
        self.nodes = to_nodes(details)
        self.key = node.alias.value if node.alias else node.name.value
        self.type = definition.type
        self.is_required = isinstance(definition.type, GraphQLNonNull)
        bare = definition.type.of_type if self.is_required else definition.type  # type: ignore[union-attr]
        self.leaf: Any = bare if is_leaf_type(bare) else None
        self.has_arguments = bool(definition.args or node.arguments)
        self.constant: dict[str, Any] | None = None
        self.typename = parent_type.name if definition is TypeNameMetaFieldDef else None
        self.strawberry_field: StrawberryField | None = None
        self.resolve: Any = None
        self.read: Read | None = None
        self.column: Any = None
        self.maps_arguments = False
        self.selections: dict[GraphQLObjectType, SelectionPlan] = {}


class SelectionPlan:
    """The fields of one object type, and how a column of each becomes one dict per object."""

    __slots__ = ("fields", "rows")

    def __init__(self, fields: Sequence[FieldPlan]) -> None:
        self.fields = fields
        self.rows = rows_of(tuple(field.key for field in fields))


@lru_cache(2048)
def rows_of(keys: tuple[str, ...]) -> Callable[..., list[dict[str, Any]]]:
    """A function of one column per key that gives the rows.

    A dict display in a comprehension is what Python builds fastest; so it is written out.
    """
    if not all(key.isidentifier() for key in keys):
        raise ValueError(f"no GraphQL names: {keys}")
    names = [f"c{position}" for position in range(len(keys))]
    pairs = ", ".join(f"{key!r}: {name}" for key, name in zip(keys, names, strict=True))
    each = names[0] if len(names) == 1 else f"({', '.join(names)})"
    source = f"lambda *columns: [{{{pairs}}} for {each} in zip(*columns, strict=True)]"
    if len(names) == 1:
        source = f"lambda column: [{{{pairs}}} for {each} in column]"
    function: Callable[..., list[dict[str, Any]]] = eval(source, {"zip": zip})  # noqa: S307
    return function


def plan_field(executor: Any, parent_type: GraphQLObjectType, details: Any) -> FieldPlan | None:
    """The plan of a field; None where the type has no such field."""
    node: FieldNode = details[0].node
    definition = executor.schema.get_field(parent_type, node.name.value)
    if definition is None:
        return None
    plan = FieldPlan(parent_type, definition, details)
    plan.resolve = definition.resolve or executor.field_resolver
    middleware = executor.middleware_manager
    if middleware is not None and middleware.middlewares:
        # Middleware is told of every object: its fields are resolved one by one.
        plan.resolve = middleware.get_field_resolver(plan.resolve)
        return plan
    field = definition.extensions.get("strawberry-definition")
    if field is None or field.is_subscription:
        return plan
    plan.strawberry_field = field
    reads = _reads_its_column(field, definition)
    if reads and not field.extensions:
        plan.read = reader(field)
    else:
        plan.column = column_resolver(field, reads=reads)
        plan.maps_arguments = any(
            type(extension).map_arguments is not FieldExtension.map_arguments
            for extension in field.extensions
        )
    return plan


def _reads_its_column(field: StrawberryField, definition: GraphQLField) -> bool:
    return (
        not field.base_resolver
        and type(field).get_result is StrawberryField.get_result
        # Strawberry says so of the resolver it makes for such a field; a test holds it to that.
        and getattr(definition.resolve, "_is_default", False)
    )


def column_resolver(field: StrawberryField, *, reads: bool) -> Any:
    """The field's column form with its extensions around it; None where one of them has none."""
    function = field.metadata.get(COLUMN)
    if function is None:
        if not reads:
            return None
        function = partial(read_column, reader(field))
    for extension in field.extensions:
        wrapper = getattr(extension, COLUMN, None)
        if wrapper is None:
            return None
        function = partial(wrapper, function)
    return function


def selection_of(executor: Any, plan: FieldPlan, type_: GraphQLObjectType) -> SelectionPlan:
    """The fields asked of objects of ``type_`` below a field."""
    selection = plan.selections.get(type_)
    if selection is None:
        grouped = executor.collect_subfields(type_, plan.details).grouped_field_set
        fields = [plan_field(executor, type_, details) for details in grouped.values()]
        selection = SelectionPlan([field for field in fields if field is not None])
        plan.selections[type_] = selection
    return selection


class RootPlans:
    """The plans of an operation's root fields, by type and response key.

    :ivar is_incremental: the document has @defer or @stream, which go with one object at a time.
    """

    __slots__ = ("fields", "is_incremental")

    def __init__(self, *, is_incremental: bool) -> None:
        self.fields: dict[tuple[GraphQLObjectType, str], FieldPlan] = {}
        self.is_incremental = is_incremental


class _Operation:
    """What was planned for one operation: by default resolver and by what is skipped."""

    __slots__ = ("by_values", "is_cacheable", "is_incremental", "node", "variables")

    def __init__(self, executor: Any) -> None:
        self.node: OperationDefinitionNode = executor.operation
        fragments = executor.fragment_definitions.values()
        directives = [
            directive
            for definition in (self.node, *fragments)
            for directive in _directives(definition.selection_set)
        ]
        self.is_incremental = any(d.name.value in ("defer", "stream") for d in directives)
        self.variables = tuple(
            sorted(
                {
                    argument.value.name.value
                    for directive in directives
                    if directive.name.value in ("skip", "include")
                    for argument in directive.arguments or ()
                    if isinstance(argument.value, VariableNode)
                }
            )
        )
        # Arguments of fragments, an experiment of graphql-core, would have to be part of the key.
        self.is_cacheable = not any(fragment.variable_definitions for fragment in fragments)
        self.by_values: dict[Any, RootPlans] = {}


def _directives(selections: SelectionSetNode | None) -> Iterator[DirectiveNode]:
    for selection in selections.selections if selections is not None else ():
        yield from selection.directives or ()
        if isinstance(selection, FieldNode | InlineFragmentNode):
            yield from _directives(selection.selection_set)


class Plans:
    """The plans of the operations run last, known by the identity of their node.

    Whoever parses a document anew for each run has no use of them, nor does it cost him more than
    the planning.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._operations: OrderedDict[int, _Operation] = OrderedDict()

    def __len__(self) -> int:
        return len(self._operations)

    def of(self, executor: Any) -> RootPlans:
        """The plans of the executor's root fields; filled in as they are needed."""
        key = id(executor.operation)
        known = self._operations.get(key)
        # An id may be another object's by now; the node is kept alive beside it.
        if known is None or known.node is not executor.operation:
            known = self._operations[key] = _Operation(executor)
            if len(self._operations) > self._most:
                self._operations.popitem(last=False)
        else:
            self._operations.move_to_end(key)
        middleware = executor.middleware_manager
        if not known.is_cacheable or (middleware is not None and middleware.middlewares):
            return RootPlans(is_incremental=known.is_incremental)
        coerced = executor.variable_values.coerced
        # Absent is another thing than null, and False another than 0.
        values = tuple((name in coerced, coerced.get(name)) for name in known.variables)
        plans = known.by_values.get((values, executor.field_resolver))
        if plans is None:
            if len(known.by_values) >= MOST_VALUES:
                # Whoever asks with all combinations of many variables must not fill the memory.
                known.by_values.clear()
            plans = RootPlans(is_incremental=known.is_incremental)
            known.by_values[values, executor.field_resolver] = plans
        return plans


_PLANS = "execution.plans"
MOST_OPERATIONS = 1000
MOST_VALUES = 100


def plans_of(executor: Any) -> RootPlans:
    """The plans of the executor's root fields. They are kept with the schema, and go with it."""
    kept: Plans | None = executor.schema.extensions.get(_PLANS)
    if kept is None:
        kept = executor.schema.extensions[_PLANS] = Plans(MOST_OPERATIONS)
    return kept.of(executor)
