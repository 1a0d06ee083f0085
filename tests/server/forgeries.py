"""Every way we know to make a token that is not one of ours look like one (RFC 8725)."""

import hmac
import json
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.keys.file import SigningKey
from tests.server.forging import Forger, packed


def forgeries(forger: Forger) -> dict[str, str]:
    """Tokens that nobody must be taken in by."""
    return {
        **_of_another_algorithm(forger),
        **_of_another_key(forger),
        **_of_another_header(forger),
        **_of_other_claims(forger),
        **_of_another_spelling(forger),
    }


def _of_another_algorithm(forger: Forger) -> dict[str, str]:
    public = forger.key.private.public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    rsa = generate_private_key(65537, 2048)

    def mac(secret: bytes, name: str = "HS256") -> str:
        digest = f"sha{name[2:]}"
        return forger.signed(lambda text: hmac.digest(secret, text, digest), {"alg": name})

    def pss(text: bytes) -> bytes:
        return rsa.sign(text, PKCS1v15(), SHA256())

    return {
        "no signature, alg none": forger.signed(lambda _: b"", {"alg": "none"}),
        "no signature, alg None": forger.signed(lambda _: b"", {"alg": "None"}),
        "no signature, alg nOnE": forger.signed(lambda _: b"", {"alg": "nOnE"}),
        "our signature, alg none": forger.signed(header={"alg": "none"}),
        "no signature, right alg": forger.signed(lambda _: b""),
        "a signature of zeros": forger.signed(lambda _: bytes(64)),
        "no algorithm": forger.signed(header={"alg": None}),
        "a list of algorithms": forger.signed(header={"alg": ["EdDSA"]}),
        "an algorithm in another case": forger.signed(header={"alg": "eddsa"}),
        "the same algorithm by another name": forger.signed(header={"alg": "Ed25519"}),
        "the public key in PEM as a secret": mac(pem),
        "the public key in PEM as a longer secret": mac(pem, "HS512"),
        "the public key itself as a secret": mac(raw),
        "the public key as it is published as a secret": mac(forger.key.jwk["x"].encode()),
        "an empty secret": mac(b""),
        "RSA": forger.signed(pss, {"alg": "RS256"}),
        "RSA under our algorithm": forger.signed(pss),
    }


def _of_another_key(forger: Forger) -> dict[str, str]:
    other = Ed25519PrivateKey.generate()
    jwk = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(other.public_key()))
    elsewhere = "https://keys.example/jwks.json"
    hostile = {
        "an unknown one": "0" * 43,
        "nothing": "",
        "a path": "../../../../dev/null",
        "a path with NUL": f"{forger.key.id}\0.pem",
        "SQL": "' union select 'x' -- ",
        "a command": "|id",
        "a format": "%s%n{0}",
        "a line more": f"{forger.key.id}\n",
        "ours and more": f"{forger.key.id}x",
        "ours in part": forger.key.id[:-1],
        "a longer one": "k" * 150,
        "Japanese": "鍵" * 10,
        "a number": 7,
        "true": True,
        "a list": [forger.key.id],
        "an object": {"kid": forger.key.id},
    }
    return {
        "another key": forger.signed(other),
        "another key, sent along": forger.signed(other, {"jwk": jwk}),
        "another key, where it is": forger.signed(other, {"jku": elsewhere}),
        "another key, where its certificate is": forger.signed(other, {"x5u": elsewhere}),
        "another key, its certificate": forger.signed(other, {"x5c": ["MIIB"]}),
        "another key under its own name": forger.signed(other, {"kid": SigningKey(other).id}),
        "no key's name": forger.signed(header={"kid": None}),
        "null for a key's name": forger.spelled(
            '{"alg": "EdDSA", "typ": "at+jwt", "kid": null}', forger.claims_text
        ),
        **{
            f"{name} for a key's name": forger.signed(header={"kid": kid})
            for name, kid in hostile.items()
        },
    }


def _of_another_header(forger: Forger) -> dict[str, str]:
    """All of these are signed with the right key."""
    jwk = forger.key.jwk
    more: dict[str, dict[str, Any]] = {
        "our key sent along": {"jwk": jwk},
        "the place of our keys": {"jku": "http://127.0.0.1/.well-known/jwks.json"},
        "the place of a certificate": {"x5u": "http://127.0.0.1/"},
        "a certificate": {"x5c": ["MIIB"]},
        "a certificate's hash": {"x5t#S256": "x"},
        "nothing critical": {"crit": []},
        "something critical": {"crit": ["exp"], "exp": forger.now + 600},
        "something critical that nobody knows": {
            "crit": ["http://example/x"],
            "http://example/x": 1,
        },
        "a body that is not encoded": {"b64": False, "crit": ["b64"]},
        "a body that is said to be encoded": {"b64": True},
        "a compressed body": {"zip": "DEF"},
        "an encryption": {"enc": "A256GCM"},
        "another content": {"cty": "JWT"},
        "a word of its own": {"x": 1},
        "another type": {"typ": "JWT"},
        "no type": {"typ": None},
        "the type in another case": {"typ": "AT+JWT"},
        "the type as a media type": {"typ": "application/at+jwt"},
    }
    right, claims = forger.header_text, forger.claims_text
    return {
        **{name: forger.signed(header=header) for name, header in more.items()},
        "an algorithm twice": forger.spelled(right[:-1] + ', "alg": "EdDSA"}', claims),
        "an algorithm twice, none first": forger.spelled('{"alg": "none", ' + right[1:], claims),
        "a name twice, one in escapes": forger.spelled(
            right[:-1] + ', "\\u0061lg": "EdDSA"}', claims
        ),
        "a header that is no object": forger.spelled('["EdDSA"]', claims),
        "a header that is no JSON": forger.spelled("{'alg': 'EdDSA'}", claims),
        "a header in UTF-16": forger.spelled(right.encode("utf-16"), claims),
        "a header that is no text": forger.spelled(b"\xff\xfe{}", claims),
        "a header with a mark before it": forger.spelled("\ufeff" + right, claims),
        "a header with much room": forger.spelled(right + " " * 200, claims),
        "an oversized header": forger.signed(header={"typ": "at+jwt" * 400}),
        "a header without end": forger.spelled("[" * 180, claims),
    }


def _of_other_claims(forger: Forger) -> dict[str, str]:
    """All of these are signed with the right key."""
    now, right, claims = forger.now, forger.header_text, forger.claims_text
    changed: dict[str, dict[str, Any]] = {
        "another issuer": {"iss": "somebody"},
        "an issuer in another case": {"iss": "Kairan"},
        "several issuers": {"iss": ["kairan"]},
        "another audience": {"aud": "somebody"},
        "several audiences": {"aud": ["kairan", "somebody"]},
        "one audience as a list": {"aud": ["kairan"]},
        "expired": {"iat": now - 600, "exp": now},
        "expired long ago": {"iat": 0, "exp": 600},
        "not issued yet": {"iat": now + 60, "exp": now + 600},
        "not valid yet": {"nbf": now + 1},
        "a beginning in words": {"nbf": "0"},
        "a beginning with a fraction": {"nbf": now - 0.5},
        "a beginning that is false": {"nbf": False},
        "an expiry in words": {"exp": "9999999999"},
        "an expiry that is true": {"iat": 0, "exp": True},
        "an issue that is false": {"iat": False},
        "an issue with a fraction": {"iat": now + 0.0},
        "an expiry with a fraction": {"exp": now + 600.5},
        "an expiry that is no number": {"exp": float("nan")},
        "an expiry without end": {"exp": float("inf")},
        "an expiry beyond all": {"exp": 10**300},
        "an expiry in a hundred years": {"exp": now + 100 * 365 * 86400},
        "a life longer than any": {"exp": now + 3601},
        "an issue before all time": {"iat": -(10**300)},
        "a city in words": {"city": str(forger.claims["city"])},
        "a city that is true": {"city": True},
        "a city with a fraction": {"city": float(forger.claims["city"])},
        "a city below all": {"city": -1},
        "a city of nothing": {"city": 0},
        "a city beyond all": {"city": 2**31},
        "a person that is no id": {"sub": "けん"},
        "a person that is a number": {"sub": 7},
        "an empty person": {"sub": ""},
        "a person in capitals": {"sub": "ABCDEF00-0000-4000-8000-000000000000"},
        "a person in braces": {"sub": "{" + str(forger.claims["sub"]) + "}"},
        "a person as a name of names": {"sub": "urn:uuid:" + str(forger.claims["sub"])},
        "a session that is no id": {"sid": "1 or 1=1"},
        "a session that is a list": {"sid": []},
        "a session that is a number": {"sid": 1},
    }
    required = ("iss", "aud", "iat", "exp", "sub", "city", "sid")
    return {
        **{name: forger.signed(**claim) for name, claim in changed.items()},
        **{f"without {claim}": forger.signed(**{claim: None}) for claim in required},
        **{
            f"null for {claim}": forger.spelled(right, json.dumps({**forger.claims, claim: None}))
            for claim in (*required, "nbf")
        },
        **{
            f"{claim} twice": forger.spelled(
                right, claims[:-1] + f', "{claim}": {json.dumps(forger.claims[claim])}}}'
            )
            for claim in required
        },
        "a person twice, one in escapes": forger.spelled(
            right, f'{{"\\u0073ub": "{uuid4()}", {claims[1:]}'
        ),
        "a name twice far below": forger.spelled(right, claims[:-1] + ', "x": {"y": 1, "y": 2}}'),
        "an exponent for an expiry": forger.spelled(
            right, claims.replace(f'"exp": {now + 600}', f'"exp": {(now + 600) // 100}e2')
        ),
        "a number of 5,000 digits": forger.spelled(right, claims[:-1] + f', "x": {"9" * 2900}}}'),
        "a body that is no object": forger.spelled(right, "[1]"),
        "a body that is no JSON": forger.spelled(right, "let me in"),
        "a body that is null": forger.spelled(right, "null"),
        "a body in UTF-16": forger.spelled(right, claims.encode("utf-16")),
        "a body without end": forger.spelled(right, "[" * 2800),
        "a body of nothing": forger.spelled(right, ""),
    }


def _of_another_spelling(forger: Forger) -> dict[str, str]:
    right = forger.signed()
    start, _, signature = right.rpartition(".")
    head, _, body = start.partition(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other_body = packed(forger.claims_text.replace("kairan", "kairaN")).decode()
    # 64 bytes leave four bits over in the last character.
    neighbour = alphabet[alphabet.index(signature[-1]) + 1]
    return {
        "a changed body": f"{head}.{other_body}.{signature}",
        "another spelling of the signature": f"{start}.{signature[:-1]}{neighbour}",
        "a padded signature": f"{right}==",
        "a padded header": f"{head}=.{body}.{signature}",
        "base64 of the other kind": f"{start}.{signature[:-1]}+",
        "half a signature": f"{start}.{signature[:43]}",
        "a signature and more": f"{right}AAAA",
        "a dot more": f"{right}.",
        "a dot before": f".{right}",
        "two parts": start,
        "one part": head,
        "dots": "..",
        "four parts": f"{right}.{signature}",
        "five parts": f"{right}.{head}.{body}",
        "encrypted": f"{packed(json.dumps({'alg': 'dir', 'enc': 'A256GCM'})).decode()}..AA.AA.AA",
        "a blank inside": f"{head}. {body}.{signature}",
        "a tab inside": f"{head}.{body[:9]}\t{body[9:]}.{signature}",
        "a blank for a dot": right.replace(".", " ", 1),
        "a comma for a dot": right.replace(".", ",", 1),
        "percent": right.replace(".", "%2e"),
        "in quotes": f'"{right}"',
        "words": "let me in",
        "huge": right + "A" * 5000,
    }
