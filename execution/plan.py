"""What is known of a field before it runs: worked out once per document.

A plan of a field says how its values are had and what they are; a plan of a selection lists the
fields of one object type. For how long they hold, and where they are kept: execution/plans.py.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from graphql import (
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLObjectType,
    Undefined,
    VariableNode,
    get_nullable_type,
    is_enum_type,
    is_scalar_type,
    is_specified_scalar_type,
)
from graphql.execution.executor import to_nodes
from graphql.type import TypeNameMetaFieldDef
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from execution.inputs import Convert
from execution.place import Place, UnderKey
from execution.reading import Read, read_column, reader
from execution.shape import Shape

# The key of a field's metadata under which its column form stands: see execution/column.py.
COLUMN = "resolve_column"

# An argument by its name in Python: the variable that stands for it and what becomes of its value,
# or what it always is.
Recipe = list[tuple[str, str | None, Any, Convert | None]]


class FieldPlan:
    """One field of a selection.

    :ivar shape: what its values have to become.
    :ivar read: gives the value from its source; None where that takes more than a look.
    :ivar column: gives all values from all sources; None where objects are asked one by one.
    :ivar takes_arguments: the column form is given some: an extension may have some to add, as
        ``maps_arguments`` says, even where the field has none.
    :ivar variables: by argument, the variable that stands for it in the document.
    :ivar is_plain: what its arguments are but for variables, nobody can change, and a variable is
        the argument as it is.
    :ivar constant: the coerced arguments, where no variable takes part and nobody can change them.
    :ivar recipe: how the arguments of a column form are had: see execution/arguments.py,
    :ivar has_recipe: and whether there is one, or may be.
    :ivar selections: by the type of object that the field turned out to give.
    """

    __slots__ = (
        "column",
        "constant",
        "definition",
        "details",
        "has_arguments",
        "has_recipe",
        "is_plain",
        "key",
        "maps_arguments",
        "nodes",
        "parent_type",
        "read",
        "recipe",
        "resolve",
        "selections",
        "shape",
        "strawberry_field",
        "takes_arguments",
        "typename",
        "variables",
    )

    def __init__(
        self,
        parent_type: GraphQLObjectType,
        definition: GraphQLField,
        details: Any,
        native: Mapping[str, type],
    ) -> None:
        node: FieldNode = details[0].node
        self.parent_type = parent_type
        self.definition = definition
        self.details = details
        self.nodes = to_nodes(details)
        self.key = node.alias.value if node.alias else node.name.value
        self.shape = Shape(definition.type, native)
        self.has_arguments = bool(definition.args or node.arguments)
        self.variables = {
            argument.name.value: argument.value.name.value
            for argument in node.arguments or ()
            if isinstance(argument.value, VariableNode)
        }
        self.is_plain = details[0].fragment_variable_values is None and _is_plain(definition, node)
        self.constant: dict[str, Any] | None = None
        self.recipe: Recipe | None = None
        self.has_recipe = False
        self.typename = parent_type.name if definition is TypeNameMetaFieldDef else None
        self.strawberry_field: StrawberryField | None = None
        self.resolve: Any = None
        self.read: Read | None = None
        self.column: Any = None
        self.maps_arguments = False
        self.takes_arguments = self.has_arguments
        self.selections: dict[GraphQLObjectType, SelectionPlan] = {}

    @property
    def name(self) -> str:
        """``Type.field``, for messages."""
        return f"{self.parent_type}.{self.nodes[0].name.value}"

    def place_below(self, parents: Place) -> UnderKey:
        """Where the field's values stand."""
        return UnderKey(parents, self.key, self.parent_type.name)


def _is_plain(definition: GraphQLField, node: FieldNode) -> bool:
    """Whether no argument that is written out, or has a default, can be a value that somebody might
    change: a list, which one value alone may stand for, an object, or what a scalar of one's own
    makes.
    """
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    written = {name for name, value in given.items() if not isinstance(value, VariableNode)}
    return given.keys() <= definition.args.keys() and all(
        _is_plain_type(get_nullable_type(argument.type))
        for name, argument in definition.args.items()
        if name in written or (name not in given and _has_default(argument))
    )


def _has_default(argument: GraphQLArgument) -> bool:
    """Whether it is something where nobody gives it. Null is nothing that could be changed."""
    if argument.default is not None:
        return argument.default.literal is not None or argument.default.value is not None
    return argument.default_value is not Undefined and argument.default_value is not None


def _is_plain_type(type_: Any) -> bool:
    return is_enum_type(type_) or (is_scalar_type(type_) and is_specified_scalar_type(type_))


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
    plan = FieldPlan(parent_type, definition, details, executor.native)
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
        plan.takes_arguments = plan.has_arguments or plan.maps_arguments
        plan.has_recipe = plan.is_plain and not plan.maps_arguments
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
