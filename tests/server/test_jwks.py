"""The public keys: enough to verify a token with any library, and kept by caches for a while."""

import json
from datetime import timedelta
from pathlib import Path

import jwt

from db.embedded import Addresses
from server.commands.keys import rotated
from tests.harness.city import City
from tests.harness.kairan import Kairan, running

PATH = "/.well-known/jwks.json"


async def test_anybody_verifies_a_token_with_what_is_published(city: City, kairan: Kairan) -> None:
    ken = await city.person()
    token = (await kairan.client(ken)).token
    assert token is not None

    answer = await kairan.http.get(PATH)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/jwk-set+json"
    (published,) = answer.json()["keys"]
    assert {**published, "x": "", "kid": ""} == {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": "",
        "alg": "EdDSA",
        "use": "sig",
        "kid": "",
    }
    key = jwt.PyJWKSet.from_dict(answer.json())[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(
        token,
        key,
        algorithms=["EdDSA"],
        audience="kairan",
        issuer="kairan",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["sub"] == str(ken.id)


async def test_no_private_half_is_published(kairan: Kairan) -> None:
    answer = await kairan.http.get(PATH)
    (key,) = answer.json()["keys"]
    assert set(key) == {"kty", "crv", "x", "alg", "use", "kid"}
    secret = kairan.app.state.tokens.keys.signing(kairan.city.clock()).private
    assert secret.private_bytes_raw().hex() not in answer.text


async def test_caches_keep_them_and_ask_whether_they_changed(kairan: Kairan) -> None:
    answer = await kairan.http.get(PATH)
    assert answer.headers["cache-control"] == "public, max-age=300"
    tag = answer.headers["etag"]
    assert tag.startswith('"')
    assert tag.endswith('"')
    for condition in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await kairan.http.get(PATH, headers={"if-none-match": condition})
        assert (again.status_code, again.content) == (304, b""), condition
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == "public, max-age=300"
    for condition in ('"other"', "", tag.strip('"')):
        again = await kairan.http.get(PATH, headers={"if-none-match": condition})
        assert again.status_code == 200, condition


async def test_it_asks_nothing_of_the_database_and_looks_at_no_token(kairan: Kairan) -> None:
    with kairan.counting() as statements:
        answer = await kairan.http.get(PATH, headers={"authorization": "Bearer nonsense"})
        head = await kairan.http.head(PATH)
    assert (answer.status_code, head.status_code, head.content) == (200, 200, b"")
    assert statements == []
    assert (await kairan.http.post(PATH)).status_code == 405


async def test_a_new_key_is_published_before_it_signs_and_nobody_is_signed_out(
    city: City, postgres: Addresses, tmp_path: Path
) -> None:
    ken = await city.person()
    async with running(city, postgres.server, tmp_path) as one:
        async with running(city, postgres.server, tmp_path) as other:
            before = await one.client(ken)
            tag = (await one.http.get(PATH)).headers["etag"]
            start = city.clock.now
            rotated(tmp_path / "signing-key.pem", 600, start, start + timedelta(seconds=3))
            for serving in (one, other):
                while len((await serving.http.get(PATH)).json()["keys"]) < 2:
                    pass  # within a second, by the clock on the wall
            city.clock.advance(seconds=3)
            after = await one.client(ken)
            kids = [json.loads(_header(each.token)) for each in (before, after)]
            assert kids[0]["kid"] != kids[1]["kid"]
            for serving in (one, other):
                for client in (before, after):
                    answer = await serving.http.post(
                        "/graphql",
                        json={"query": "{ viewer { kind } }"},
                        headers={"authorization": f"Bearer {client.token}"},
                    )
                    assert answer.json()["data"] == {"viewer": {"kind": "RESIDENT"}}
            assert (await one.http.get(PATH)).headers["etag"] != tag


def _header(token: str | None) -> str:
    assert token is not None
    return json.dumps(jwt.get_unverified_header(token))
