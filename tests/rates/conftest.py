"""A city, one resident with a password, and clients who say where they are."""

import ipaddress
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest_asyncio
from argon2 import PasswordHasher
from limits import parse

from db.embedded import Addresses
from tests.harness.city import City, Person
from tests.harness.kairan import Kairan, running

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
RIGHT = "richtig"
# The tests' own sockets are a proxy's, which says where its clients are.
BEHIND_A_PROXY = (ipaddress.ip_network("127.0.0.1/32"),)
LIMITED: dict[str, Any] = {
    "rate_sign_in": parse("3/5 minutes"),
    "rate_sign_in_address": parse("20/5 minutes"),
    "rate_login": parse("6/15 minutes"),
    "rate_alarm": parse("1/15 minutes"),
    "trusted_proxies": BEHIND_A_PROXY,
}

SIGN_IN = """
    mutation SignIn($login: String!, $password: String!) {
      signIn(input: {login: $login, password: $password}) { accessToken errors { code } }
    }
"""


@dataclass
class Resident:
    """Somebody who can sign in."""

    person: Person
    login: str


@pytest_asyncio.fixture
async def hanako(city: City) -> Resident:
    """She can sign in."""
    person = await city.person()
    return Resident(person, await city.login(person, CHEAP.hash(RIGHT)))


@pytest_asyncio.fixture
async def limited(city: City, postgres: Addresses, key_folder: Path) -> AsyncIterator[Kairan]:
    """A server with small limits, behind a proxy that it trusts."""
    async with running(city, postgres.server, key_folder, **LIMITED) as serving:
        yield serving


async def sign_in(kairan: Kairan, login: str, password: str, *, of: str) -> str:
    """What became of it: IN, or the code. ``of`` is the address it comes from."""
    return told(await answer(kairan, login, password, of=of))


async def answer(kairan: Kairan, login: str, password: str, *, of: str) -> dict[str, Any]:
    """The whole answer to a sign-in."""
    response = await kairan.nobody.post(
        {"query": SIGN_IN, "variables": {"login": login, "password": password}},
        **{"x-forwarded-for": of},
    )
    assert response.status_code == 200, response.text
    whole: dict[str, Any] = response.json()
    return whole


def told(whole: dict[str, Any]) -> str:
    """IN, or the code of the one error."""
    if "errors" in whole:
        (error,) = whole["errors"]
        return str(error["extensions"]["code"])
    payload = whole["data"]["signIn"]
    if payload["errors"]:
        return str(payload["errors"][0]["code"])
    assert payload["accessToken"]
    return "IN"
