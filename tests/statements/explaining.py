"""What PostgreSQL plans for a statement, and does: EXPLAIN ANALYZE of it, as a server would ask."""

import itertools
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.entering import Caller
from db.pool import Pool
from db.reading import Rows
from db.transaction import Transaction
from permissions.viewer import Viewer
from tests.statements.crowd import Crowd

# A few rows for each group or city, read whole: nothing an index would spare.
_numbers = itertools.count(1)
FEW = {"cities", "groups", "delegations", "hans", "areas", "city_policies"}


@dataclass
class Explaining:
    """Runs what it is given as EXPLAIN ANALYZE and gives the plan for the rows."""

    transaction: Transaction

    @property
    def viewer(self) -> Viewer:
        return self.transaction.viewer

    @property
    def at(self) -> datetime:
        return self.transaction.at

    async def fetch(self, statement: str, *arguments: Any) -> Rows:
        # EXPLAIN itself plans for the arguments it is given; a prepared statement's plan is asked
        # for by EXECUTE. Once before, for what is read the first time.
        name = f"asked_{next(_numbers)}"
        await self.transaction.fetch(f"prepare {name} as {statement}")
        execute = f"execute {name}({', '.join(map(literal, arguments))})"
        await self.transaction.fetch(execute)
        (row,) = await self.transaction.fetch(f"explain (analyze, buffers, format json) {execute}")
        plans: list[Any] = json.loads(row[0])
        return plans


def literal(value: Any) -> str:
    """An argument as EXECUTE takes it."""
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        value = "{" + ",".join("null" if entry is None else str(entry) for entry in value) + "}"
    return f"'{value}'"


Ask = Callable[[Explaining, Crowd], Awaitable[Rows]]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every node of a plan, the outermost first."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


async def plan_of(ask: Ask, crowd: Crowd, server: Pool, caller: Caller) -> dict[str, Any]:
    transaction = await Transaction.begin(server, caller, crowd.city.clock())
    try:
        (plan,) = await ask(Explaining(transaction), crowd)
    finally:
        await transaction.abandon()
    found: dict[str, Any] = plan
    return found


def read_whole(plan: dict[str, Any]) -> list[str]:
    """The tables that are read from end to end, other than those of a few rows."""
    return sorted(
        node["Relation Name"]
        for node in nodes(plan["Plan"])
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] not in FEW
    )
