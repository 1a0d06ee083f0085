"""Refresh tokens: random, opaque to clients, kept by nobody but the client.

One is: the city and the session it belongs to; a secret of the whole family, by which an old one is
known to have been ours; and its own secret. Both are 256 bits, and the database has their SHA-256.
The next one's secret is made of the last one's and of a random ``turn`` that the database keeps. So
whoever lost an answer and asks again is given the very same token: it does not matter which of two
answers arrives, or arrives last. Who has the database's row alone, or an old token alone, cannot
make it.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from db.statements.sessions import Hashes

# Tells people, and whoever searches files for secrets, what they have before them.
PREFIX = "krt_"
SECRET_BYTES = 32
_CITY_BYTES = 4
_BYTES = _CITY_BYTES + 16 + 2 * SECRET_BYTES
_MOST_CITY = 2**31 - 1


def new_turn() -> bytes:
    """What the next token is made of, beside the last one's secret."""
    return secrets.token_bytes(SECRET_BYTES)


@dataclass(frozen=True)
class RefreshToken:
    """A refresh token in its parts."""

    city: int
    session: UUID
    family: bytes = field(repr=False)
    secret: bytes = field(repr=False)

    @classmethod
    def first(cls, city: int, session: UUID) -> Self:
        """The first token of a new session."""
        return cls(
            city, session, secrets.token_bytes(SECRET_BYTES), secrets.token_bytes(SECRET_BYTES)
        )

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The token a client shows; None for whatever :attr:`text` did not make."""
        try:
            packed = base64.b64decode(
                text.removeprefix(PREFIX).encode("ascii"), altchars=b"-_", validate=True
            )
        except (UnicodeError, binascii.Error):
            return None
        if len(packed) != _BYTES:
            return None
        city, rest = int.from_bytes(packed[:_CITY_BYTES]), packed[_CITY_BYTES:]
        token = cls(
            city,
            UUID(bytes=rest[:16]),
            rest[16 : 16 + SECRET_BYTES],
            rest[16 + SECRET_BYTES :],
        )
        return token if city <= _MOST_CITY and token.text == text else None

    @property
    def text(self) -> str:
        """What the client keeps."""
        packed = self.city.to_bytes(_CITY_BYTES) + self.session.bytes + self.family + self.secret
        return PREFIX + base64.urlsafe_b64encode(packed).decode()

    @property
    def hashes(self) -> Hashes:
        """What the database keeps."""
        return Hashes(hashlib.sha256(self.family).digest(), hashlib.sha256(self.secret).digest())

    def after(self, turn: bytes) -> Self:
        """The token that takes this one's place."""
        secret = hmac.digest(self.secret, turn, "sha256")
        return type(self)(self.city, self.session, self.family, secret)
