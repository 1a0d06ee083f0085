"""Access tokens: JSON Web Tokens signed with Ed25519 (RFC 7519, RFC 8037, RFC 8725).

They say who is asking and in which session; never what he may do. A right token of an ended session
is refused where the session is looked up: in ``app.enter``, in every transaction.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from db.transaction import Caller
from resolvers.operation import IssuedToken

_ALGORITHM = "EdDSA"
_TYPE = "at+jwt"
_REQUIRED = ["iss", "aud", "exp", "iat", "sub", "city", "sid"]


class BadToken(Exception):
    """The token is not one of ours, or not any more. The reason is for the log alone."""


class SigningKeyError(Exception):
    """The key file cannot be used; the message names the file and the cure."""


def signing_key(path: Path) -> Ed25519PrivateKey:
    """The key in ``path``, made there (readable to its owner alone) if the file is missing.

    Raises SigningKeyError.
    """
    try:
        if not path.exists():
            _write_new_key(path)
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        # TypeError: the key is sealed with a password.
        raise SigningKeyError(
            f"{path}: no signing key can be read or made there ({error}); name an Ed25519 key in"
            " PEM by KAIRAN_SIGNING_KEY_FILE, or a file in a folder that can be written"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyError(f"{path} holds another kind of key: give an Ed25519 key in PEM")
    return key


def _write_new_key(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all, and the first of several servers wins: link() does not replace.
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(new, path)
        except FileExistsError:
            return
    finally:
        new.unlink()


@dataclass(frozen=True)
class Tokens:
    """Issues and reads tokens of one server.

    :param seconds: how long a token lives.
    """

    key: Ed25519PrivateKey
    issuer: str
    audience: str
    seconds: int

    @property
    def key_id(self) -> str:
        """The key's name in a token's header: a hash of its public half."""
        public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return hashlib.sha256(public).hexdigest()[:16]

    def issue(
        self, *, city: int, person: UUID, session: UUID, at: datetime, until: datetime | None = None
    ) -> IssuedToken:
        """A token for an open session, from ``at`` for :attr:`seconds` or up to ``until``."""
        expires_at = at + timedelta(seconds=self.seconds)
        expires_at = min(expires_at, until or expires_at).replace(microsecond=0)
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
            self.key,
            algorithm=_ALGORITHM,
            headers={"kid": self.key_id, "typ": _TYPE},
        )
        return IssuedToken(text, expires_at)

    def read(self, text: str, *, at: datetime) -> Caller:
        """Whom a token names. Raises BadToken for everything but a valid one of ours."""
        try:
            # The algorithm is the key's, never the header's: "none" and key confusion end here.
            header = jwt.get_unverified_header(text)
            if header.get("kid") != self.key_id or header.get("typ") != _TYPE:
                raise BadToken("unknown key or type")
            claims = jwt.decode(
                text,
                self.key.public_key(),
                algorithms=[_ALGORITHM],
                issuer=self.issuer,
                audience=self.audience,
                options={
                    "require": _REQUIRED,
                    "strict_aud": True,
                    # Time is judged below, by the same clock that the transaction uses.
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            now = at.timestamp()
            if not _moment(claims["iat"]) <= now < _moment(claims["exp"]):
                raise BadToken("not in its time")
            city = claims["city"]
            if type(city) is not int:
                raise BadToken("city is no integer")
            return Caller(city, UUID(claims["sub"]), UUID(claims["sid"]))
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
            raise BadToken(type(error).__name__) from error


def _moment(claim: object) -> float:
    if type(claim) not in (int, float):
        raise BadToken("a time is no number")
    return float(claim)  # type: ignore[arg-type]
