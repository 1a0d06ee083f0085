"""Who is asking: the Authorization header, or nobody (RFC 6750)."""

import logging
from datetime import datetime

from db.entering import Caller
from server.http.asked import Asked
from server.keys.tokens import BadToken, Tokens

log = logging.getLogger("kairan.authentication")

_SCHEME = "bearer"
_LONGEST = 4096

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="kairan", error="invalid_token"'}


class NotAuthenticated(Exception):
    """There is a token, and it is none of ours: 401, before any other work."""


def caller_of(asked: Asked, tokens: Tokens, *, city: int, at: datetime) -> Caller:
    """The caller a request names; in ``city`` and anonymous without an Authorization header.

    Raises NotAuthenticated: whoever shows a token means to be somebody, and must not be served as
    nobody in silence.
    """
    headers = asked.headers(b"authorization")
    if not headers:
        return Caller(city)
    if len(headers) > 1:
        raise NotAuthenticated
    scheme, _, token = headers[0].partition(" ")
    if scheme.lower() != _SCHEME or len(token) > _LONGEST:
        raise NotAuthenticated
    try:
        # One blank or several (RFC 9110, section 11.4); none that belongs to the token.
        return tokens.read(token.lstrip(" "), at=at)
    except BadToken as error:
        log.info("refused a token", extra={"failure": type(error.__cause__ or error)})
        raise NotAuthenticated from error
