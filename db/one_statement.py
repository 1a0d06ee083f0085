"""A transaction of one statement, which enters and reads at once: no BEGIN, no COMMIT, no ledger.

A statement is written with the viewer's facts: his groups, his offices. Whoever asks the same as
before nearly always has the same facts as before, so the statement can be written with those and
sent with the entering in front of it; PostgreSQL compares, and reads nothing where the facts are
others by now. That saves two of three round trips of whoever asks for himself.

What is read is judged with facts that held when it was read, as in any transaction. Entering comes
a moment later than the statement's snapshot (PostgreSQL's "read committed"), so that nobody is let
in who is not when the rows are read; what leaves may be older than the facts by that moment.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

import asyncpg

from db.entering import Caller
from db.failures import (
    ASYNCPG_ERRORS,
    FACTS_CHANGED,
    SESSION_ENDED,
    DatabaseTimedOut,
    DatabaseUnavailable,
    OutcomeUnknown,
    Overtaken,
    is_unanswered,
    translated,
)
from db.pool import Pool
from db.quota import ReleaseQuota
from db.reading import Change
from db.transaction import Transaction, close, word_after
from db.watched import statement
from permissions.releases import Path

# Beside the statement's own parameters five more: what `app.enter` takes, and what it must answer.
_ENTERED = """
    entered as materialized (
        select case when app.enter({}, {}, {}, {}) = {} then true
            else app.reckon_again() end as known
    )
"""
# A row is looked for only when `entered` has one: the filter stands in front of all that the query
# reads (PostgreSQL's one-time filter), and until then no setting says who asks, which shows nobody
# anything.
_FOUND = """
    select found.*
    from entered
    cross join lateral (
        select asked.* from ({}) asked where entered.known offset 0
    ) found
"""
_ASKED = "with {}{}"
_CHANGED = "with {}, found as ({}), {}"


@lru_cache(1024)
def entering(query: str, count: int) -> str:
    """A query with ``count`` parameters, behind the entering of whoever asks."""
    return _ASKED.format(_entered(count), _FOUND.format(query))


@lru_cache(64)
def entering_to(change: Change, count: int) -> str:
    """A change likewise: of what it finds behind the entering."""
    return _CHANGED.format(_entered(count), _FOUND.format(change.look), change.change)


def _entered(count: int) -> str:
    return _ENTERED.format(*(f"${number}" for number in range(count + 1, count + 6)))


def entered_as(caller: Caller, at: datetime, facts: str) -> tuple[object, ...]:
    """The five parameters more."""
    return caller.city, caller.person, caller.session, at, facts


def overtaken_or(error: BaseException) -> Exception:
    """Overtaken where a statement that enters and reads found other facts, no session or no
    database, as whoever enters as usual may not; else what any statement's failure is called.
    """
    failed = translated(error)
    said = getattr(error, "sqlstate", None)
    if said in (FACTS_CHANGED, SESSION_ENDED) or isinstance(failed, DatabaseUnavailable):
        return Overtaken()
    return failed


class OneStatement(Transaction):
    """Reads as ``caller``, who is reckoned to have ``facts``: once, and nothing that the ledger
    would have to know. Nothing that was made of it may leave before :meth:`commit`.
    """

    def __init__(self, pool: Pool, caller: Caller, at: datetime, facts: str) -> None:
        super().__init__(pool, None, facts, caller, at, "read committed")
        self.was_foreseen = True
        self._caller = caller

    async def fetch(self, text: str, *arguments: Any) -> list[asyncpg.Record]:
        """The rows of the one statement.

        Raises Overtaken where it is not the first, or was not answered; DatabaseFailed otherwise.
        """
        return await self._only(text, entering(text, len(arguments)), arguments)

    async def change(self, change: Change, *arguments: Any) -> list[asyncpg.Record]:
        """The same of a statement that changes something: when it has come back the change stands.

        Where Overtaken was raised it may stand, too: it must be one that is safe to repeat. Raises
        OutcomeUnknown where no answer came in time.
        """
        try:
            return await self._only(change.text, entering_to(change, len(arguments)), arguments)
        except DatabaseTimedOut as error:
            if error.__cause__ is not None and is_unanswered(error.__cause__):
                raise OutcomeUnknown from error.__cause__
            raise

    async def _only(
        self, text: str, whole: str, arguments: tuple[Any, ...]
    ) -> list[asyncpg.Record]:
        async with self._queue:
            self._go_on()
            if self.asked:
                raise Overtaken(for_good=True)
            self.asked += 1
            self._fetching = asyncio.current_task()
            try:
                return await self._run(text, whole, arguments)
            except ASYNCPG_ERRORS as error:
                raise overtaken_or(error) from error
            finally:
                self._fetching = None

    async def _run(self, text: str, whole: str, arguments: tuple[Any, ...]) -> list[asyncpg.Record]:
        connection = self._pool.take() or await self._pool.acquire()
        word = None
        try:
            with statement(text):
                rows: list[asyncpg.Record] = await connection.fetch(
                    whole, *arguments, *entered_as(self._caller, self.at, self.facts)
                )
            return rows
        except BaseException as error:
            word = word_after(error)
            raise
        finally:
            await close(self._pool, connection, word)

    async def commit(
        self,
        *,
        operation_name: str | None,
        rule_version: str,
        left: Callable[[Path], bool] | None = None,
        quota: ReleaseQuota | None = None,
    ) -> None:
        """Say that this was all. Only after it may the answer leave.

        :raises Overtaken: nobody looked whether the facts are these, or there is something to
            release, which the ledger would have to know.
        """
        self._go_on()
        if left is not None:
            self.releases.keep(left)
        if not self.asked or self.releases.speak_of_others(self.viewer):
            raise Overtaken(for_good=True)
        await self.abandon()
