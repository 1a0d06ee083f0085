"""The executor: graphql-core's, with every root field run breadth first."""

from collections.abc import Awaitable, Mapping
from typing import Any, ClassVar

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfoHelpers,
    GraphQLSchema,
    Undefined,
)
from graphql.execution.executor import Executor
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from execution import complete
from execution.failure import has_failed
from execution.place import ROOT
from execution.plan import FieldPlan, plan_field
from execution.plans import RootPlans, plans_of
from execution.ready import Ready, further, ready_of
from execution.run import Run
from execution.waiting import results_of
from execution.work import Work

_build: Any = Executor.build.__func__  # type: ignore[attr-defined]
_whole: Any = Executor.execute_operation
_one_by_one: Any = Executor.execute_field


class BreadthFirst:
    """Runs each field once per level, for all objects of that level.

    Mixed into an executor of graphql-core it replaces how a root field is run, and the way there
    and back for an operation that has no other; and what was found out of a document once is not
    looked up again. What else lies around the fields stays as it is: what variables may hold,
    mutations one after the other, subscription events.
    """

    abort_signal: Any
    build_response: Any
    collected_errors: Any
    gather_async_work: Any
    handle_field_error: Any
    hooks: Any
    is_awaitable: Any
    root_value: Any
    track_async_work: Any
    with_abort_signal: Any

    #: By scalar, the type whose values whoever writes the answer writes as the scalar would, such
    #: as ``{"Date": date}`` for orjson. They are left in the answer as they are.
    native: ClassVar[Mapping[str, type]] = {}

    _planned: RootPlans | None = None
    _is_only = False

    @classmethod
    def build(
        cls,
        schema: GraphQLSchema,
        document: DocumentNode,
        root_value: Any = None,
        context_value: Any = None,
        raw_variable_values: dict[str, Any] | None = None,
        operation_name: str | None = None,
        *resolvers_and_more: Any,
        **options: Any,
    ) -> Any:
        """An executor as graphql-core builds it, or the errors of a request that gets none."""
        known = ready_of(schema, document)
        ready = known.get(operation_name)
        given = further(resolvers_and_more, options)
        if ready is not None and given.get("middleware") is None:
            values = ready.values(raw_variable_values or {})
            if values is not None:
                return ready.executor(cls, schema, root_value, context_value, values, given)
        built = _build(
            cls,
            schema,
            document,
            root_value,
            context_value,
            raw_variable_values,
            operation_name,
            **given,
        )
        if ready is None and not isinstance(built, list):
            ready = Ready(built)
            if ready.is_whole:
                known[operation_name] = ready
        return built

    @property
    def async_helpers(self) -> GraphQLResolveInfoHelpers:
        """What resolvers await others with, made when one asks.

        Made at the start and kept, as the one who sets it would, it leads from us back to us: all
        that an operation held would wait for the collector of garbage.
        """
        return GraphQLResolveInfoHelpers(gather=self.gather_async_work, track=self.track_async_work)

    @async_helpers.setter
    def async_helpers(self, _made: GraphQLResolveInfoHelpers) -> None: ...

    def execute_operation(self, serially: bool | None = None) -> Any:
        """The result, or an awaitable of it."""
        planned = self._planned = plans_of(self)
        if not planned.is_collected:
            planned.collect(self)
        if planned.only is None or self.abort_signal is not None or self.hooks is not None:
            return _whole(self, serially)
        self._is_only = True
        root_type, key, details = planned.only
        try:
            path = Path(None, key, root_type.name)
            value = self.execute_field(root_type, self.root_value, details, path, None)
        except GraphQLError as error:
            return self._refused(error)
        if self.is_awaitable(value):
            return self._answered(key, value)
        return self.build_response({} if value is Undefined else {key: value})

    async def _answered(self, key: str, value: Awaitable[Any]) -> Any:
        try:
            return self.build_response({key: await value})
        except GraphQLError as error:
            return self._refused(error)

    def _refused(self, error: GraphQLError) -> Any:
        """An error that no field could absorb takes the whole answer."""
        self.collected_errors.add(error, None)
        return self.build_response(None)

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: Any,
        path: Path,
        position_context: Any = None,
    ) -> Any:
        """A root field's finished value, or an awaitable of it. Raises for a required one."""
        if self._planned is None:
            self._planned = plans_of(self)
        if self._planned.is_incremental:
            return _one_by_one(
                self, parent_type, source, field_details_list, path, position_context
            )
        key = (parent_type, str(path.key))
        plan = self._planned.fields.get(key)
        if plan is None:
            plan = plan_field(self, parent_type, field_details_list)
            if plan is None:
                return Undefined
            self._planned.fields[key] = plan
        run = Run(self)
        try:
            piece: Any = complete.field(run, plan, [source], ROOT)
            if not isinstance(piece, list):
                wanted = piece.send(None)  # begins it
        except StopIteration as finished:
            return _told(finished.value)
        except Exception as error:  # noqa: BLE001
            return self._ended(error, plan, path)
        if isinstance(piece, list):
            return _told(piece)
        return self._driven(run, piece, wanted, plan, path)

    async def _driven(
        self,
        run: Run,
        work: Work[list[Any]],
        wanted: list[Awaitable[Any]],
        plan: FieldPlan,
        path: Path,
    ) -> Any:
        """Await what the work asks for, all of it together, until it is done."""
        try:
            while True:
                if self._is_only and len(wanted) == 1:
                    run.is_alone = True
                    try:
                        results = [await wanted[0]]
                    except Exception as error:  # noqa: BLE001  # the error of whoever wanted it
                        results = [error]
                    run.is_alone = False
                else:
                    results = await self.with_abort_signal(results_of(wanted))
                wanted = work.send(results)
        except StopIteration as finished:
            column = finished.value
        except Exception as error:  # noqa: BLE001
            return self._ended(error, plan, path)
        return _told(column)

    def _ended(self, error: Exception, plan: FieldPlan, path: Path) -> None:
        """What no field stood up for, such as nesting too deep for Python, ends the root field."""
        self.handle_field_error(error, plan.definition.type, plan.details, path)


class BreadthFirstExecutor(BreadthFirst, StrawberryGraphQLCoreExecutionContext):
    """For ``strawberry.Schema(..., execution_context_class=...)`` and, as ``executor_class``, for
    ``graphql.execute``.
    """


def _told(column: list[Any]) -> Any:
    (value,) = column
    if has_failed(value):
        raise value.error
    return value
