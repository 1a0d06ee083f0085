"""Tokens that are like a right one but for what a forger changed."""

import base64
import hashlib
import hmac
import json
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.harness.city import Person
from tests.harness.kairan import Kairan


class Forger:
    """Makes tokens that are like a right one but for what is changed."""

    def __init__(self, kairan: Kairan, person: Person, session: object) -> None:
        self.tokens = kairan.app.state.tokens
        self.now = now = int(kairan.city.clock().timestamp())
        self.header = {"alg": "EdDSA", "typ": "at+jwt", "kid": self.tokens.key_id}
        self.claims = {
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
        key = key or self.tokens.key
        body = _without_none(self.claims | changed)
        start = _packed(_without_none(self.header | (header or {}))) + b"." + _packed(body)
        signature = key(start) if callable(key) else key.sign(start)
        return (start + b"." + _base64(signature)).decode()


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _packed(value: Any) -> bytes:
    return _base64(json.dumps(value).encode())


def _base64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def forgeries(forger: Forger) -> dict[str, str]:
    """Tokens that nobody must be taken in by."""
    now = forger.now
    other = Ed25519PrivateKey.generate()
    public = forger.tokens.key.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    right = forger.signed()
    start, _, signature = right.rpartition(".")
    head, _, body = start.partition(".")
    deep = _base64(b"[" * 1100 + b"]" * 1100).decode()

    def hs256(secret: bytes) -> str:
        return forger.signed(
            lambda text: hmac.new(secret, text, hashlib.sha256).digest(), {"alg": "HS256"}
        )

    return {
        "no signature, alg none": forger.signed(lambda _: b"", {"alg": "none"}),
        "no signature, alg None": forger.signed(lambda _: b"", {"alg": "None"}),
        "no signature, right alg": f"{start}.",
        "no algorithm": forger.signed(header={"alg": None}),
        "the public key in PEM as a secret": hs256(pem),
        "the public key itself as a secret": hs256(raw),
        "an empty secret": hs256(b""),
        "another key": forger.signed(other),
        "another key under its own name": forger.signed(
            other, {"kid": hashlib.sha256(b"other").hexdigest()[:16]}
        ),
        "another key, sent along": forger.signed(
            other, {"jwk": json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(other.public_key()))}
        ),
        "an unknown key's name": forger.signed(header={"kid": "0" * 16}),
        "no key's name": forger.signed(header={"kid": None}),
        "a list for a key's name": forger.signed(header={"kid": [forger.tokens.key_id]}),
        "another type": forger.signed(header={"typ": "JWT"}),
        "no type": forger.signed(header={"typ": None}),
        "another issuer": forger.signed(iss="somebody"),
        "another audience": forger.signed(aud="somebody"),
        "several audiences": forger.signed(aud=["kairan", "somebody"]),
        "expired": forger.signed(iat=now - 600, exp=now),
        "expired long ago": forger.signed(iat=0, exp=600),
        "not yet": forger.signed(iat=now + 60, exp=now + 600),
        "an expiry in words": forger.signed(exp="9999999999"),
        "an expiry that is true": forger.signed(iat=0, exp=True),
        "an expiry that is no number": forger.signed(exp=float("nan")),
        **{
            f"without {claim}": forger.signed(**{claim: None})
            for claim in ("iss", "aud", "iat", "exp", "sub", "city", "sid")
        },
        "a city in words": forger.signed(city=str(forger.claims["city"])),
        "a city that is true": forger.signed(city=True),
        "a city with a fraction": forger.signed(city=1204.0),
        "a person that is no id": forger.signed(sub="けん"),
        "a person that is a number": forger.signed(sub=7),
        "an empty person": forger.signed(sub=""),
        "a session that is no id": forger.signed(sid="1 or 1=1"),
        "a session that is a list": forger.signed(sid=[]),
        "a changed body": f"{head}.{_packed(forger.claims | {'sub': str(uuid4())}).decode()}."
        f"{signature}",
        "a body that is no object": f"{head}.{_packed([1]).decode()}.{signature}",
        "a dot more": f"{right}.",
        "two parts": start,
        "one part": head,
        "dots": "..",
        "five parts": f"{right}.{head}.{body}",
        "a body without end": f"{head}.{deep}.{signature}",
        "a header without end": f"{deep}.{body}.{signature}",
        "words": "let me in",
        "huge": right + "A" * 5000,
    }
