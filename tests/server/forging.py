"""Tokens that are like a right one but for what a forger changed."""

import base64
import json
from typing import Any

from tests.harness.city import Person
from tests.harness.kairan import Kairan


class Forger:
    """Makes tokens that are like a right one but for what is changed."""

    def __init__(self, kairan: Kairan, person: Person, session: object) -> None:
        self.tokens = kairan.app.state.tokens
        self.key = self.tokens.keys.signing(kairan.city.clock())
        self.now = now = int(kairan.city.clock().timestamp())
        self.header = {"alg": "EdDSA", "typ": "at+jwt", "kid": self.key.id}
        self.claims: dict[str, Any] = {
            "iss": "kairan",
            "aud": "kairan",
            "iat": now,
            "exp": now + 600,
            "sub": str(person.id),
            "city": kairan.city.number,
            "sid": str(session),
        }

    def signed(self, key: Any = None, header: Any = None, **changed: Any) -> str:
        """A token signed with ``key``, ours by default; a claim or header of None is left out."""
        return self.spelled(
            json.dumps(_without_none(self.header | (header or {}))),
            json.dumps(_without_none(self.claims | changed)),
            key,
        )

    def spelled(self, header: str | bytes, claims: str | bytes, key: Any = None) -> str:
        """A token of a header and claims in JSON, as they are written there."""
        key = key or self.key.private
        start = packed(header) + b"." + packed(claims)
        signature = key(start) if callable(key) else key.sign(start)
        return (start + b"." + packed(signature)).decode()

    @property
    def header_text(self) -> str:
        """The right header in JSON."""
        return json.dumps(self.header)

    @property
    def claims_text(self) -> str:
        """The right claims in JSON."""
        return json.dumps(self.claims)


def packed(raw: str | bytes) -> bytes:
    """Text or bytes in base64url without padding."""
    raw = raw.encode() if isinstance(raw, str) else raw
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
