"""What is asked: a GraphQL request out of an HTTP one, or the reason why it is none."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from resolvers.errors import ErrorCode
from server.http.asked import Asked
from server.http.negotiation import JSON
from server.settings.settings import Settings

ALLOW = "GET, POST"

_CONTENT_TYPE = re.compile(r"application/json(\s*;.*)?", re.IGNORECASE | re.DOTALL)
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s;"]*)', re.IGNORECASE)
# Set in a scope's state by server/http/connection.py when the body is there: nobody waits for it.
ARRIVED = "arrived"
_PARAMETERS = ("query", "documentId", "operationName", "variables", "extensions")


class RequestRefused(Exception):
    """The request is not served; the message says what to send instead.

    :param status: the HTTP status; 422 where JSON came, but no GraphQL request.
    :param code: ``extensions.code`` of the one error.
    :param headers: what the status demands, such as ``Allow`` with 405.
    """

    def __init__(
        self,
        message: str,
        status: int = 422,
        code: ErrorCode = ErrorCode.BAD_REQUEST,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}


@dataclass(frozen=True)
class Request:
    """A GraphQL request, checked for its form.

    :param query: the document; empty where ``document_id`` names a registered one instead.
    """

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] = field(default_factory=dict)
    document_id: str | None = None


async def read(asked: Asked, settings: Settings) -> Request:
    """The request in the body of a POST, or in the query string of a GET.

    Raises RequestRefused, and ClientDisconnect when the client hangs up while sending.
    """
    if "websocket" in (asked.header(b"upgrade") or "").lower():
        raise _unsupported("There are no subscriptions, so no WebSocket: use POST.", 400)
    if asked.method == "POST":
        _check_kind(asked)
        return _checked(_parsed(await _body(asked, settings), "The body"))
    if asked.method == "HEAD":
        # It would be answered with nothing, after the ledger was told that something left.
        raise RequestRefused("HEAD asks nothing: use GET or POST.", 405, headers={"Allow": ALLOW})
    return _checked(_parameters(asked.scope["query_string"]))


def _check_kind(asked: Asked) -> None:
    """Only JSON as it is: any type that a form can send could come from somebody else's page."""
    kind = ",".join(asked.headers(b"content-type"))
    if kind != JSON:
        _check_spelled(kind)
    encoding = (asked.header(b"content-encoding") or "identity").strip().lower()
    if encoding not in ("identity", ""):
        # A few bytes can unpack to a gigabyte; requests are small as they are.
        raise _unsupported(
            "Send the body as it is, not compressed.", 415, {"Accept-Encoding": "identity"}
        )


def _check_spelled(kind: str) -> None:
    """JSON in another spelling, or with its charset; raises for anything else."""
    if kind.lower().startswith("multipart/"):
        raise _unsupported(f"Uploads are not taken: send {JSON}.", 415, {"Accept": JSON})
    charset = _CHARSET.search(kind)
    if not _CONTENT_TYPE.fullmatch(kind) or (charset and charset[1].lower() != "utf-8"):
        raise RequestRefused(f"Send {JSON} in UTF-8.", 415, headers={"Accept": JSON})


async def _body(asked: Asked, settings: Settings) -> bytes:
    most, seconds = settings.body_max, settings.body_seconds
    length = asked.header(b"content-length") or "0"
    if length.isdecimal() and int(length[:20]) > most:
        raise _too_large(most)
    if asked.scope["state"].get(ARRIVED):
        return await _received(asked.receive, most)
    try:
        async with asyncio.timeout(seconds):
            return await _received(asked.receive, most)
    except TimeoutError as error:
        message = f"The body did not arrive within {seconds} seconds."
        raise RequestRefused(message, 408, headers={"Connection": "close"}) from error


async def _received(receive: Receive, most: int) -> bytes:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise _too_large(most)
        more = message.get("more_body", False)
    return b"".join(parts)


def _too_large(most: int) -> RequestRefused:
    return RequestRefused(f"The body is larger than {most} bytes.", 413)


def _parameters(query_string: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise RequestRefused("The query string is not UTF-8 in percent-encoding.", 400) from error
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name not in _PARAMETERS:
            continue
        if name in found:
            # A proxy that looks at the first and a server that runs the last see two requests.
            raise RequestRefused(f"{name} is given more than once.")
        found[name] = value
    return {
        name: _parsed(value.encode(), name) if name in ("variables", "extensions") else value
        for name, value in found.items()
        if value
    }


def _parsed(text: bytes, what: str) -> Any:
    """JSON, strictly: UTF-8 without a mark, no NaN, no name twice in an object (RFC 7493)."""
    try:
        value = orjson.loads(text)
        # orjson takes the last of two; what stands before us may have looked at the first.
        _TWICE.decode(text.decode())
    except _NameTwice as error:
        raise RequestRefused(f"{what} has the same name twice in one object.", 400) from error
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise RequestRefused(f"{what} is not JSON in UTF-8.", 400) from error
    return value


class _NameTwice(Exception):
    """An object has a name more than once."""


def _once(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) < len(pairs):
        raise _NameTwice


_TWICE = json.JSONDecoder(object_pairs_hook=_once, parse_int=len)


def _checked(body: Any) -> Request:
    if isinstance(body, list):
        raise _unsupported("Batches are not taken: send one operation in each request.", 422)
    if not isinstance(body, dict):
        raise RequestRefused("Send a JSON object with query, variables and operationName.")
    query, name, id_ = body.get("query"), body.get("operationName"), body.get("documentId")
    if id_ is not None and not (isinstance(id_, str) and id_):
        raise RequestRefused("documentId must be text.")
    if id_ is not None and query is not None:
        # Which of the two would be run, and which was looked at by whatever stands before us?
        raise RequestRefused("Send query or documentId, not both.")
    if id_ is None and not (isinstance(query, str) and query.strip()):
        raise RequestRefused("query is missing: send the document as text.")
    if name is not None and not isinstance(name, str):
        raise RequestRefused("operationName must be text.")
    variables, extensions = body.get("variables"), body.get("extensions")
    for given, word in ((variables, "variables"), (extensions, "extensions")):
        if given is not None and not isinstance(given, dict):
            raise RequestRefused(f"{word} must be an object.")
    return Request(query or "", variables, name, extensions or {}, id_)


def _unsupported(
    message: str, status: int, headers: dict[str, str] | None = None
) -> RequestRefused:
    """What other servers offer and this one does not, on purpose."""
    return RequestRefused(message, status, ErrorCode.NOT_SUPPORTED, headers)
