"""A plugin of pytest: whatever graphql-core's own tests execute goes through the executor.

It is loaded into a process of its own, beside the tests of graphql-core's source distribution.
"""

from typing import Any

from graphql.execution.executor import Executor

from execution.executor import BreadthFirst

_fields = 0


def _execute_field(self: Any, *arguments: Any) -> Any:
    global _fields  # noqa: PLW0603
    _fields += 1
    return BreadthFirst.execute_field(self, *arguments)


for _name, _value in vars(BreadthFirst).items():
    if not _name.startswith("__"):
        setattr(Executor, _name, _value)
Executor.execute_field = _execute_field  # type: ignore[method-assign,assignment]


def pytest_sessionfinish() -> None:
    """Say how many root fields went this way: none would mean that nothing was tried."""
    print(f"\nroot fields executed breadth first: {_fields}")  # noqa: T201
