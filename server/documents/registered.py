"""Documents asked for by their hash (GraphQL over HTTP, Appendix A: Persisted Documents)."""

import asyncio
import re
import time
from collections.abc import Callable
from hashlib import sha256

from db.failures import DatabaseFailed
from db.pool import Pool
from db.statements import documents as statements
from resolvers.errors import ErrorCode, KairanError

# Which ids there are is read again when somebody names one that is not known, but not more often
# than this: naming ids by chance costs a statement a second, however many are named.
ASK_AGAIN_SECONDS = 1.0
# And after this, whoever asks: what was removed is refused from then on.
FORGET_SECONDS = 10.0

# The appendix' own form; and the hash alone, a "custom" identifier there, as the clients of GraphQL
# Code Generator, Relay and urql send it.
_ID = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


UNKNOWN = "No document is registered under this documentId."
ONLY = "This server runs registered documents only: send the documentId of one."


class NotRegistered(KairanError):
    """No such document is registered. The id is not repeated: it may be anything."""

    def __init__(self, message: str) -> None:
        super().__init__(ErrorCode.DOCUMENT_NOT_REGISTERED, message)


class Registered:
    """The ids that are registered, kept for a moment; the texts are read when asked for.

    :param pool_of: the pool, once there is one.
    :param now: seconds that only grow.
    """

    def __init__(
        self,
        pool_of: Callable[[], Pool | None],
        city: int,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool_of = pool_of
        self._city = city
        self._now = now
        self._ids: frozenset[bytes] = frozenset()
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def id_of(self, document_id: str) -> str:
        """The hash that ``document_id`` names.

        :raises NotRegistered: no document has it.
        :raises KairanError: DATABASE_UNAVAILABLE, nobody can tell.
        """
        found = _ID.fullmatch(document_id)
        if found is None or not await self.has(found[1]):
            raise NotRegistered(UNKNOWN)
        return found[1]

    async def text(self, hash_: str) -> str:
        """The document of a hash. Raises as :meth:`id_of` does: it may be gone since."""
        pool = self._pool_of()
        if pool is None:
            raise _unavailable()
        try:
            found = await statements.text(pool, self._city, bytes.fromhex(hash_))
        except DatabaseFailed as error:
            raise _unavailable() from error
        if found is None:
            raise NotRegistered(UNKNOWN)
        return found

    async def check(self, text: str) -> str:
        """The hash of ``text``. Raises NotRegistered unless exactly this text is registered."""
        hash_ = sha256(text.encode()).hexdigest()
        if not await self.has(hash_):
            raise NotRegistered(ONLY)
        return hash_

    async def has(self, hash_: str) -> bool:
        """Whether a document of this SHA-256 is registered. Raises KairanError if nobody knows."""
        id_ = bytes.fromhex(hash_)
        if not self._is_known(id_):
            # One reads for all who came at the same time.
            async with self._reading:
                if not self._is_known(id_) and self._age() >= ASK_AGAIN_SECONDS:
                    await self._read()
        return id_ in self._ids

    def _is_known(self, id_: bytes) -> bool:
        return id_ in self._ids and self._age() < FORGET_SECONDS

    def _age(self) -> float:
        return self._now() - self._read_at

    async def _read(self) -> None:
        pool = self._pool_of()
        if pool is None:
            raise _unavailable()
        # Also of a try that fails: a database in trouble is not asked more often.
        self._read_at = self._now()
        try:
            self._ids = await statements.ids(pool, self._city)
        except DatabaseFailed as error:
            self._ids = frozenset()
            raise _unavailable() from error


def _unavailable() -> KairanError:
    return KairanError(
        ErrorCode.DATABASE_UNAVAILABLE,
        "Registered documents cannot be looked up at the moment. Try again later.",
        retryAfter=5,
    )
