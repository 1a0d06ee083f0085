"""How the database can fail an operation, without SQL or server messages."""

import asyncio

import asyncpg


class DatabaseFailed(Exception):
    """A statement failed, so the transaction is dead and the operation with it."""


class DatabaseTimedOut(DatabaseFailed):
    """The statement ran into its time limit."""


class Conflict(Exception):
    """Somebody else changed the same thing at the same time: begin again, and see what they did."""


class ReferenceUnknown(Exception):
    """The change names something that is not there, or not in this group."""


class SessionEnded(Exception):
    """The caller's session is over: signed out, expired, or never there."""


class LedgerUnavailable(Exception):
    """The ledger could not be written; nothing it should speak of may leave."""


# Set by app.enter, migrations/sql/0001_functions.sql.
SESSION_ENDED = "KA401"

# A key that is there already was not there when this transaction began to look.
_CONFLICTS = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.UniqueViolationError,
)

# What asyncpg raises: the server's errors, its own, and those of the socket below.
ASYNCPG_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, asyncio.TimeoutError)


def translated(error: BaseException) -> Exception:
    """Our name for what asyncpg raised; the original stays its cause, for the log alone."""
    if getattr(error, "sqlstate", None) == SESSION_ENDED:
        return SessionEnded()
    if isinstance(error, _CONFLICTS):
        return Conflict()
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return ReferenceUnknown()
    if isinstance(error, asyncpg.QueryCanceledError | asyncio.TimeoutError):
        return DatabaseTimedOut()
    return DatabaseFailed()
