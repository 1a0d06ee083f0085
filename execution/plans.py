"""Plans that are kept from one run of an operation to the next.

They hold for every run with the same schema, the same default resolver, the same class of executor
and the same values of the variables that @skip and @include look at.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution.collect_fields import collect_fields

from execution.kept import Kept
from execution.plan import FieldPlan

# The type it is a field of, its response key, and graphql-core's details of it.
RootField = tuple[GraphQLObjectType, str, Any]


class RootPlans:
    """The plans of an operation's root fields, by type and response key.

    :ivar is_incremental: the document has @defer or @stream, which go with one object at a time.
    :ivar is_collected: how many root fields there are is known,
    :ivar only: and this is the one, where there is no other.
    """

    __slots__ = ("fields", "is_collected", "is_incremental", "only")

    def __init__(self, *, is_incremental: bool) -> None:
        self.fields: dict[tuple[GraphQLObjectType, str], FieldPlan] = {}
        self.is_incremental = is_incremental
        self.is_collected = is_incremental
        self.only: RootField | None = None

    def collect(self, executor: Any) -> None:
        """Find out whether the executor's operation has a single root field."""
        operation = executor.operation
        root_type = executor.schema.get_root_type(operation.operation)
        if root_type is None:
            return
        try:
            collected = collect_fields(
                executor.schema,
                executor.fragments,
                executor.variable_values,
                root_type,
                operation,
                executor.hide_suggestions,
            )
        except (GraphQLError, RecursionError):
            # Whoever runs the operation meets it again, and tells it.
            return
        self.is_collected = True
        if len(collected.grouped_field_set) == 1:
            [(key, details)] = collected.grouped_field_set.items()
            self.only = (root_type, key, details)


class _Operation:
    """What was planned for one operation: by default resolver and by what is skipped."""

    __slots__ = ("by_values", "is_cacheable", "is_incremental", "variables")

    def __init__(self, executor: Any) -> None:
        node: OperationDefinitionNode = executor.operation
        fragments = executor.fragment_definitions.values()
        directives = [
            directive
            for definition in (node, *fragments)
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
    """The plans of the operations run last."""

    def __init__(self, most: int) -> None:
        self._operations: Kept[_Operation] = Kept(most)

    def __len__(self) -> int:
        return len(self._operations)

    def of(self, executor: Any) -> RootPlans:
        """The plans of the executor's root fields; filled in as they are needed."""
        known = self._operations.of(executor.operation, partial(_Operation, executor))
        middleware = executor.middleware_manager
        if not known.is_cacheable or (middleware is not None and middleware.middlewares):
            return RootPlans(is_incremental=known.is_incremental)
        coerced = executor.variable_values.coerced
        # Absent is another thing than null, and False another than 0.
        values = tuple((name in coerced, coerced.get(name)) for name in known.variables)
        key = (values, executor.field_resolver, type(executor))
        plans = known.by_values.get(key)
        if plans is None:
            if len(known.by_values) >= MOST_VALUES:
                # Whoever asks with all combinations of many variables must not fill the memory.
                known.by_values.clear()
            plans = RootPlans(is_incremental=known.is_incremental)
            known.by_values[key] = plans
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
