"""Access tokens: JSON Web Tokens signed with Ed25519 (RFC 7519, RFC 8037, RFC 8725, RFC 9068).

They say who is asking and in which session; never what he may do. A right token of an ended session
is refused where the session is looked up: in ``app.enter``, in every transaction.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

import jwt

from db.entering import Caller
from resolvers.services import IssuedToken
from server.keys.compact import NotCompact, object_of, split
from server.keys.ring import KeyRing

_ALGORITHM = "EdDSA"
_TYPE = "at+jwt"
# Nothing else may stand there: keys sent along or pointed at (jwk, jku, x5u, x5c), and what would
# change how a token is read (crit, b64, zip), end here.
_HEADER = {"alg", "typ", "kid"}
# Above what can be set, so that a number without end is none of ours.
MOST_SECONDS = 3600
_MOST_CITY = 2**31 - 1
# Tokens whose signature was found right, of which nothing but the hash is kept: some 3 MB.
MOST_KNOWN = 10_000
_signatures = jwt.PyJWS(algorithms=[_ALGORITHM])


class BadToken(Exception):
    """The token is not one of ours, or not any more. The reason is for the log alone."""


@dataclass(frozen=True)
class _Read:
    """What a token of ours says, whatever the time is. Seconds since 1970; ``key`` by its name."""

    key: str
    caller: Caller
    issued: int
    expires: int
    not_before: int


@dataclass(frozen=True)
class Tokens:
    """Issues and reads tokens of one server.

    Checking a signature costs as much as many a request, and says the same each time: what it said
    is kept by the token's hash. The time, and whether the key is still in force, are asked anew.

    :param seconds: how long a token lives.
    """

    keys: KeyRing
    issuer: str
    audience: str
    seconds: int
    _known: OrderedDict[bytes, _Read] = field(
        default_factory=OrderedDict, init=False, repr=False, compare=False
    )

    def issue(
        self, *, city: int, person: UUID, session: UUID, at: datetime, until: datetime | None = None
    ) -> IssuedToken:
        """A token for an open session, from ``at`` for :attr:`seconds` or up to ``until``."""
        expires_at = at + timedelta(seconds=self.seconds)
        expires_at = min(expires_at, until or expires_at).replace(microsecond=0)
        key = self.keys.signing(at)
        text = jwt.encode(
            {
                "iss": self.issuer,
                "aud": self.audience,
                "iat": at,
                "exp": expires_at,
                "sub": str(person),
                "city": city,
                "sid": str(session),
            },
            key.private,
            algorithm=_ALGORITHM,
            headers={"kid": key.id, "typ": _TYPE},
        )
        return IssuedToken(text, expires_at)

    def read(self, text: str, *, at: datetime) -> Caller:
        """Whom a token names. Raises BadToken for everything but a valid one of ours."""
        try:
            hashed = blake2b(text.encode("ascii"), digest_size=32).digest()
        except UnicodeError as error:
            raise BadToken("not ASCII") from error
        found = self._known.get(hashed)
        if found is None:
            try:
                found = self._verified(text, at)
            except (NotCompact, jwt.PyJWTError) as error:
                raise BadToken(f"{type(error).__name__}: {error}") from error
            # Only what we signed is kept, so nobody else can fill it.
            self._known[hashed] = found
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        elif self.keys.verifying(found.key, at) is None:
            raise BadToken("a key that is over")
        now = at.timestamp()
        if not found.issued <= now < found.expires:
            raise BadToken("not in its time")
        if now < found.not_before:
            raise BadToken("not in its time yet")
        return found.caller

    def _verified(self, text: str, at: datetime) -> _Read:
        """What a token says that one of our keys signed."""
        header = split(text).header
        # The algorithm is the key's, never the header's: "none" and key confusion end here.
        if header.keys() != _HEADER or header["alg"] != _ALGORITHM or header["typ"] != _TYPE:
            raise BadToken("another header")
        name = header["kid"]
        key = self.keys.verifying(name, at) if isinstance(name, str) else None
        if key is None:
            raise BadToken("unknown key")
        found = _signatures.decode_complete(text, key, algorithms=[_ALGORITHM])
        claims = object_of(found["payload"])
        if claims.get("iss") != self.issuer or claims.get("aud") != self.audience:
            raise BadToken("another issuer or audience")
        issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
        if expires - issued > MOST_SECONDS:
            raise BadToken("too long a time")
        city = claims.get("city")
        if type(city) is not int or not 0 < city <= _MOST_CITY:
            raise BadToken("city is no city's number")
        return _Read(
            key=name,
            caller=Caller(city, _uuid(claims, "sub"), _uuid(claims, "sid")),
            issued=issued,
            expires=expires,
            not_before=_seconds(claims, "nbf") if "nbf" in claims else issued,
        )


def _seconds(claims: dict[str, Any], name: str) -> int:
    value = claims.get(name)
    # Not a float, which ours never are, and not True, which is an int.
    if type(value) is not int:
        raise BadToken(f"{name} is no whole number")
    return value


def _uuid(claims: dict[str, Any], name: str) -> UUID:
    value = claims.get(name)
    try:
        found = UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise BadToken(f"{name} is no id") from error
    if str(found) != value:
        raise BadToken(f"{name} is spelled in another way")
    return found
