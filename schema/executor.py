"""Which executor runs an operation, and what every mutation field has to end with."""

import inspect
from collections.abc import Awaitable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar

import strawberry
from graphql import DocumentNode, ExecutionResult, GraphQLObjectType, GraphQLSchema
from graphql.pyutils import Path
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from execution.executor import BreadthFirstExecutor
from resolvers.operation import Operation


class _ClosesMutationFields:
    """A mutation field is closed as soon as its payload is complete.

    Only here is it known what an error took out of a payload before the next field begins: the
    ledger is written in between, and must not speak of what did not leave.
    """

    schema: GraphQLSchema
    context_value: Any
    is_awaitable: Any

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: Any,
        path: Path,
        position_context: Any = None,
    ) -> Any:
        """A field's value, or an awaitable of it."""
        if parent_type is self.schema.mutation_type:
            # What is committed from here on is told by this key, should the rest fail.
            self.context_value.field = str(path.key)
        result = super().execute_field(  # type: ignore[misc]  # the executor it is mixed into
            parent_type, source, field_details_list, path, position_context
        )
        if parent_type is self.schema.mutation_type and self.is_awaitable(result):
            return self._closed(result, path)
        return result

    async def _closed(self, result: Awaitable[Any], path: Path) -> Any:
        payload = await result
        operation: Operation = self.context_value
        await operation.end_field(str(path.key), payload)
        return payload


class BreadthFirst(_ClosesMutationFields, BreadthFirstExecutor):
    """The executor that serves."""

    # orjson writes them as the scalars would.
    native: ClassVar[Mapping[str, type]] = {"Date": date, "DateTime": datetime}


class Reference(_ClosesMutationFields, StrawberryGraphQLCoreExecutionContext):
    """Strawberry's own, object by object: what the other is measured against."""


EXECUTORS: Mapping[str, type[StrawberryGraphQLCoreExecutionContext]] = {
    "breadth-first": BreadthFirst,
    "reference": Reference,
}


def core_of(schema: strawberry.Schema) -> GraphQLSchema:
    """The schema as graphql-core knows it."""
    return schema._schema  # noqa: SLF001


async def run(
    schema: GraphQLSchema,
    document: DocumentNode,
    *,
    operation: Operation,
    operation_name: str | None,
    variables: dict[str, Any] | None,
) -> ExecutionResult:
    """What a validated document's operation answers; nothing is logged, nothing is hidden yet."""
    # As graphql.execute would; the schema has no @defer, which is all it would look for besides.
    executor = EXECUTORS[operation.services.executor].build(
        schema,
        document,
        context_value=operation,
        operation_name=operation_name,
        raw_variable_values=variables,
        is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # a TypeGuard in effect
        hide_suggestions=True,
    )
    if isinstance(executor, list):
        return ExecutionResult(None, errors=executor)
    result: Any = executor.execute_operation()
    answer: ExecutionResult = await result if inspect.isawaitable(result) else result
    return answer
