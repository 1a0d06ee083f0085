"""Documents, read once: parsed, measured, validated, and asked which operation is meant."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationType,
    parse,
    validate,
)
from graphql.validation import specified_rules
from graphql.validation.rules import overlapping_fields_can_be_merged
from graphql.validation.validate import ValidationAbortedError

from resolvers.errors import ErrorCode, KairanError
from schema.prices import prices_of
from server.documents.costing import lengths_asked
from server.documents.kept import Kept
from server.documents.limits import COMPARISONS, DocumentLimits, LimitExceeded
from server.documents.measuring import Measures, measure
from server.documents.prepared import Prepared, fields_of
from server.documents.registered import UNKNOWN, NotRegistered, Registered
from server.http.requests import Request

MOST_KEPT = 1000
MOST_KEPT_BYTES = 32 * 1024 * 1024
# Of a parsed document, measured: nodes, their places in the text, the tokens between them.
_BYTES_PER_TOKEN = 400
# Each error repeats a piece of the document; whoever has not understood so many reads no more.
MOST_ERRORS = 20

# The library reads it when a validation starts, and knows no other way to set it.
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = COMPARISONS.default


class DocumentRefused(Exception):
    """The document cannot be run; ``errors`` say why, nothing was executed."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True)
class _Read:
    """A document as it is kept: everything about it that no request changes."""

    operations: list[Prepared]

    def prepared(
        self, name: str | None, variables: Mapping[str, Any] | None, limits: DocumentLimits
    ) -> Prepared:
        """The operation meant. Raises KairanError when none is, or when it costs too much."""
        prepared = _operation_of(self.operations, name)
        limits.check(cost=prepared.cost(variables))
        return prepared


@dataclass(frozen=True)
class Figures:
    """What an operation comes to, for whoever writes it.

    :param cost: where its variables have their defaults, or say nothing.
    :param highest_cost: where every variable asks for as much as there can be.
    """

    name: str
    depth: int
    cost: int
    highest_cost: int


class Documents:
    """Reads documents within ``limits``, and remembers those that are good."""

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: DocumentLimits | None = None,
        *,
        page_max: int = 200,
        registered: Registered | None = None,
        only_registered: bool = False,
    ) -> None:
        self.schema = schema
        self.limits = limits or DocumentLimits.default()
        self._prices = prices_of(schema, page_max)
        self._registered = registered
        self._only_registered = only_registered
        self._kept: Kept[_Read] = Kept(MOST_KEPT, MOST_KEPT_BYTES, largest=MOST_KEPT_BYTES // 32)
        # Apart: whoever sends documents of his own pushes out none that an app was released with.
        self._kept_registered: Kept[_Read] = Kept(
            MOST_KEPT, MOST_KEPT_BYTES, largest=MOST_KEPT_BYTES // 8
        )

    async def of(self, request: Request) -> Prepared:
        """The operation that a request asks for.

        Raises as :meth:`prepare` does, and KairanError DOCUMENT_NOT_REGISTERED.
        """
        name, variables = request.operation_name, request.variables
        if request.document_id is None and not self._only_registered:
            return self.prepare(request.query, name, variables)
        if self._registered is None:
            raise NotRegistered(UNKNOWN)
        if request.document_id is None:
            hash_: str = await self._registered.check(request.query)
        else:
            hash_ = await self._registered.id_of(request.document_id)
        read = self._kept_registered.get(hash_)
        if read is None:
            text = request.query or await self._registered.text(hash_)
            return self._keep(self._kept_registered, hash_, text, name, variables)
        return read.prepared(name, variables, self.limits)

    def prepare(
        self, text: str, operation_name: str | None, variables: Mapping[str, Any] | None = None
    ) -> Prepared:
        """The operation to run.

        :raises LimitExceeded: the document, or this operation with these variables, is too much.
        :raises DocumentRefused: it is no GraphQL or does not fit the schema.
        :raises KairanError: none of its operations is meant.
        """
        read = self._kept.get(text)
        if read is not None:
            return read.prepared(operation_name, variables, self.limits)
        return self._keep(self._kept, text, text, operation_name, variables)

    def figures(self, text: str) -> list[Figures]:
        """The operations of a document that may be run. Raises as :meth:`prepare` does."""
        document, measures = self.measured(text)
        self.validate(document)
        found = []
        for operation, shape in measures.operations:
            cost = shape.plain.value(lengths_asked(operation, None))
            self.limits.check(cost=cost)
            name = operation.name.value if operation.name else operation.operation.value
            found.append(Figures(name, shape.depth, cost, shape.plain.highest()))
        if not found:
            raise KairanError(ErrorCode.BAD_REQUEST, "The document has no operation to run.")
        return found

    def told_cost(self, prepared: Prepared, variables: Mapping[str, Any] | None) -> dict[str, int]:
        """What ``extensions.cost`` says to whoever asks for it."""
        return {"estimate": prepared.cost(variables), "most": self.limits.most["cost"]}

    def _keep(
        self,
        kept: "Kept[_Read]",
        key: str,
        text: str,
        operation_name: str | None,
        variables: Mapping[str, Any] | None,
    ) -> Prepared:
        document, measures = self.measured(text)
        fields = fields_of(self.schema, document)
        read = _Read(
            [Prepared(document, each, shape.plain, fields) for each, shape in measures.operations]
        )
        prepared = read.prepared(operation_name, variables, self.limits)
        self.validate(document)
        # Only now: what is refused must not push out what is good.
        size = sys.getsizeof(text) + (document.token_count or 0) * _BYTES_PER_TOKEN
        kept.put(key, read, size)
        return prepared

    def measured(self, text: str) -> tuple[DocumentNode, Measures]:
        """A document that is within the limits, but for the cost, which its variables decide.

        Raises as :meth:`prepare` does.
        """
        self.limits.check(bytes=len(text.encode()))
        document = self._parsed(text)
        measures = measure(self.schema, self._prices, document)
        self.limits.check(
            operations=len(measures.operations),
            fragments=measures.fragments,
            variables=measures.variables,
            values=measures.values,
            directives=measures.directives,
            fieldDirectives=measures.field_directives,
            nesting=measures.nesting,
        )
        for _, shape in measures.operations:
            self.limits.check(
                depth=shape.depth,
                introspectionDepth=shape.introspection,
                rootFields=shape.width,
                aliases=shape.aliases,
                fields=shape.fields,
            )
        return document, measures

    def _parsed(self, text: str) -> DocumentNode:
        try:
            return parse(text, max_tokens=self.limits.most["tokens"])
        except GraphQLSyntaxError as error:
            # The library has no error of their own for these two.
            if error.description.startswith("Document contains more than"):
                raise self.limits.exceeded("tokens") from error
            if error.description.startswith("Document is nested too deeply"):
                raise self.limits.exceeded("nesting") from error
            raise DocumentRefused([error]) from error

    def validate(self, document: DocumentNode) -> None:
        """Raise DocumentRefused unless the document fits the schema."""
        errors = validate(
            self.schema,
            document,
            specified_rules,
            max_errors=MOST_ERRORS,
            hide_suggestions=True,
        )
        if not errors:
            return
        if isinstance(errors[-1], ValidationAbortedError) and len(errors) <= MOST_ERRORS:
            most = COMPARISONS.default
            raise LimitExceeded(COMPARISONS, most=most, found=most + 1, at_least=True)
        raise DocumentRefused(errors)


def _operation_of(operations: list[Prepared], name: str | None) -> Prepared:
    """One operation is run: of several, the one that is named (GraphQL, section 6.1)."""
    if name is not None:
        for operation in operations:
            if operation.name == name:
                return _runnable(operation)
        message = f'Unknown operation named "{name}".'
    elif len(operations) == 1:
        return _runnable(operations[0])
    elif operations:
        message = "The document has several operations: say which by operationName."
    else:
        message = "The document has no operation to run."
    raise KairanError(ErrorCode.BAD_REQUEST, message)


def _runnable(operation: Prepared) -> Prepared:
    if operation.kind is OperationType.SUBSCRIPTION:
        raise KairanError(ErrorCode.NOT_SUPPORTED, "There is nothing to subscribe to.")
    return operation
