"""Somebody who signs in with a password, and goes on by refresh tokens."""

from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher

from tests.harness.city import City, Person
from tests.harness.kairan import Client, Kairan

PASSWORD = "三条通り-Asahikawa-1890"
# As cheap as it goes: these tests are not about passwords.
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
TOKENS = "accessToken expiresAt refreshToken refreshExpiresAt errors { field code message }"
SIGN_IN = f"""
mutation SignIn($input: SignInInput!) {{ signIn(input: $input) {{ {TOKENS} }} }}
"""
REFRESH = f"""
mutation Refresh($token: String!) {{
  refresh(input: {{ refreshToken: $token }}) {{ {TOKENS} }}
}}
"""
REFUSED = {
    "accessToken": None,
    "expiresAt": None,
    "refreshToken": None,
    "refreshExpiresAt": None,
    "errors": [
        {
            "field": ["input", "refreshToken"],
            "code": "REFRESH_TOKEN_REFUSED",
            "message": "Your session is over. Sign in again.",
        }
    ],
}


@dataclass
class Account:
    """Somebody who can sign in."""

    person: Person
    login: str


async def account(city: City, person: Person) -> Account:
    """Give ``person`` a login and the password."""
    return Account(person, await city.login(person, HASH))


async def signed_in(kairan: Kairan, who: Account, **more: Any) -> dict[str, Any]:
    """The payload of a sign-in."""
    asked = {"login": who.login, "password": PASSWORD, **more}
    payload: dict[str, Any] = (await kairan.nobody.data(SIGN_IN, input=asked))["signIn"]
    assert payload["errors"] == []
    return payload


async def refreshed(kairan: Kairan, token: str) -> dict[str, Any]:
    """The payload of a refresh that may be refused."""
    payload: dict[str, Any] = (await kairan.nobody.data(REFRESH, token=token))["refresh"]
    return payload


async def alive(kairan: Kairan, tokens: dict[str, Any]) -> bool:
    """Whether the access token opens anything."""
    answer = await Client(kairan.http, tokens["accessToken"]).post({"query": "{ viewer { kind } }"})
    assert answer.status_code in (200, 401)
    return answer.status_code == 200
