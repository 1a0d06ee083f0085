"""GraphQL over HTTP: one endpoint, JSON in and out, by the specification's draft of August 2026."""

import asyncio
import logging
from datetime import datetime

from graphql import OperationType
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from db.entering import Caller
from db.watched import span
from permissions.releases import left_in
from resolvers.deliveries import deliver
from resolvers.errors import ErrorCode, KairanError
from resolvers.operation import Operation
from resolvers.services import Services
from server.documents.documents import DocumentRefused, Documents
from server.documents.prepared import Prepared
from server.execution import Answer, execute, refusal
from server.http import graphiql
from server.http.asked import Asked
from server.http.authentication import CHALLENGE, NotAuthenticated, caller_of
from server.http.headers import complete
from server.http.peer import Peers, block_of
from server.http.requests import ALLOW, RequestRefused, read
from server.http.responses import Reply
from server.http.throttle import Throttle
from server.settings.settings import Settings
from server.watch.seen import seen

log = logging.getLogger("kairan.http")

PATH = "/graphql"


async def endpoint(http: HttpRequest) -> Response:
    """``POST /graphql`` with JSON, ``GET`` for queries; GraphiQL for a browser's GET."""
    settings: Settings = http.app.state.settings
    if settings.graphiql and http.method in ("GET", "HEAD") and graphiql.wanted(http):
        return graphiql.page(http)
    return await answered(_asked(http))


async def answered(asked: Asked) -> Response:
    """The answer to whatever comes to the API; it never raises."""
    reply = Reply(asked)
    try:
        return await _served(asked, reply)
    except NotAuthenticated:
        message = "The access token is not valid."
        return reply.refused(ErrorCode.UNAUTHENTICATED, message, 401, CHALLENGE)
    except RequestRefused as error:
        return reply.refused(error.code, str(error), error.status, error.headers)
    except (DocumentRefused, KairanError) as error:
        return reply.answered(refusal(error, reply.request_id))
    except ClientDisconnect:
        # Nobody is left to answer, and nothing of ours failed.
        return Response(status_code=400)
    except Exception:
        log.exception("a request failed")
        return reply.failed()


async def _served(asked: Asked, reply: Reply) -> Response:
    state = asked.state
    settings: Settings = state.settings
    services: Services = state.services
    documents: Documents = state.documents
    peers: Peers = state.peers
    at = services.clock()
    throttle: Throttle = state.throttle
    address = block_of(peers.client_of(asked))
    # Before a signature is verified: whoever is refused here costs next to nothing.
    await throttle.admit_address(address, at)
    claimed = _claimed(asked, settings, at)
    if isinstance(claimed, Caller):
        await throttle.admit(claimed, at)
    try:
        reply.check_acceptable()
        request = await read(asked, settings)
        with span("prepare"):
            prepared = await documents.of(request)
        _check_method(asked, prepared)
    except (RequestRefused, DocumentRefused, KairanError):
        # Whoever shows a token that is not valid is told that first.
        _true(claimed)
        raise
    caller = Caller(settings.city) if prepared.opens_a_session else _true(claimed)
    seen().asked(prepared.kind.value, prepared.name, caller)
    ends = asyncio.get_running_loop().time() + settings.operation_timeout / 1000

    async def attempted(*, may_foresee: bool) -> tuple[Operation, Answer]:
        operation = Operation(services, caller, address=address, may_foresee=may_foresee)
        with span("execute"):
            return operation, await execute(
                documents.schema,
                prepared,
                request.variables,
                operation,
                request_id=reply.request_id,
                ends=ends,
            )

    operation, answer = await attempted(may_foresee=True)
    if operation.is_overtaken():
        operation, answer = await attempted(may_foresee=False)
    if request.extensions.get("cost") is True:
        answer.extensions["cost"] = documents.told_cost(prepared, request.variables)
    response = reply.answered(answer)
    if answer.unauthenticated:
        response.headers.update(CHALLENGE)
    elif operation.bodies and not await _hung_up(asked):
        # To whoever has hung up nothing is delivered.
        response.background = BackgroundTask(deliver, operation, left_in(answer.data))
    return response


async def refused(http: HttpRequest, error: Exception) -> Response:
    """The answer to an unknown path or method, in the same form as every other."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405 and http.url.path == PATH:
        # The route takes HEAD, for GraphiQL's page; the API does not.
        headers["Allow"] = ALLOW
    message = f"{error.detail}."
    return Reply(_asked(http)).refused(ErrorCode.BAD_REQUEST, message, error.status_code, headers)


async def failed(http: HttpRequest, _error: Exception) -> Response:
    """The answer when something breaks outside of the endpoint; Starlette raises it again.

    It is made outside of the middleware too, which would have completed its headers.
    """
    response = Reply(_asked(http)).failed()
    complete(response.raw_headers, http.state.request_id, http.app.state.settings.hsts_seconds)
    return response


def _asked(http: HttpRequest) -> Asked:
    return Asked(http.scope, http.receive)


async def _hung_up(asked: Asked) -> bool:
    return await HttpRequest(asked.scope, asked.receive).is_disconnected()


def _claimed(asked: Asked, settings: Settings, at: datetime) -> Caller | NotAuthenticated:
    try:
        return caller_of(asked, asked.state.tokens, city=settings.city, at=at)
    except NotAuthenticated as error:
        return error


def _true(claimed: Caller | NotAuthenticated) -> Caller:
    if isinstance(claimed, NotAuthenticated):
        raise claimed
    return claimed


def _check_method(asked: Asked, prepared: Prepared) -> None:
    if asked.method == "GET" and prepared.kind is not OperationType.QUERY:
        message = "A GET can only query: send mutations by POST."
        raise RequestRefused(message, 405, headers={"Allow": ALLOW})
