"""One GraphQL operation: who asks, the transaction it reads in, and what it may not hand out."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from db.failures import (
    Conflict,
    DatabaseFailed,
    LedgerUnavailable,
    OutcomeUnknown,
    Overtaken,
    ReleaseQuotaExceeded,
    SessionEnded,
    translated,
)
from db.one_statement import OneStatement
from db.transaction import Isolation, Transaction
from permissions.policy import POLICY_VERSION
from permissions.releases import Path, Releases, left_in
from resolvers.errors import ErrorCode, KairanError
from resolvers.question import Question
from resolvers.rates import Kind
from resolvers.unbroken import to_its_end

T = TypeVar("T")

_ATTEMPTS = 8


class Operation(Question):
    """The context of one operation. Nothing on it outlives the answer.

    A query reads in one transaction. Each mutation field changes in one of its own, and its payload
    is read in a fresh one, so that facts changed by a field hold for its payload and for the next;
    where a change touches no facts, its payload is read in the transaction of the change.
    """

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
            complete. Where one statement was enough before, it enters and changes at once: so
            ``work`` must change nothing that it then refuses, and be safe to repeat.
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
        guess = self._guess()
        if stays_open and guess is not None and guess.alone:
            return await self._at_once(work, self._one_statement(guess))
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

    async def _at_once(
        self, work: Callable[[Transaction], Awaitable[T]], transaction: OneStatement
    ) -> T:
        """Run ``work`` where its one statement is the whole transaction."""
        done: list[T] = []
        refused: list[Exception] = []

        async def make() -> None:
            try:
                done.append(await work(transaction))
            except Exception as error:  # noqa: BLE001  # raised below
                refused.append(error)
            else:
                self._stands()

        await to_its_end(make())
        for error in refused:
            raise error
        self.begun = True
        self._transaction = transaction
        return done[0]

    async def _made(self, transaction: Transaction) -> None:
        await transaction.commit(operation_name=self.name, rule_version=POLICY_VERSION)
        self._stands()

    def _stands(self) -> None:
        if self.field is not None and self.field not in self.committed:
            self.committed.append(self.field)

    async def finish(self, left: Callable[[Path], bool] | None) -> None:
        """Write the ledger and commit. After this the answer may leave, without ``unreleased``.

        :raises LedgerUnavailable, ReleaseQuotaExceeded: of a query, nothing may leave.
        """
        self._over = True
        await self._commit(left)

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
        # What was read of a change is no measure: overtaken, it would be made again.
        if self.field is None:
            self._remember(transaction)

    def _remember(self, transaction: Transaction) -> None:
        """The next time that this caller asks for these fields, the same is reckoned with."""
        # What was foreseen is known; and where nothing is read, nobody would look whether it holds.
        if self.fields is None or transaction.was_foreseen or not transaction.asked:
            return
        changes = sum(field.startswith("Mutation.") for field in self.fields)
        alone = transaction.was_one_statement
        # Of different changes one could be overtaken, and all of them would be made again.
        if not changes or (changes == 1 and alone):
            self.services.foresight.answered(
                self.caller, self.fields, transaction.facts, alone=alone
            )

    def is_overtaken(self) -> bool:
        """Whether nothing may leave of it, and another operation is to be asked the same.

        What it changed may stand: only what can be repeated is changed where facts are foreseen.
        """
        if not isinstance(self.fatal, Overtaken) or self.fields is None:
            return False
        self.services.foresight.failed(self.caller, self.fields, for_good=self.fatal.for_good)
        return True

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
            self._remember(transaction)
            return None
        try:
            ledger = await Transaction.begin(self.services.pool, self.caller, self.services.clock())
        except (SessionEnded, DatabaseFailed) as error:
            self.fatal = error
            raise
        ledger.releases, ledger.viewer = released, viewer
        return ledger
