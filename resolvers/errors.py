"""What a client can be told went wrong. The codes are stable; docs/errors.md lists them."""

from enum import StrEnum
from typing import Any

from db import watched


class ErrorCode(StrEnum):
    """``extensions.code`` of a GraphQL error."""

    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    DOCUMENT_LIMIT_EXCEEDED = "DOCUMENT_LIMIT_EXCEEDED"
    DOCUMENT_NOT_REGISTERED = "DOCUMENT_NOT_REGISTERED"
    BAD_REQUEST = "BAD_REQUEST"
    NOT_SUPPORTED = "NOT_SUPPORTED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    CURSOR_UNKNOWN = "CURSOR_UNKNOWN"
    CONFLICT = "CONFLICT"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    RATE_LIMITED = "RATE_LIMITED"
    LEDGER_UNAVAILABLE = "LEDGER_UNAVAILABLE"
    RELEASE_QUOTA_EXCEEDED = "RELEASE_QUOTA_EXCEEDED"
    TIMEOUT = "TIMEOUT"
    OVERLOADED = "OVERLOADED"
    DATABASE_UNAVAILABLE = "DATABASE_UNAVAILABLE"
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    INTERNAL = "INTERNAL"


class UserErrorCode(StrEnum):
    """``code`` of an entry in a payload's ``errors``: what a person can mend."""

    WRONG_LOGIN_OR_PASSWORD = "WRONG_LOGIN_OR_PASSWORD"  # noqa: S105
    REFRESH_TOKEN_REFUSED = "REFRESH_TOKEN_REFUSED"  # noqa: S105
    WRONG_PASSWORD = "WRONG_PASSWORD"  # noqa: S105
    WEAK_PASSWORD = "WEAK_PASSWORD"  # noqa: S105
    WRONG_CODE = "WRONG_CODE"
    NOT_PERMITTED = "NOT_PERMITTED"
    INVALID = "INVALID"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    ALREADY_MEMBER = "ALREADY_MEMBER"
    GROUP_NOT_OPEN = "GROUP_NOT_OPEN"
    POWER_NOT_DELEGATED = "POWER_NOT_DELEGATED"
    POWER_NOT_HELD = "POWER_NOT_HELD"
    OWN_OFFICE = "OWN_OFFICE"
    TERM_OVERLAPS = "TERM_OVERLAPS"
    CHANGED_MEANWHILE = "CHANGED_MEANWHILE"
    KEY_REUSED = "KEY_REUSED"


class KairanError(Exception):
    """An error that a client may read: its message says what to do, and holds no secret.

    ``extensions`` stand beside the code, in the spelling of the answer: ``retryAfter``.
    """

    def __init__(self, code: ErrorCode, message: str, **extensions: Any) -> None:
        super().__init__(message)
        self.code = code
        self.extensions = extensions


def bad_input(message: str) -> KairanError:
    """An argument that cannot be used, such as ``first: 0``."""
    return KairanError(ErrorCode.BAD_USER_INPUT, message)


def cursor_unknown() -> KairanError:
    """One answer for every cursor that is not on this list: mistyped, foreign, or gone."""
    return KairanError(
        ErrorCode.CURSOR_UNKNOWN, "This cursor is not on this list. Read it again from its start."
    )


def user_errors(errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same ``errors`` of a payload, counted by their codes."""
    for error in errors:
        watched.user_error(error["code"])
    return errors
