"""How the database can fail an operation, without SQL or server messages."""

import asyncio

import asyncpg


class DatabaseFailed(Exception):
    """A statement failed, so the transaction is dead and the operation with it."""


class DatabaseTimedOut(DatabaseFailed):
    """The statement ran into its time limit."""


class TimeIsUp(DatabaseTimedOut):
    """The operation ran into its time limit, wherever it was."""


class DatabaseUnavailable(DatabaseFailed):
    """The database is not there: it was lost on the way, it ends, starts, or is out of room."""


class DatabaseUnreachable(DatabaseUnavailable):
    """No connection to it could be opened, so nothing was begun."""


class PoolExhausted(DatabaseFailed):
    """No connection came free in time, so nothing was begun."""


class OutcomeUnknown(DatabaseFailed):
    """COMMIT was sent and its answer was lost: what was changed may stand or not."""


class Overtaken(DatabaseFailed):
    """One statement was to do, and did not: the whole is to be asked once more, as usual.

    :param for_good: it will not do the next time either.
    """

    def __init__(self, *, for_good: bool = False) -> None:
        super().__init__(for_good)
        self.for_good = for_good


class Conflict(Exception):
    """Somebody else changed the same thing at the same time: begin again, and see what they did."""


class ReferenceUnknown(Exception):
    """The change names something that is not there, or not in this group."""


class SessionEnded(Exception):
    """The caller's session is over: signed out, expired, or never there."""


class LedgerUnavailable(Exception):
    """The ledger could not be written; nothing it should speak of may leave."""


class ReleaseQuotaExceeded(Exception):
    """The officer would receive personal fields of more people within the hour than he may.

    :param limit: people per hour.
    :param retry_after: seconds until the same would fit; None where the one answer is too large.
    """

    def __init__(self, limit: int, retry_after: int | None) -> None:
        super().__init__(limit)
        self.limit = limit
        self.retry_after = retry_after


# Set by app.enter, migrations/sql/0001_functions.sql.
SESSION_ENDED = "KA401"
# Set by app.reckon_again, migrations/sql/0010_alone.sql.
FACTS_CHANGED = "KA409"

# A key that is there already was not there when this transaction began to look.
_CONFLICTS = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.UniqueViolationError,
)


class NotConnected(asyncpg.InterfaceError):
    """The pool could not open a connection."""


class PoolBusy(asyncpg.InterfaceError):
    """Every connection of the pool was in use for as long as we wait."""


# What asyncpg raises: the server's errors, its own, and those of the socket below. It takes itself
# to be at fault when a statement meets a connection that has just been told it is over.
ASYNCPG_ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    asyncio.TimeoutError,
)

_TIMED_OUT = (
    asyncio.TimeoutError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)

# Whoever asks again may find another server there, or this one in a better state. A server that
# only reads is one that another has taken over from.
_UNAVAILABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,
    OSError,
)


def translated(error: BaseException) -> Exception:
    """Our name for what asyncpg raised; the original stays its cause, for the log alone."""
    if getattr(error, "sqlstate", None) == SESSION_ENDED:
        return SessionEnded()
    if isinstance(error, _CONFLICTS):
        return Conflict()
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return ReferenceUnknown()
    if isinstance(error, PoolBusy):
        return PoolExhausted()
    if isinstance(error, NotConnected):
        return DatabaseUnreachable()
    if isinstance(error, _TIMED_OUT):
        return DatabaseTimedOut()
    # The driver's own error says that the connection is closed; its children are our mistakes.
    if isinstance(error, _UNAVAILABLE) or type(error) is asyncpg.InterfaceError:
        return DatabaseUnavailable()
    return DatabaseFailed()


def is_unanswered(error: BaseException) -> bool:
    """Whether a statement that raised this may have been done all the same: no word came back."""
    refused = isinstance(error, asyncpg.PostgresError)
    return not refused or isinstance(error, asyncpg.PostgresConnectionError)
