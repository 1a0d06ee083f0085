"""Runs one operation from its document to an answer that may leave."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLSchema, GraphQLSyntaxError

from db.failures import (
    DatabaseFailed,
    LedgerUnavailable,
    Overtaken,
    ReleaseQuotaExceeded,
    SessionEnded,
)
from permissions.releases import left_in
from resolvers.errors import ErrorCode, KairanError
from resolvers.operation import Operation
from schema.executor import run
from server.documents.documents import DocumentRefused
from server.documents.prepared import Prepared
from server.failing import INTERNAL, errors_of, note, retry_after

log = logging.getLogger("kairan.execution")

MOST_NAME = 128
# Messages quote the document, and one mistake may stand in many places of it: an answer must not
# be many times as large as what was asked.
LONGEST_MESSAGE = 400
MOST_LOCATIONS = 10


@dataclass
class Answer:
    """A GraphQL response. ``executed`` tells a request error, which has no ``data`` at all."""

    data: dict[str, Any] | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)
    extensions: dict[str, Any] = field(default_factory=dict)
    executed: bool = True
    unauthenticated: bool = False
    # Seconds after which the same request may be sent again: nothing of it was begun.
    retry_after: int | None = None

    def body(self) -> dict[str, Any]:
        """The response map, ``errors`` first, as the specification recommends."""
        shown: dict[str, Any] = {}
        if self.errors:
            shown["errors"] = self.errors
        if self.executed:
            shown["data"] = self.data
        if self.extensions:
            shown["extensions"] = self.extensions
        return shown


def refusal(refused: DocumentRefused | KairanError, request_id: str) -> Answer:
    """The answer to a document that is not run."""
    if isinstance(refused, KairanError):
        answer = _failed(refused.code, str(refused)[:LONGEST_MESSAGE])
        answer.errors[0]["extensions"].update(refused.extensions)
        answer.executed = False
        answer.retry_after = refused.extensions.get("retryAfter")
        return answer
    return Answer(errors=[_shown(error, request_id) for error in refused.errors], executed=False)


async def execute(
    schema: GraphQLSchema,
    prepared: Prepared,
    variables: dict[str, Any] | None,
    operation: Operation,
    *,
    request_id: str,
    ends: float | None = None,
) -> Answer:
    """The answer to one operation, with the ledger written and the transaction committed.

    :param ends: when the ledger must begin to be written, by the loop's clock; None: whenever it
        comes to that. The statements of that and COMMIT have limits of their own.

    What went wrong inside is logged with ``request_id``; the client gets the code.
    """
    # Before anything can be released: the ledger keeps it, but no more of it than names a query.
    operation.name = prepared.name and prepared.name[:MOST_NAME]
    operation.fields = prepared.fields
    try:
        async with asyncio.timeout_at(ends):
            result = await run(
                schema,
                prepared.document,
                operation=operation,
                operation_name=prepared.name,
                variables=variables,
            )
        answer = Answer(result.data)
        # An error in a field has a path; one in a variable has none, and nothing was executed.
        if result.data is None and result.errors and not any(e.path for e in result.errors):
            answer.executed = False
        answer.errors = [_shown(error, request_id) for error in result.errors or ()]
        if operation.fatal is None:
            left = left_in(result.data) if result.errors else None
            await operation.finish(left)
    except ReleaseQuotaExceeded as error:
        return Answer(errors=[_unreleased(error)])
    except LedgerUnavailable as error:
        log.exception("the ledger cannot be written")
        return Answer(errors=[_unreleased(error)])
    except (DatabaseFailed, SessionEnded) as error:
        operation.fatal = operation.fatal or error
    except TimeoutError:
        await operation.time_is_up()
    finally:
        await operation.abandon()
    if isinstance(operation.fatal, Overtaken):
        # No answer: whoever asked asks again. Nothing that was made of it may be taken for one.
        return Answer(executed=False)
    if operation.fatal is not None:
        return _fatal(operation.fatal, operation, request_id)
    _withdraw_unreleased(answer, operation.unreleased)
    if len(operation.withheld):
        answer.extensions["withheld"] = operation.withheld.entries()
    return answer


_COMMITTED = "The change was made, but what it returns cannot be released now."


def _withdraw_unreleased(
    answer: Answer, fields: Mapping[str, LedgerUnavailable | ReleaseQuotaExceeded]
) -> None:
    """Take out the payloads that may not be released; their change stands."""
    for key, why in fields.items():
        if answer.data is not None:
            answer.data[key] = None
        answer.errors = [error for error in answer.errors if error.get("path", [None])[0] != key]
        error = _unreleased(why)
        error["message"] = (
            _COMMITTED
            if isinstance(why, LedgerUnavailable)
            else (f"The change was made. {error['message']}")
        )
        error["path"] = [key]
        error["extensions"]["committed"] = True
        answer.errors.append(error)


def _unreleased(why: LedgerUnavailable | ReleaseQuotaExceeded) -> dict[str, Any]:
    """Why nothing may leave."""
    if isinstance(why, LedgerUnavailable):
        extensions: dict[str, Any] = {"code": ErrorCode.LEDGER_UNAVAILABLE.value}
        return {"message": "Nothing can be released at the moment.", "extensions": extensions}
    extensions = {"code": ErrorCode.RELEASE_QUOTA_EXCEEDED.value, "limit": why.limit}
    cure = "Ask for fewer people at a time."
    if why.retry_after is not None:
        extensions["retryAfter"] = why.retry_after
        cure = f"Try again in {why.retry_after} seconds."
    message = f"You may be shown personal data of {why.limit} people an hour, and no more. {cure}"
    return {"message": message, "extensions": extensions}


def _shown(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """An error as the client sees it. What is not ours to explain becomes INTERNAL."""
    shown: dict[str, Any] = {"message": error.message[:LONGEST_MESSAGE]}
    if error.locations:
        shown["locations"] = [
            {"line": location.line, "column": location.column}
            for location in error.locations[:MOST_LOCATIONS]
        ]
    if error.path:
        shown["path"] = list(error.path)
    cause = error.original_error
    if isinstance(cause, KairanError):
        code = cause.code
    elif isinstance(error, GraphQLSyntaxError):
        code = ErrorCode.GRAPHQL_PARSE_FAILED
    elif cause is None and error.path is None:
        code = ErrorCode.GRAPHQL_VALIDATION_FAILED
    elif isinstance(cause, GraphQLError) and (error.path is None or cause.nodes):
        # About a variable, or an argument; at a field and pointing nowhere it is our own value's.
        code = ErrorCode.BAD_USER_INPUT
    else:
        code = ErrorCode.INTERNAL
        shown["message"] = INTERNAL
        if not isinstance(cause, DatabaseFailed | SessionEnded):
            log.error("a field failed", exc_info=cause or error, extra={"field": _field(error)})
    shown["extensions"] = {"code": code.value}
    if isinstance(cause, KairanError):
        shown["extensions"].update(cause.extensions)
    if code is ErrorCode.INTERNAL:
        shown["extensions"]["requestId"] = request_id
    return shown


def _field(error: GraphQLError) -> str | None:
    """The last field of an error's path by its name in the schema: an alias is the client's."""
    node = error.nodes[-1] if error.nodes else None
    return node.name.value if isinstance(node, FieldNode) else None


def _fatal(error: Exception, operation: Operation, request_id: str) -> Answer:
    if isinstance(error, SessionEnded):
        answer = _failed(ErrorCode.UNAUTHENTICATED, "Your session is over. Sign in again.")
        answer.unauthenticated, answer.executed = True, False
        return answer
    note(error)
    answer = Answer(errors=errors_of(error, operation, request_id))
    answer.retry_after = retry_after(error, operation)
    answer.executed = answer.retry_after is None
    return answer


def _failed(code: ErrorCode, message: str) -> Answer:
    return Answer(errors=[{"message": message, "extensions": {"code": code.value}}])
