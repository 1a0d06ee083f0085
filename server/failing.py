"""What a client is told when the database failed the whole of an operation.

It can tell apart what it may send again as it is (nothing was begun, or nothing was changed), what
was changed though it cannot be shown, and what nobody knows.
"""

import logging
from typing import Any

from db.failures import (
    DatabaseFailed,
    DatabaseTimedOut,
    DatabaseUnavailable,
    DatabaseUnreachable,
    OutcomeUnknown,
    PoolExhausted,
)
from resolvers.errors import ErrorCode
from resolvers.operation import Operation

log = logging.getLogger("kairan.execution")

INTERNAL = "Something went wrong on our side. Tell us the requestId."

_UNKNOWN = (
    "Whether the change was made is not known. Send it again with the same idempotencyKey, or look"
    " before you do."
)
# The first that fits: kinds stand before their parents.
_TOLD: tuple[tuple[type[DatabaseFailed], ErrorCode, str], ...] = (
    (OutcomeUnknown, ErrorCode.OUTCOME_UNKNOWN, _UNKNOWN),
    (
        DatabaseTimedOut,
        ErrorCode.TIMEOUT,
        "This took too long. Ask for less, or try again later.",
    ),
    (PoolExhausted, ErrorCode.OVERLOADED, "Too much is asked of us just now. Try again later."),
    (
        DatabaseUnavailable,
        ErrorCode.DATABASE_UNAVAILABLE,
        "Our database is not available at the moment. Try again later.",
    ),
    (DatabaseFailed, ErrorCode.INTERNAL, INTERNAL),
)
_COMMITTED = "The change was made, but what it returns cannot be read now."

# Seconds for Retry-After: a burst passes sooner than a database comes back.
_RETRY_AFTER: dict[type[Exception], int] = {PoolExhausted: 1, DatabaseUnreachable: 5}


def note(error: Exception) -> None:
    """Write into the log what ended an operation: a line, or, where that explains nothing, all."""
    if isinstance(error, DatabaseUnavailable | PoolExhausted | OutcomeUnknown):
        cause = error.__cause__
        log.error("the database failed", extra={"failure": type(error), "cause": type(cause)})
    else:
        log.error("the database failed", exc_info=error)


def retry_after(error: Exception, operation: Operation) -> int | None:
    """Seconds after which the same request may be sent again; None if something was begun."""
    return None if operation.begun else _RETRY_AFTER.get(type(error))


def errors_of(error: Exception, operation: Operation, request_id: str) -> list[dict[str, Any]]:
    """The errors of an answer whose ``data`` is null: one, or one per mutation field that stands.

    :param error: what ended the operation.
    """
    code, message = next(
        (code, message)
        for kind, code, message in _TOLD
        if isinstance(error, kind) or kind is DatabaseFailed
    )
    told = [
        _error(_shown_instead(code), _COMMITTED, request_id, field) for field in operation.committed
    ]
    if operation.field is None or operation.field not in operation.committed:
        told.append(_error(code, message, request_id))
    return told


def _shown_instead(code: ErrorCode) -> ErrorCode:
    """What is not known of one field is known of those before it."""
    return ErrorCode.DATABASE_UNAVAILABLE if code is ErrorCode.OUTCOME_UNKNOWN else code


def _error(
    code: ErrorCode, message: str, request_id: str, committed: str | None = None
) -> dict[str, Any]:
    error: dict[str, Any] = {"message": message, "extensions": {"code": code.value}}
    if committed is not None:
        error["path"] = [committed]
        error["extensions"]["committed"] = True
    if code is ErrorCode.INTERNAL:
        error["extensions"]["requestId"] = request_id
    return error
