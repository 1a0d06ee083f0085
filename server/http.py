"""GraphQL over HTTP: one endpoint, JSON in and out.

The finer points of the specification (content negotiation, limits on what is sent half) come with
the door; here a request is answered or refused by name, and nothing is cached by anybody.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import orjson
from graphql import OperationType
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from db.transaction import Caller
from permissions.releases import left_in
from resolvers.errors import ErrorCode, KairanError
from resolvers.operation import Operation, Services
from server import graphiql
from server.authentication import CHALLENGE, NotAuthenticated, caller_of
from server.documents import DocumentRefused, Documents, Prepared
from server.execution import INTERNAL, Answer, execute, refusal
from server.settings import Settings

log = logging.getLogger("kairan.http")

_JSON = "application/json"
_HEADERS = {
    "Cache-Control": "private, no-store",
    "Vary": "Accept, Authorization",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Request:
    """A GraphQL request, checked for its form."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


class BadRequest(Exception):
    """The request is no GraphQL request; the message says what is missing."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


async def endpoint(http: HttpRequest) -> Response:
    """``POST /graphql`` with JSON, ``GET`` for queries; GraphiQL for a browser's GET."""
    settings: Settings = http.app.state.settings
    if settings.graphiql and http.method in ("GET", "HEAD") and graphiql.wanted(http):
        return graphiql.page(http)
    services: Services = http.app.state.services
    request_id = uuid4().hex
    try:
        documents: Documents = http.app.state.documents
        claimed = _claimed(http, services.clock())
        try:
            request = await _request_of(http, settings.body_max)
            prepared = documents.prepare(request.query, request.operation_name)
            _allow(http, prepared)
        except (BadRequest, DocumentRefused, KairanError):
            # Whoever shows a token that is not valid is told that first.
            _true(claimed)
            raise
        anonymous = prepared.opens_a_session
        operation = Operation(services, Caller(settings.city) if anonymous else _true(claimed))
        answer = await execute(
            documents.schema, prepared, request.variables, operation, request_id=request_id
        )
    except NotAuthenticated:
        refused = _refusal(ErrorCode.UNAUTHENTICATED, "The access token is not valid.")
        return _json(refused, 401, request_id, CHALLENGE)
    except BadRequest as error:
        headers = {"Allow": "GET, POST"} if error.status == 405 else {}
        return _json(_refusal(ErrorCode.BAD_REQUEST, str(error)), error.status, request_id, headers)
    except (DocumentRefused, KairanError) as refused_document:
        answer = refusal(refused_document, request_id)
        return _json(answer.body(), _status(answer), request_id)
    except ClientDisconnect:
        # Nobody is left to answer, and nothing of ours failed.
        return Response(status_code=400)
    except Exception:
        log.exception("request %s failed", request_id)
        failed = _refusal(ErrorCode.INTERNAL, INTERNAL)
        failed["errors"][0]["extensions"]["requestId"] = request_id
        return _json(failed, 500, request_id)
    if answer.unauthenticated:
        return _json(answer.body(), 401, request_id, CHALLENGE)
    response = _json(answer.body(), _status(answer), request_id)
    response.background = BackgroundTask(operation.deliver, left_in(answer.data))
    return response


async def refused(_http: HttpRequest, error: Exception) -> Response:
    """The answer to an unknown path or method, in the same form as every other."""
    assert isinstance(error, HTTPException)
    body = _refusal(ErrorCode.BAD_REQUEST, f"{error.detail}.")
    return _json(body, error.status_code, uuid4().hex, dict(error.headers or {}))


def _status(answer: Answer) -> int:
    return 200 if answer.executed else 400


def _refusal(code: ErrorCode, message: str) -> dict[str, Any]:
    return {"errors": [{"message": message, "extensions": {"code": code.value}}]}


def _json(
    body: dict[str, Any], status: int, request_id: str, headers: dict[str, str] | None = None
) -> Response:
    return Response(
        orjson.dumps(body),
        status,
        {**_HEADERS, "X-Request-Id": request_id, **(headers or {})},
        media_type=_JSON,
    )


def _claimed(http: HttpRequest, at: datetime) -> Caller | NotAuthenticated:
    try:
        return caller_of(http, http.app.state.tokens, city=http.app.state.settings.city, at=at)
    except NotAuthenticated as error:
        return error


def _true(claimed: Caller | NotAuthenticated) -> Caller:
    if isinstance(claimed, NotAuthenticated):
        raise claimed
    return claimed


def _allow(http: HttpRequest, prepared: Prepared) -> None:
    if http.method == "GET" and prepared.kind is not OperationType.QUERY:
        raise BadRequest("A GET can only query: send mutations by POST.", 405)


async def _request_of(http: HttpRequest, most: int) -> Request:
    if http.method == "POST":
        kind = http.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != _JSON:
            # Any other type could be sent by a form on somebody else's page.
            raise BadRequest(f"Send {_JSON}.", 415)
        return _checked(_parsed(await _body(http, most)))
    if http.method == "HEAD":
        # It would be answered with nothing, after the ledger was told that something left.
        raise BadRequest("HEAD asks nothing: use GET or POST.", 405)
    parameters: dict[str, Any] = dict(http.query_params)
    for name in ("variables", "extensions"):
        if parameters.get(name):
            parameters[name] = _parsed(parameters[name].encode())
        else:
            parameters.pop(name, None)
    return _checked(parameters)


async def _body(http: HttpRequest, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in http.stream():
        size += len(part)
        if size > most:
            raise BadRequest(f"The body is larger than {most} bytes.", 413)
        parts.append(part)
    return b"".join(parts)


def _parsed(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest("This is not JSON.") from error


def _checked(body: Any) -> Request:
    if not isinstance(body, dict):
        raise BadRequest("Send a JSON object with query, variables and operationName.")
    query, variables, name = body.get("query"), body.get("variables"), body.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise BadRequest("query is missing: send the document as text.")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest("variables must be an object.")
    if name is not None and not isinstance(name, str):
        raise BadRequest("operationName must be text.")
    return Request(query, variables, name)
