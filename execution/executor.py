"""The executor: graphql-core's, with every root field run breadth first."""

from collections.abc import Awaitable, Mapping
from typing import Any, ClassVar

from graphql import GraphQLObjectType, Undefined
from graphql.execution.executor import Executor
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from execution import complete
from execution.failure import has_failed
from execution.place import Root
from execution.plan import FieldPlan, RootPlans, plan_field, plans_of
from execution.run import Run
from execution.waiting import results_of
from execution.work import Work

_one_by_one: Any = Executor.execute_field


class BreadthFirst:
    """Runs each field once per level, for all objects of that level.

    Mixed into an executor of graphql-core it replaces one method. What lies around the fields stays
    as it is: variables, which operation is meant, mutations one after the other, subscription
    events, the response.
    """

    handle_field_error: Any
    with_abort_signal: Any

    #: By scalar, the type whose values whoever writes the answer writes as the scalar would, such
    #: as ``{"Date": date}`` for orjson. They are left in the answer as they are.
    native: ClassVar[Mapping[str, type]] = {}

    _planned: RootPlans | None = None

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
        work = complete.field(Run(self, self.native), plan, [source], Root())
        try:
            wanted = work.send(None)  # type: ignore[arg-type]  # begins it
        except StopIteration as finished:
            return _told(finished.value)
        except Exception as error:  # noqa: BLE001
            return self._ended(error, plan, path)
        return self._driven(work, wanted, plan, path)

    async def _driven(
        self, work: Work[list[Any]], wanted: list[Awaitable[Any]], plan: FieldPlan, path: Path
    ) -> Any:
        """Await what the work asks for, all of it together, until it is done."""
        try:
            while True:
                wanted = work.send(await self.with_abort_signal(results_of(wanted)))
        except StopIteration as finished:
            column = finished.value
        except Exception as error:  # noqa: BLE001
            return self._ended(error, plan, path)
        return _told(column)

    def _ended(self, error: Exception, plan: FieldPlan, path: Path) -> None:
        """What no field stood up for, such as nesting too deep for Python, ends the root field."""
        self.handle_field_error(error, plan.type, plan.details, path)


class BreadthFirstExecutor(BreadthFirst, StrawberryGraphQLCoreExecutionContext):
    """For ``strawberry.Schema(..., execution_context_class=...)`` and, as ``executor_class``, for
    ``graphql.execute``.
    """


def _told(column: list[Any]) -> Any:
    (value,) = column
    if has_failed(value):
        raise value.error
    return value
