"""A document that fits the schema, and what is known of it before it is run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
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
    :param fields: the names of all fields that the document asks for, of whatever type; None where
        nobody looked.
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


def fields_of(document: DocumentNode) -> frozenset[str]:
    """The names of all fields anywhere in a document, of whatever type and under whatever alias."""
    return frozenset(
        name
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode)
        for name in _names(definition.selection_set)
    )


def _names(selections: SelectionSetNode) -> Iterator[str]:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            yield selection.name.value
        if isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
            yield from _names(selection.selection_set)
