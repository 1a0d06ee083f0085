"""How answers look: media type, status, and the body of a refusal (GraphQL over HTTP, Response)."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from resolvers.errors import ErrorCode
from server.execution import Answer
from server.failing import INTERNAL
from server.http.asked import Asked
from server.http.negotiation import GRAPHQL, JSON, STREAMS, accepted, chosen
from server.http.requests import RequestRefused
from server.watch.seen import answers

# Something went wrong in a part of what was executed: 2xx, but not 200. Only beside GraphQL's own
# media type, where the draft defines it; nobody registered it, and to others 200 says the same.
PARTIAL = 294
_UNPROCESSABLE = 422
# The statuses of request errors, which have no data.
_STATUS = {
    ErrorCode.GRAPHQL_PARSE_FAILED: 400,
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.INTERNAL: 500,
    ErrorCode.OVERLOADED: 503,
    ErrorCode.DATABASE_UNAVAILABLE: 503,
}

_KINDS = {kind: f"{kind}; charset=utf-8".encode() for kind in (GRAPHQL, JSON)}


class _Encoded(Response):
    """JSON as it leaves. Starlette works out for any content what is known of this."""

    def __init__(
        self, body: bytes, status: int, kind: bytes, headers: Mapping[str, str] | None
    ) -> None:
        self.body = body
        self.status_code = status
        self.background = None
        self.raw_headers = [(b"content-length", b"%d" % len(body)), (b"content-type", kind)]
        if headers:
            self.headers.update(headers)


class Reply:
    """Makes the one response to a request; ``request_id`` names it in our log too."""

    def __init__(self, asked: Asked) -> None:
        self.request_id = asked.request_id
        self._accept = asked.headers(b"accept")
        self._kind = chosen(self._accept)

    def check_acceptable(self) -> None:
        """Raise RequestRefused when no answer of ours would be taken."""
        if self._kind is None:
            streamed = STREAMS & set(accepted(self._accept) or ())
            raise RequestRefused(
                f"Answers are {GRAPHQL} or {JSON}, in UTF-8 and in one piece: accept one of them.",
                406,
                ErrorCode.NOT_SUPPORTED if streamed else ErrorCode.BAD_REQUEST,
            )

    def answered(self, answer: Answer) -> Response:
        """What became of an operation."""
        later = answer.retry_after
        headers = None if later is None else {"Retry-After": str(later)}
        return self._response(answer.body(), self._status(answer), headers)

    def refused(
        self, code: ErrorCode, message: str, status: int, headers: Mapping[str, str] | None = None
    ) -> Response:
        """A request that was not executed."""
        error = {"message": message, "extensions": {"code": code.value}}
        return self._response({"errors": [error]}, status, headers)

    def failed(self) -> Response:
        """We failed, and the log says how."""
        extensions = {"code": ErrorCode.INTERNAL.value, "requestId": self.request_id}
        return self._response({"errors": [{"message": INTERNAL, "extensions": extensions}]}, 500)

    def _status(self, answer: Answer) -> int:
        if not answer.executed:
            code = ErrorCode(answer.errors[0]["extensions"]["code"])
            return _STATUS.get(code, _UNPROCESSABLE)
        return PARTIAL if answer.errors and self._kind == GRAPHQL else 200

    def _response(
        self, body: dict[str, Any], status: int, headers: Mapping[str, str] | None = None
    ) -> Response:
        answers(body)
        return _Encoded(orjson.dumps(body), status, _KINDS[self._kind or JSON], headers)
