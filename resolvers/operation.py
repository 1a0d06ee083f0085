"""One GraphQL operation: who asks, the transaction it reads in, and what it may not hand out."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from db.entering import Caller
from db.failures import (
    Conflict,
    DatabaseFailed,
    LedgerUnavailable,
    OutcomeUnknown,
    ReleaseQuotaExceeded,
    SessionEnded,
    TimeIsUp,
    translated,
)
from db.transaction import Isolation, Transaction
from permissions.policy import POLICY_VERSION
from permissions.releases import Path, Releases, left_in
from permissions.rows import Row, Rows
from permissions.viewer import Viewer
from permissions.withheld import Withheld
from resolvers.errors import ErrorCode, KairanError
from resolvers.rates import Kind
from resolvers.services import Services
from resolvers.unbroken import to_its_end

T = TypeVar("T")

_ATTEMPTS = 8


class Operation:
    """The context of one operation. Nothing on it outlives the answer.

    A query reads in one transaction. Each mutation field changes in one of its own, and its payload
    is read in a fresh one, so that facts changed by a field hold for its payload and for the next;
    where a change touches no facts, its payload is read in the transaction of the change.

    :param address: where it came from, for counting alone: an address of IPv4, a /64 of IPv6.
    """

    def __init__(self, services: Services, caller: Caller, *, address: str = "unknown") -> None:
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
        transaction = await Transaction.begin(
            self.services.pool, self.caller, self.services.clock()
        )
        self.begun = True
        if self._over:
            await transaction.abandon()
            return None
        return transaction

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

    async def limit(self, kind: Kind, key: str) -> None:
        """Count an attempt, before any of its work: by ``key``, and by the address it came from.

        :raises KairanError: RATE_LIMITED.
        :raises DatabaseFailed: the counters cannot be reached; it ends the operation.
        """
        await self.run(self.services.rates.count(kind, address=self.address, key=key))

    async def forgive(self, kind: Kind, key: str) -> None:
        """The attempt just counted was right: what this address tried for ``key`` is forgotten."""
        await self.run(self.services.rates.forgive(kind, address=self.address, key=key))

    async def end_field(self, response_key: str, payload: Any) -> None:
        """A mutation field's payload is complete: its release is written now, and its transaction
        closed, so that its facts are not the next field's.
        """
        try:
            await self._commit(left_in({response_key: payload}))
        except (LedgerUnavailable, ReleaseQuotaExceeded) as error:
            self.unreleased[response_key] = error
        except (DatabaseFailed, SessionEnded):
            # It is in `fatal` and ends the operation; nobody above expects it from here.
            return

    async def change(
        self,
        work: Callable[[Transaction], Awaitable[T]],
        *,
        isolation: Isolation = "serializable",
        touches_facts: bool = True,
    ) -> T:
        """Run ``work`` in a transaction of its own, committed when it returns.

        Its payload is read in a fresh one, in which the facts are loaded again. When somebody else
        was first with the same thing, ``work`` begins again and meets what they did.

        :param touches_facts: False for a change that leaves alone whatever ``app.enter`` looks at.
            Facts, change and payload then share one snapshot ("repeatable read", whose conflicts
            show in ``work`` and not at COMMIT), and the change is committed when the payload is
            complete.
        :raises KairanError: CONFLICT after several tries; nothing has changed.
        :raises DatabaseFailed: nothing has changed, but see OutcomeUnknown. It ends the operation.
        """
        if self.fatal is not None:
            # Nothing is changed in an operation whose answer will say that it failed.
            raise self.fatal
        if not touches_facts:
            isolation = "repeatable read"
        # Where a transaction is open already its snapshot is older than the change.
        stays_open = not touches_facts and self._transaction is None
        with contextlib.suppress(Conflict):
            return await self.run(self._try(work, isolation, stays_open=stays_open))
        # All at once again would only meet each other again, and few would get through: those who
        # were late go one by one, beside whoever comes for the first time or to another server.
        for attempt in range(_ATTEMPTS - 1):
            with contextlib.suppress(Conflict):
                async with self.services.again:
                    return await self.run(self._try(work, isolation, stays_open=stays_open))
            await asyncio.sleep(attempt * random.uniform(0.002, 0.02))  # noqa: S311
        raise KairanError(
            ErrorCode.CONFLICT, "Others are changing the same thing just now. Try again."
        )

    async def _try(
        self,
        work: Callable[[Transaction], Awaitable[T]],
        isolation: Isolation,
        *,
        stays_open: bool,
    ) -> T:
        try:
            transaction = await Transaction.begin(
                self.services.pool, self.caller, self.services.clock(), isolation=isolation
            )
        except SessionEnded as error:
            self.fatal = error
            raise
        self.begun = True
        try:
            result = await work(transaction)
            if stays_open:
                self._transaction, self._changing = transaction, True
                return result
            await to_its_end(self._made(transaction))
        finally:
            if transaction is not self._transaction:
                await transaction.abandon()
        return result

    async def _made(self, transaction: Transaction) -> None:
        await transaction.commit(operation_name=self.name, rule_version=POLICY_VERSION)
        if self.field is not None and self.field not in self.committed:
            self.committed.append(self.field)

    async def finish(self, left: Callable[[Path], bool] | None) -> None:
        """Write the ledger and commit. After this the answer may leave, without ``unreleased``.

        :raises LedgerUnavailable, ReleaseQuotaExceeded: of a query, nothing may leave.
        """
        self._over = True
        await self._commit(left)

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

    async def _commit(self, left: Callable[[Path], bool] | None) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is not None and self._changing:
            transaction = await self._change_made(transaction)
        if transaction is None:
            return
        try:
            await transaction.commit(
                operation_name=self.name,
                rule_version=POLICY_VERSION,
                left=left,
                quota=self.services.quota,
            )
        except OutcomeUnknown as error:
            # It had only read: there is nothing whose outcome could matter.
            self.fatal = self.fatal or translated(error.__cause__ or error)
            raise self.fatal from error
        except DatabaseFailed as error:
            self.fatal = self.fatal or error
            raise

    async def _change_made(self, transaction: Transaction) -> Transaction | None:
        """Commit a change whose payload was read; give the transaction for what that releases.

        The ledger is written after the change, as every mutation's is: where it cannot be, or the
        quota is spent, the change stands and only its payload is kept back.
        """
        self._changing = False
        released, viewer = transaction.releases, transaction.viewer
        transaction.releases = Releases()
        try:
            await self.run(to_its_end(self._made(transaction)))
        finally:
            await transaction.abandon()
        if not released.speak_of_others(viewer):
            return None
        try:
            ledger = await Transaction.begin(self.services.pool, self.caller, self.services.clock())
        except (SessionEnded, DatabaseFailed) as error:
            self.fatal = error
            raise
        ledger.releases, ledger.viewer = released, viewer
        return ledger
