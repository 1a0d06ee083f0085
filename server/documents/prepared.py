"""A document that fits the schema, and what is known of it before it is run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
)

from server.documents.costing import Sum, lengths_asked

# They make somebody known, so whom a token names does not matter to them: a client whose access
# token is over must be able to refresh it.
OPEN_A_SESSION = frozenset(
    {"signIn", "signUp", "confirmSignUp", "refresh", "requestPasswordReset", "resetPassword"}
)


@dataclass(frozen=True)
class Prepared:
    """A document that fits the schema, and the one operation of it that is to run.

    :param costs: what it is estimated to cost, with places for what its variables tell.
    :param fields: all fields that the document asks for, as ``Type.field``; None where nobody
        looked.
    """

    document: DocumentNode
    operation: OperationDefinitionNode
    costs: Sum = field(default_factory=Sum)
    fields: frozenset[str] | None = None

    def cost(self, variables: Mapping[str, Any] | None) -> int:
        """What it is estimated to cost with these variables."""
        if not self.costs.parts:
            return self.costs.constant
        return self.costs.value(lengths_asked(self.operation, variables))

    @cached_property
    def name(self) -> str | None:
        """What the document calls the operation."""
        return self.operation.name.value if self.operation.name else None

    @cached_property
    def kind(self) -> OperationType:
        """Query or mutation."""
        return self.operation.operation

    @cached_property
    def opens_a_session(self) -> bool:
        """Whether it does nothing but that: such an operation is run as nobody.

        Said of the document alone: a field counts even where @skip leaves it out, so that what a
        variable holds never decides whether a token is looked at.
        """
        if self.kind is not OperationType.MUTATION:
            return False
        names = _root_names(self.operation, self.document)
        # The name of the type tells nothing about anybody.
        return bool(names & OPEN_A_SESSION) and names <= OPEN_A_SESSION | {"__typename"}


def _root_names(operation: OperationDefinitionNode, document: DocumentNode) -> set[str]:
    """The fields at the root of an operation that is valid, through whatever fragments.

    Each fragment is looked into once: spread by one another they could stand for millions.
    """
    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    names: set[str] = set()
    waiting = [operation.selection_set]
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FieldNode):
                names.add(selection.name.value)
            elif isinstance(selection, InlineFragmentNode):
                waiting.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                spread = fragments.pop(selection.name.value, None)
                if spread is not None:
                    waiting.append(spread.selection_set)
    return names


def fields_of(schema: GraphQLSchema, document: DocumentNode) -> frozenset[str]:
    """All fields that a document asks for anywhere, as ``Type.field``, under whatever alias.

    The type is the one that the document looks at: an interface where it names no object type.
    """
    names: set[str] = set()
    waiting: list[tuple[GraphQLNamedType | None, SelectionSetNode]] = [
        (_type_of(schema, definition), definition.selection_set)
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode)
    ]
    while waiting:
        type_, selections = waiting.pop()
        for selection in selections.selections:
            if isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                narrowed = schema.get_type(condition.name.value) if condition else type_
                waiting.append((narrowed, selection.selection_set))
            elif isinstance(selection, FieldNode):
                # What is no field of the type, or has no fields, is refused when it is validated.
                fields = getattr(type_, "fields", {})
                names.add(f"{type_}.{selection.name.value}")
                if selection.selection_set and selection.name.value in fields:
                    below = get_named_type(fields[selection.name.value].type)
                    waiting.append((below, selection.selection_set))
    return frozenset(names)


def _type_of(
    schema: GraphQLSchema, definition: OperationDefinitionNode | FragmentDefinitionNode
) -> GraphQLNamedType | None:
    if isinstance(definition, OperationDefinitionNode):
        return schema.get_root_type(definition.operation)
    return schema.get_type(definition.type_condition.name.value)
