"""Strawberry's executor, but a mutation field is closed as soon as its payload is complete."""

import inspect
from collections.abc import Awaitable
from typing import Any

import strawberry
from graphql import DocumentNode, ExecutionResult, GraphQLObjectType, GraphQLSchema, execute
from graphql.pyutils import Path
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from resolvers.operation import Operation


class Executor(StrawberryGraphQLCoreExecutionContext):
    """Only here is it known what an error took out of a payload before the next field begins: the
    ledger is written in between, and must not speak of what did not leave.
    """

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: Any,
        path: Path,
        position_context: Any,
    ) -> Any:
        """A field's value, or an awaitable of it."""
        if parent_type is self.schema.mutation_type:
            self.context_value.field = str(path.key)
        result = super().execute_field(
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
    result = execute(
        schema,
        document,
        context_value=operation,
        operation_name=operation_name,
        variable_values=variables,
        is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # a TypeGuard in effect
        executor_class=Executor,
        hide_suggestions=True,
    )
    return await result if inspect.isawaitable(result) else result
