"""Signing in over HTTP with a real password: one answer for whatever is wrong."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import pytest
from argon2 import PasswordHasher

from db.embedded import Addresses
from permissions.words import Power
from tests.harness.city import City, Person
from tests.harness.kairan import Client, Kairan, running

SIGN_IN = """
mutation SignIn($login: String!, $password: String!) {
  signIn(input: { login: $login, password: $password }) {
    accessToken expiresAt refreshToken refreshExpiresAt errors { field code message }
  }
}
"""
PASSWORD = "三条通り-Asahikawa-1890"
HASH = PasswordHasher().hash(PASSWORD)
WRONG = {
    "data": {
        "signIn": {
            "accessToken": None,
            "expiresAt": None,
            "refreshToken": None,
            "refreshExpiresAt": None,
            "errors": [
                {
                    "field": ["input"],
                    "code": "WRONG_LOGIN_OR_PASSWORD",
                    "message": "The login or the password is wrong.",
                }
            ],
        }
    }
}


@dataclass
class Account:
    """Somebody who can sign in."""

    person: Person
    login: str


async def account(city: City, person: Person, hashed: str = HASH) -> Account:
    """Give ``person`` a login and the password."""
    login = await city.login(person, hashed)
    return Account(person, login)


@pytest.fixture
async def ken(city: City) -> Account:
    """A resident with a login."""
    return await account(city, await city.person(display_name="けん"))


async def sign_in(kairan: Kairan, login: str, password: str = PASSWORD) -> dict[str, Any]:
    """The payload of a sign-in that must succeed."""
    data = await kairan.nobody.data(SIGN_IN, login=login, password=password)
    payload: dict[str, Any] = data["signIn"]
    assert payload["errors"] == []
    return payload


async def test_ken_signs_in_and_is_himself(kairan: Kairan, ken: Account) -> None:
    payload = await sign_in(kairan, ken.login)
    client = Client(kairan.http, payload["accessToken"])
    assert await client.data("{ me { id displayName } viewer { kind } }") == {
        "me": {"id": ken.person.gid, "displayName": "けん"},
        "viewer": {"kind": "RESIDENT"},
    }


async def test_the_session_and_the_token_end_when_the_settings_say(
    city: City, postgres: Addresses, key_folder: Path, ken: Account
) -> None:
    async with running(
        city, postgres.server, key_folder, session_ttl=7200, token_ttl=300
    ) as kairan:
        payload = await sign_in(kairan, ken.login)
    now = city.clock.now
    assert datetime.fromisoformat(payload["expiresAt"]) == now + timedelta(seconds=300)
    sessions = await city.fetch("select * from kairan.sessions where city = $1")
    assert sessions == [
        {
            "city": city.number,
            "id": sessions[0]["id"],
            "person": ken.person.id,
            "kind": "RESIDENT",
            "opened_at": now,
            "expires_at": now + timedelta(seconds=7200),
            "ended_at": None,
            "last_used_at": None,
            "device": None,
        }
    ]


async def test_the_token_says_who_and_in_which_session_and_nothing_of_offices(
    city: City, kairan: Kairan, ken: Account
) -> None:
    group = await city.group("神楽町内会")
    member = await city.member(group, ken.person, display_name="けん")
    await city.officer(member, "会長", *Power)
    token = (await sign_in(kairan, ken.login))["accessToken"]

    now = int(city.clock.now.timestamp())
    (session,) = await city.fetch("select id from kairan.sessions where city = $1")
    assert jwt.decode(token, options={"verify_signature": False}) == {
        "iss": "kairan",
        "aud": "kairan",
        "iat": now,
        "exp": now + 600,
        "sub": str(ken.person.id),
        "city": city.number,
        "sid": str(session["id"]),
    }
    assert jwt.get_unverified_header(token) == {
        "alg": "EdDSA",
        "typ": "at+jwt",
        "kid": kairan.app.state.tokens.keys.signing(city.clock()).id,
    }


async def test_whatever_is_wrong_has_one_answer_and_opens_no_session(
    city: City, kairan: Kairan, ken: Account
) -> None:
    hanako = await account(city, await city.person(), PasswordHasher().hash("another"))
    broken = await account(city, await city.person(), "no hash at all")
    tried = {
        "a wrong password": (ken.login, "wrong"),
        "an empty password": (ken.login, ""),
        "a blank more": (ken.login, PASSWORD + " "),
        "another case": (ken.login, PASSWORD.upper()),
        "somebody else's password": (hanako.login, PASSWORD),
        "the hash for a password": (ken.login, HASH),
        "an unknown login": ("nobody@kairan.example", PASSWORD),
        "the password of nobody": ("nobody@kairan.example", "nobody has this password"),
        "an empty login": ("", PASSWORD),
        "blanks for a login": ("   ", PASSWORD),
        "a login with a pattern": ("ken%", PASSWORD),
        "a login with a quote": (f"{ken.login}' or '1'='1", PASSWORD),
        "a login with U+0000": (f"{ken.login}\0", PASSWORD),
        "a password with U+0000": (ken.login, f"{PASSWORD}\0"),
        "a login too long": (" " * 255 + ken.login, PASSWORD),
        "a login much too long": ("k" * 100_000, PASSWORD),
        "a password too long": (ken.login, PASSWORD + "x" * 100_000),
        "a stored hash that is none": (broken.login, PASSWORD),
    }
    seen = {}
    for name, (login, password) in tried.items():
        answer = await kairan.nobody.post(
            {"query": SIGN_IN, "variables": {"login": login, "password": password}}
        )
        if (answer.status_code, answer.json()) != (200, WRONG):
            seen[name] = answer.text
    assert seen == {}
    assert await city.fetch("select id from kairan.sessions where city = $1") == []


async def test_the_login_is_taken_in_any_case_and_with_blanks_around(
    kairan: Kairan, ken: Account
) -> None:
    for login in (ken.login.upper(), f"  {ken.login}\t", f"\u3000{ken.login.title()}\n"):
        assert (await sign_in(kairan, login))["accessToken"]


async def test_time_does_not_tell_an_unknown_login(kairan: Kairan, ken: Account) -> None:
    async def work(login: str) -> float:
        before = time.process_time()
        answer = await kairan.nobody.ask(SIGN_IN, login=login, password="wrong")
        assert answer == WRONG
        return time.process_time() - before

    known = sorted([await work(ken.login) for _ in range(5)])[2]
    unknown = sorted([await work("nobody@kairan.example") for _ in range(5)])[2]
    assert 0.5 < unknown / known < 2


async def test_two_people_sign_in_by_one_document_each_for_himself(
    city: City, kairan: Kairan, ken: Account
) -> None:
    clerk = await account(city, await city.staff("OPERATIONS"))
    one = 'signIn(input: {{ login: "{}", password: "{}" }}) {{ accessToken errors {{ code }} }}'
    document = f"""
    mutation {{
      ken: {one.format(ken.login, PASSWORD)}
      wrong: {one.format(ken.login, "wrong")}
      clerk: {one.format(clerk.login, PASSWORD)}
    }}
    """
    data = await kairan.nobody.data(document)
    assert data["wrong"] == {"accessToken": None, "errors": [{"code": "WRONG_LOGIN_OR_PASSWORD"}]}
    kinds = {}
    for name in ("ken", "clerk"):
        client = Client(kairan.http, data[name]["accessToken"])
        kinds[name] = (await client.data("{ viewer { kind } }"))["viewer"]["kind"]
    assert kinds == {"ken": "RESIDENT", "clerk": "STAFF"}


async def test_staff_sign_in_as_staff(city: City, kairan: Kairan) -> None:
    clerk = await account(city, await city.staff("AUDITOR"))
    token = (await sign_in(kairan, clerk.login))["accessToken"]
    data = await Client(kairan.http, token).data("{ me { id } viewer { kind staffRoles } }")
    assert data == {"me": None, "viewer": {"kind": "STAFF", "staffRoles": ["AUDITOR"]}}


async def test_each_sign_in_is_a_session_of_its_own(
    city: City, kairan: Kairan, ken: Account
) -> None:
    first = Client(kairan.http, (await sign_in(kairan, ken.login))["accessToken"])
    second = Client(kairan.http, (await sign_in(kairan, ken.login))["accessToken"])
    claims = jwt.decode(first.token or "", options={"verify_signature": False})
    await city.execute(
        "update kairan.sessions set ended_at = $3 where city = $1 and id = $2",
        UUID(claims["sid"]),
        city.clock.now,
    )
    assert (await first.post({"query": "{ me { id } }"})).status_code == 401
    assert (await second.data("{ me { id } }"))["me"] == {"id": ken.person.gid}


async def test_no_connection_is_held_while_a_password_is_verified(
    city: City, postgres: Addresses, key_folder: Path, ken: Account
) -> None:
    async with running(city, postgres.server, key_folder, pool_size=1) as kairan:
        signing_in = [asyncio.create_task(sign_in(kairan, ken.login)) for _ in range(6)]
        answered = 0
        while not all(task.done() for task in signing_in):
            await kairan.nobody.data("{ viewer { kind } }")
            answered += 1
        await asyncio.gather(*signing_in)
    # Held, they would have waited in turn: about one answer after each sign-in.
    assert answered > 12


async def test_a_password_is_in_no_log_and_in_no_answer(
    kairan: Kairan, ken: Account, caplog: pytest.LogCaptureFixture
) -> None:
    documents: list[dict[str, Any]] = [
        {"query": SIGN_IN, "variables": {"login": ken.login, "password": PASSWORD}},
        {"query": SIGN_IN, "variables": {"login": ken.login, "password": [PASSWORD]}},
        {"query": SIGN_IN, "variables": {"login": {"password": PASSWORD}}},
        {"query": f'mutation {{ signIn(input: {{ password: "{PASSWORD}" }}) {{ errors }} }}'},
        {"query": f'mutation {{ signIn(input: {{ password: "{PASSWORD}" '},
        {"query": f'mutation {{ signIn(login: "x", password: "{PASSWORD}") {{ errors }} }}'},
    ]
    with caplog.at_level("DEBUG"):
        for document in documents:
            await kairan.nobody.post(document)
    assert PASSWORD not in caplog.text
    assert HASH not in caplog.text
