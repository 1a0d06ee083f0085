"""A transaction whose first statement enters: a round trip less, where the facts were foreseen.

Everything else of it is as usual: one snapshot for entering and all that is read, the ledger before
COMMIT. Only that nobody has entered until something is read; so what is judged before that rests on
a guess, which the first statement confirms or which leads nowhere.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import asyncpg

from db.entering import Caller
from db.failures import Overtaken
from db.one_statement import entered_as, entering, overtaken_or
from db.pool import Pool
from db.quota import ReleaseQuota
from db.transaction import BEGIN, USUAL, Transaction
from permissions.releases import Path


class Foreseen(Transaction):
    """Reads as ``caller``, who is reckoned to have ``facts``. It must change nothing: where
    Overtaken is raised, all of it is asked again.
    """

    def __init__(self, pool: Pool, caller: Caller, at: datetime, facts: str) -> None:
        super().__init__(pool, None, facts, caller, at, USUAL)
        self.was_foreseen = True
        self._caller = caller
        self._has_tried = self._has_entered = False

    async def _send(self, text: str, arguments: tuple[Any, ...]) -> list[asyncpg.Record]:
        if self._has_entered:
            return await super()._send(text, arguments)
        if self._has_tried:
            # A field beside the one whose statement failed: it would take a connection of its own.
            raise Overtaken
        self._has_tried = True
        self._connection = self._pool.take_begun()
        if self._connection is None:
            self._connection = self._pool.take() or await self._pool.acquire()
            await self._connection.execute(BEGIN[self._isolation])
        rows: list[asyncpg.Record] = await self._connection.fetch(
            entering(text, len(arguments)),
            *arguments,
            *entered_as(self._caller, self.at, self.facts),
        )
        self._has_entered = True
        return rows

    def _failed(self, error: BaseException) -> Exception:
        # Behind the first statement, too: all of it is only read, and can be asked once more.
        return overtaken_or(error)

    async def commit(
        self,
        *,
        operation_name: str | None,
        rule_version: str,
        left: Callable[[Path], bool] | None = None,
        quota: ReleaseQuota | None = None,
    ) -> None:
        """As of any transaction.

        :raises Overtaken: nothing was read, so nobody looked whether the facts are these.
        """
        if not self._has_entered:
            raise Overtaken(for_good=True)
        await super().commit(
            operation_name=operation_name, rule_version=rule_version, left=left, quota=quota
        )
