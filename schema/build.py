"""The schema, built and held to the table; and its text, ``schema.graphql``."""

from collections.abc import Iterator, Mapping
from typing import Any

import strawberry
from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import (
    MaxTokensLimiter,
    ParserCache,
    SchemaExtension,
    ValidationCache,
)
from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from permissions.policy import POLICY
from permissions.rule import Rule
from permissions.words import Reason
from resolvers.errors import ErrorCode, KairanError
from resolvers.operation import Operation
from schema.executor import Executor
from schema.group import Group
from schema.guard import guard, verify
from schema.member import Han, Household, Member
from schema.mutation import Mutation
from schema.node import Node
from schema.office import Appointment, Office
from schema.query import Query
from schema.released import describe_arguments
from schema.resident import Area, MembershipRequest, Resident

MOST_TOKENS = 10_000


def _from_row(row: Mapping[str, Any], column: str) -> object:
    """Rows are the objects: records of the driver, or small dicts."""
    return row[column]


class Schema(strawberry.Schema):
    """Strawberry's, but silent: its log quotes the document, and with it what a person typed."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Leave the log to the server, which tells a client's mistake from ours."""


class NamesOperation(SchemaExtension):
    """Tells the operation the name its document gives it: the ledger keeps it."""

    def on_validate(self) -> Iterator[None]:
        """One operation is run: of several, the one that is named (GraphQL, section 6.1)."""
        context = self.execution_context
        document = context.graphql_document
        unnamed = context._provided_operation_name is None  # noqa: SLF001
        if unnamed and document is not None and not context.pre_execution_errors:
            operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
            if len(operations) > 1:
                error = KairanError(
                    ErrorCode.BAD_REQUEST,
                    "The document has several operations: say which by operationName.",
                )
                context.pre_execution_errors = [GraphQLError(str(error), original_error=error)]
        yield

    def on_execute(self) -> Iterator[None]:
        """Before anything can be released."""
        operation: Operation = self.execution_context.context
        operation.name = self.execution_context.operation_name
        yield


def build_schema(
    *, mutation: type = Mutation, policy: Mapping[str, Rule] = POLICY
) -> strawberry.Schema:
    """The schema with every field guarded.

    :param mutation: another Mutation type, for tests of the machinery under it.
    :param policy: the table, with rows added for the fields of that type.
    :raises UnguardedField: a field has no row in the table.
    :raises NotNullable: a field that can be withheld is declared non-null.
    """
    guard(Query, mutation, policy=policy)
    schema = Schema(
        query=Query,
        mutation=mutation,
        types=[
            Area,
            Appointment,
            Group,
            Han,
            Household,
            Member,
            MembershipRequest,
            Office,
            Resident,
            Reason,
        ],
        execution_context_class=Executor,
        config=StrawberryConfig(default_resolver=_from_row, disable_field_suggestions=True),
        extensions=[
            lambda: MaxTokensLimiter(max_token_count=MOST_TOKENS),
            lambda: ParserCache(maxsize=1000),
            lambda: ValidationCache(maxsize=1000),
            # Last: what is cached is the document, and this is about the request.
            NamesOperation,
        ],
    )
    built = schema._schema  # noqa: SLF001
    verify(built.type_map, policy)
    describe_arguments(built)
    return schema


def sdl() -> str:
    """The text of ``schema.graphql``, ending in a line break."""
    return print_schema(build_schema()) + "\n"


__all__ = ["Node", "build_schema", "sdl"]
