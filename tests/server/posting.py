"""Requests to /graphql, and what a refusal of one looks like."""

import json
from typing import Any

import httpx

from tests.harness.kairan import Kairan

KIND = "{ viewer { kind } }"
ANONYMOUS = {"data": {"viewer": {"kind": "ANONYMOUS"}}}
SIGN_IN = (
    'mutation SignIn { signIn(input: { login: "nobody", password: "none" }) { errors { code } } }'
)


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and message of an answer that holds one error and no data."""
    body = answer.json()
    assert set(body) == {"errors"}
    (error,) = body["errors"]
    return answer.status_code, error["extensions"]["code"], error["message"]


async def post(kairan: Kairan, body: Any, **headers: str) -> httpx.Response:
    """A POST of these very bytes, or of JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    chosen = {"content-type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return await kairan.http.post("/graphql", content=content, headers=chosen)
