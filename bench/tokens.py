"""Tokens of the people who ask in the bench, issued as the server does it, without a sign-in."""

from datetime import UTC, datetime
from pathlib import Path

from bench.landmarks import Visitor
from server.keys.ring import KeyRing
from server.keys.tokens import MOST_SECONDS, Tokens

ISSUER = AUDIENCE = "kairan"


def tokens(key_file: Path) -> Tokens:
    """Issues and reads the tokens of every server with this key: KAIRAN_SIGNING_KEY_FILE.

    The key is made where there is none. Raises SigningKeyError.
    """
    keys = KeyRing(key_file, seconds=MOST_SECONDS)
    return Tokens(keys, issuer=ISSUER, audience=AUDIENCE, seconds=MOST_SECONDS)


def token_of(visitor: Visitor, issuer: Tokens) -> str:
    """A token of the session that the loaded city holds open, good for an hour from now."""
    return issuer.issue(
        city=visitor.city,
        person=visitor.person,
        session=visitor.session,
        at=datetime.now(UTC),
    ).text
