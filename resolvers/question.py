"""What one operation reads: who asks, and the transaction it reads in."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from db.entering import Caller
from db.failures import (
    DatabaseFailed,
    LedgerUnavailable,
    ReleaseQuotaExceeded,
    SessionEnded,
    TimeIsUp,
)
from db.foreseen import Foreseen
from db.one_statement import OneStatement
from db.transaction import Transaction
from permissions.rows import Row, Rows
from permissions.viewer import Viewer
from permissions.withheld import Withheld
from resolvers.foresight import Guess
from resolvers.services import Services

T = TypeVar("T")


class Question:
    """An operation as far as it reads. Nothing on it outlives the answer.

    :param address: where it came from, for counting alone: an address of IPv4, a /64 of IPv6.
    :param may_foresee: whether it may reckon with the facts of the last time; see
        :meth:`is_overtaken`.
    """

    def __init__(
        self,
        services: Services,
        caller: Caller,
        *,
        address: str = "unknown",
        may_foresee: bool = True,
    ) -> None:
        self.services = services
        self.caller = caller
        self.address = address
        self.name: str | None = None
        # All fields that the document asks for, as `Type.field`; None where nobody told.
        self.fields: frozenset[str] | None = None
        self.withheld = Withheld()
        self.fatal: Exception | None = None
        self.unreleased: dict[str, LedgerUnavailable | ReleaseQuotaExceeded] = {}
        self.bodies: list[tuple[Callable[[], Sequence[str | int]], UUID]] = []
        # The mutation field that is run, by its response key, and those whose change stands.
        self.field: str | None = None
        self.committed: list[str] = []
        # Whether the database did anything for us.
        self.begun = False
        self._may_foresee = may_foresee
        self._transaction: Transaction | None = None
        # Whether it holds a change that is not committed yet.
        self._changing = False
        self._opening: asyncio.Event | None = None
        self._over = False
        self._rows: dict[int, Rows] = {}

    async def transaction(self) -> Transaction:
        """The transaction to read in, opened by whoever needs it first.

        Raises SessionEnded or DatabaseFailed; either ends the operation. Raises LookupError when
        its answer is already made: graphql-core lets fields run on beside an error that took their
        parent, and nobody would close a transaction that one of them opened.
        """
        while self._transaction is None and self.fatal is None:
            if self._over:
                raise LookupError("the operation is over")
            if self._opening is not None:
                await self._opening.wait()
                continue
            opening = self._opening = asyncio.Event()
            try:
                self._transaction = await self._begin()
            except (SessionEnded, DatabaseFailed) as error:
                self.fatal = error
            finally:
                # Whoever waited goes on in one turn, not one by one as from a lock: siblings that
                # then ask for rows are answered by one statement.
                self._opening = None
                opening.set()
        if self.fatal is not None:
            raise self.fatal
        assert self._transaction is not None
        return self._transaction

    async def _begin(self) -> Transaction | None:
        """A new transaction; None if the operation ended while it was opened."""
        guess = self._guess()
        if guess is not None and guess.alone:
            return self._one_statement(guess)
        # Of a mutation something may stand already: it is not asked once more.
        if guess is not None and self.field is None:
            return Foreseen(self.services.pool, self.caller, self.services.clock(), guess.facts)
        transaction = await Transaction.begin(
            self.services.pool, self.caller, self.services.clock()
        )
        self.begun = True
        if self._over:
            await transaction.abandon()
            return None
        return transaction

    def _guess(self) -> Guess | None:
        if not self._may_foresee or self.fields is None:
            return None
        return self.services.foresight.of(self.caller, self.fields)

    def _one_statement(self, guess: Guess) -> OneStatement:
        return OneStatement(self.services.pool, self.caller, self.services.clock(), guess.facts)

    @property
    def is_reading(self) -> bool:
        """Whether a transaction is open to read in."""
        return self._transaction is not None

    @property
    def reading(self) -> Transaction:
        """The open transaction. Raises LookupError where none was opened: nothing may be read."""
        if self._transaction is None:
            raise LookupError("no transaction is open")
        return self._transaction

    def known(self, kind: str) -> Any:
        """What the open transaction knows under ``kind``; None where that is nothing."""
        return None if self._transaction is None else self._transaction.known.get(kind)

    @property
    def viewer(self) -> Viewer:
        """The caller's facts, as the open transaction knows them."""
        return self.reading.viewer

    def rows_of(self, sources: Sequence[Row]) -> Rows:
        """The rows of a level as rules see them, for all of its fields the same."""
        rows = self._rows.get(id(sources))
        # The list is kept alive by what is made of it, so its id is nobody else's.
        if rows is None:
            rows = self._rows[id(sources)] = Rows(sources)
        return rows

    async def run(self, read: Awaitable[T]) -> T:
        """Await a read; a failing statement ends the whole operation, not just its field."""
        try:
            result = await read
        except DatabaseFailed as error:
            self.fatal = self.fatal or error
            raise
        self.begun = True
        return result

    async def time_is_up(self) -> None:
        """End the operation where it stands, and the statement under way with it."""
        self.fatal = self.fatal or TimeIsUp("the operation ran into its time limit")
        if self._transaction is not None:
            self._transaction.give_up()
        await self.abandon()

    async def abandon(self) -> None:
        """Roll back whatever is still open, and let go of the rows."""
        self._over = True
        self._rows.clear()
        if self._transaction is not None:
            await self._transaction.abandon()
