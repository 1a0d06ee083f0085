"""One transaction: a connection, the viewer as the database knows him, and what was released."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal, Self

import asyncpg

from db.entering import Caller, viewer_of
from db.failures import (
    ASYNCPG_ERRORS,
    DatabaseFailed,
    DatabaseUnavailable,
    DatabaseUnreachable,
    LedgerUnavailable,
    OutcomeUnknown,
    TimeIsUp,
    is_unanswered,
    translated,
)
from db.pool import Pool
from db.quota import ReleaseQuota
from db.reading import Change
from db.statements import releases as ledger
from db.warm_pool import drop, is_lost
from db.watched import released, span, statement
from permissions.releases import LedgerEntry, Path, Releases

log = logging.getLogger("kairan.transaction")

BEGIN = {
    "read committed": "begin isolation level read committed",
    "repeatable read": "begin isolation level repeatable read",
    "serializable": "begin isolation level serializable",
}

_ENTER = "select app.enter($1, $2, $3, $4)"

_ROLLBACK = "rollback"
_DROP = "drop"
_BEGUN = "begun"
# Before a connection is given back, or where the next transaction on it begins at once.
_COMMIT = {None: "commit", _BEGUN: "commit and chain"}

# After these a connection is of no use: it gives no answer, or leads to a server that only reads.
_USELESS = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,
)

Isolation = Literal["read committed", "repeatable read", "serializable"]

# As most transactions are; so begins with the COMMIT of one the next on its connection.
USUAL: Isolation = "repeatable read"


class Transaction:
    """A transaction that was entered as one caller.

    Statements of sibling fields queue: a connection runs one at a time. Everything that belongs to
    the viewer's facts hangs on this object (releases, loaders, known rows), so that nothing
    outlives them.
    """

    def __init__(
        self,
        pool: Pool,
        connection: Any,
        facts: str,
        caller: Caller,
        at: datetime,
        isolation: Isolation,
    ) -> None:
        self.facts = facts
        self.viewer = viewer_of(facts, caller)
        self.at = at
        self.releases = Releases()
        self.loaders: dict[Any, Any] = {}
        # Rows that came along with others, as `resolvers/knowing.py` has them.
        self.known: dict[str, Any] = {}
        # How many statements were asked, entering not among them; and, when it is committed,
        # whether that was one, and the ledger had nothing to know.
        self.asked = 0
        self.was_one_statement = False
        # Whether the facts were given to it, and not asked for.
        self.was_foreseen = False
        self._pool = pool
        self._connection = connection
        self._isolation = isolation
        self._queue = asyncio.Lock()
        self._open = True
        self._end_with: str = _ROLLBACK
        self._given_up = False
        self._fetching: asyncio.Task[Any] | None = None

    @classmethod
    async def begin(
        cls, pool: Pool, caller: Caller, at: datetime, *, isolation: Isolation = "repeatable read"
    ) -> Self:
        """Open a transaction as ``caller`` at the moment ``at``.

        Raises SessionEnded for a session that is not alive, DatabaseFailed otherwise.
        """
        try:
            return await cls._entered(pool, caller, at, isolation)
        except DatabaseUnreachable:
            raise
        except DatabaseUnavailable:
            # A pooled connection may have been cut while nobody looked; nothing was done on it.
            log.info("a connection was lost before its transaction began: trying another one")
        try:
            return await cls._entered(pool, caller, at, isolation)
        except DatabaseUnavailable as error:
            raise DatabaseUnreachable from error

    @classmethod
    async def _entered(cls, pool: Pool, caller: Caller, at: datetime, isolation: Isolation) -> Self:
        begun = pool.take_begun() if isolation == USUAL else None
        try:
            connection = begun or pool.take() or await pool.acquire()
        except ASYNCPG_ERRORS as error:
            raise translated(error) from error
        try:
            if begun is None:
                await connection.execute(BEGIN[isolation])
            with statement(_ENTER):
                facts = await connection.fetchval(
                    _ENTER, caller.city, caller.person, caller.session, at
                )
            return cls(pool, connection, facts, caller, at, isolation)
        except BaseException as error:
            await close(pool, connection, word_after(error))
            if isinstance(error, ASYNCPG_ERRORS):
                raise translated(error) from error
            raise

    @property
    def is_open(self) -> bool:
        """Whether statements can still run."""
        return self._open

    async def fetch(self, text: str, *arguments: Any) -> list[asyncpg.Record]:
        """The rows of one statement, as they come.

        Raises DatabaseFailed; of a change also Conflict and ReferenceUnknown.
        """
        async with self._queue:
            self._go_on()
            self.asked += 1
            self._fetching = asyncio.current_task()
            try:
                with statement(text):
                    return await self._send(text, arguments)
            except ASYNCPG_ERRORS as error:
                self._end_with = word_after(error)
                raise self._failed(error) from error
            finally:
                self._fetching = None

    def _failed(self, error: BaseException) -> Exception:
        return translated(error)

    async def _send(self, text: str, arguments: tuple[Any, ...]) -> list[asyncpg.Record]:
        rows: list[asyncpg.Record] = await self._connection.fetch(text, *arguments)
        return rows

    async def change(self, change: Change, *arguments: Any) -> list[asyncpg.Record]:
        """The same of a statement that changes something."""
        return await self.fetch(change.text, *arguments)

    async def commit(
        self,
        *,
        operation_name: str | None,
        rule_version: str,
        left: Callable[[Path], bool] | None = None,
        quota: ReleaseQuota | None = None,
    ) -> None:
        """Write the releases to the ledger, then commit. Only after this may the answer leave.

        :param left: whether the value at a path is in the answer; None where no error took any out.
        :param quota: how many people the viewer may be shown; None where nothing is released.
        :raises ReleaseQuotaExceeded: nothing may leave, and the ledger says nothing of it.
        :raises LedgerUnavailable: the ledger may not have been written, so nothing it would speak
            of may leave.
        :raises OutcomeUnknown: no word came back, and there was nothing to release.
        :raises DatabaseFailed: the commit failed and there was nothing to release.
        """
        async with self._queue:
            self._go_on()
            if left is not None:
                self.releases.keep(left)
            entries = list(self.releases.entries(self.viewer))
            self.was_one_statement = self.asked == 1 and not entries
            committing = False
            last_word = _BEGUN if self._isolation == USUAL and self._pool.is_keeping else None
            try:
                if entries:
                    exceptions = await ledger.write(
                        self._connection,
                        self.viewer,
                        entries,
                        at=self.at,
                        operation_name=operation_name,
                        rule_version=rule_version,
                    )
                    if quota is not None:
                        await quota.spend(
                            self._connection, self.viewer, entries, exceptions, at=self.at
                        )
                committing = True
                with span("commit"):
                    done = await self._connection.execute(_COMMIT[last_word])
                if done != "COMMIT":
                    # PostgreSQL's polite answer when an earlier statement had failed.
                    raise DatabaseFailed(f"COMMIT was answered with {done}")
            except BaseException as error:
                await self._end(word_after(error))
                if not isinstance(error, ASYNCPG_ERRORS):
                    raise
                if entries:
                    raise LedgerUnavailable from error
                if committing and is_unanswered(error):
                    raise OutcomeUnknown from error
                raise translated(error) from error
            if entries:
                released(len(entries), _people_in(entries))
            await self._end(last_word)

    def give_up(self) -> None:
        """Call off the statement under way, and let none of those that wait begin.

        It is run by whoever loads for many fields at once, and that goes on when they do not.
        """
        self._given_up = True
        if self._fetching is not None:
            self._fetching.cancel()

    async def abandon(self) -> None:
        """Roll back. Safe to call on a transaction that is over."""
        async with self._queue:
            if self._open:
                await self._end(self._end_with)

    def _go_on(self) -> None:
        """Raises TimeIsUp or DatabaseUnavailable where no statement may run any more."""
        if self._given_up:
            raise TimeIsUp
        if not self._open:
            # The connection may be another transaction's by now.
            raise DatabaseUnavailable("the transaction is over")

    async def _end(self, last_word: str | None) -> None:
        self._open = False
        # They hold the rows, and lead back to us: without this, rows stay until somebody looks for
        # garbage, and the looking costs as much as the answer.
        self.loaders.clear()
        self.known.clear()
        self.releases = Releases()
        if self._connection is not None:
            await close(self._pool, self._connection, last_word)


def _people_in(entries: Sequence[LedgerEntry]) -> int:
    """How many people they speak of. Nearly always it is one entry, which names each of them once:
    to hash the ids of a whole roster costs as much as to note them.
    """
    if len(entries) == 1:
        return len(entries[0].subjects)
    return len({person.bytes for entry in entries for person in entry.subjects})


def word_after(error: BaseException) -> str:
    """What a connection gets after an error: to be rolled back, or dropped without a question."""
    return _DROP if isinstance(error, _USELESS) else _ROLLBACK


async def close(pool: Pool, connection: Any, last_word: str | None) -> None:
    """Give a connection back clean, or not at all; never hides the error that led here."""
    if last_word == _BEGUN:
        if pool.keep_begun(connection):
            return
        last_word = _ROLLBACK
    try:
        if last_word == _ROLLBACK and not is_lost(connection):
            await asyncio.shield(connection.execute(_ROLLBACK))
    except BaseException:
        log.warning("a connection could not be rolled back and is dropped", exc_info=True)
        # In doubt about its state, the next viewer must not inherit it.
        last_word = _DROP
    finally:
        if last_word == _DROP:
            drop(connection)
        if not pool.keep(connection):
            await asyncio.shield(pool.release(connection))
