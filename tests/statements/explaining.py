"""What PostgreSQL plans for a statement, and does: EXPLAIN ANALYZE of it, as a server would ask."""

import itertools
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.entering import Caller
from db.one_statement import entering, entering_to
from db.pool import Pool
from db.reading import Change, Rows
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

    async def change(self, statement: Change, *arguments: Any) -> Rows:
        return await self.fetch(statement.text, *arguments)


@dataclass
class ExplainingAtOnce(Explaining):
    """The same of a statement that enters first."""

    caller: Caller

    async def fetch(self, statement: str, *arguments: Any) -> Rows:
        return await super().fetch(entering(statement, len(arguments)), *arguments, *self._who())

    async def change(self, statement: Change, *arguments: Any) -> Rows:
        text = entering_to(statement, len(arguments))
        return await super().fetch(text, *arguments, *self._who())

    def _who(self) -> tuple[object, ...]:
        caller = self.caller
        return caller.city, caller.person, caller.session, self.at, self.transaction.facts


def literal(value: Any) -> str:
    """An argument as EXECUTE takes it."""
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        value = "{" + ",".join("null" if entry is None else str(entry) for entry in value) + "}"
    return "'" + str(value).replace("'", "''") + "'"


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


async def plan_at_once(ask: Ask, crowd: Crowd, server: Pool, caller: Caller) -> dict[str, Any]:
    """The plan of the same with the entering in it."""
    transaction = await Transaction.begin(server, caller, crowd.city.clock())
    try:
        (plan,) = await ask(ExplainingAtOnce(transaction, caller), crowd)
    finally:
        await transaction.abandon()
    found: dict[str, Any] = plan
    return found


def read_before_entering(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The nodes that touch a table and do not stand behind the look whether somebody entered."""
    if "entered.known" in node.get("One-Time Filter", ""):
        return
    if "Relation Name" in node:
        yield node
    for below in node.get("Plans", ()):
        yield from read_before_entering(below)


def read_whole(plan: dict[str, Any]) -> list[str]:
    """The tables that are read from end to end, other than those of a few rows."""
    return sorted(
        node["Relation Name"]
        for node in nodes(plan["Plan"])
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] not in FEW
    )
