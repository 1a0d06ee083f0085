"""Documents, read once: parsed, validated, and asked which of their operations is meant."""

from collections import OrderedDict
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    Source,
    parse,
    validate,
)
from graphql.validation import specified_rules

from resolvers.errors import ErrorCode, KairanError

MOST_TOKENS = 10_000
MOST_DOCUMENTS = 1000

# They make somebody known, so whom a token names does not matter to them: a client whose access
# token is over must be able to refresh it.
OPEN_A_SESSION = frozenset(
    {"signIn", "signUp", "confirmSignUp", "refresh", "requestPasswordReset", "resetPassword"}
)


class DocumentRefused(Exception):
    """The document cannot be run; ``errors`` say why, nothing was executed."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True)
class Prepared:
    """A document that fits the schema, and the one operation of it that is to run."""

    document: DocumentNode
    operation: OperationDefinitionNode

    @property
    def name(self) -> str | None:
        """What the document calls the operation."""
        return self.operation.name.value if self.operation.name else None

    @property
    def kind(self) -> OperationType:
        """Query or mutation."""
        return self.operation.operation

    @property
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


class Documents:
    """What was parsed and validated before, the latest :data:`MOST_DOCUMENTS`."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._known: OrderedDict[str, tuple[DocumentNode, list[GraphQLError]]] = OrderedDict()

    def prepare(self, text: str, operation_name: str | None) -> Prepared:
        """The operation to run. Raises DocumentRefused, or KairanError when none is meant."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._read(text)
            if len(self._known) > MOST_DOCUMENTS:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(text)
        document, errors = found
        prepared = Prepared(document, _operation_of(document, operation_name))
        if errors:
            raise DocumentRefused(errors)
        return prepared

    def _read(self, text: str) -> tuple[DocumentNode, list[GraphQLError]]:
        try:
            document = parse(text, max_tokens=MOST_TOKENS)
        except GraphQLError as error:
            raise DocumentRefused([error]) from error
        except RecursionError as error:
            raise DocumentRefused(
                [GraphQLSyntaxError(Source(text), 0, "The document is nested too deeply.")]
            ) from error
        return document, validate(self.schema, document, specified_rules, hide_suggestions=True)


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


def _operation_of(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """One operation is run: of several, the one that is named (GraphQL, section 6.1)."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if name is not None:
        for operation in operations:
            if operation.name is not None and operation.name.value == name:
                return _runnable(operation)
        message = f'Unknown operation named "{name}".'
    elif len(operations) == 1:
        return _runnable(operations[0])
    elif operations:
        message = "The document has several operations: say which by operationName."
    else:
        message = "The document has no operation to run."
    raise KairanError(ErrorCode.BAD_REQUEST, message)


def _runnable(operation: OperationDefinitionNode) -> OperationDefinitionNode:
    if operation.operation is OperationType.SUBSCRIPTION:
        raise KairanError(ErrorCode.NOT_SUPPORTED, "There is nothing to subscribe to.")
    return operation
