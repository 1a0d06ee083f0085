"""Another password: whoever is signed in changes his own, whoever forgot it has his mailbox."""

import asyncio
import re
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import argon2.low_level
import jwt
import pytest
from argon2 import PasswordHasher

from tests.door.mailbox import PASSWORD, TICKET, TOKENS, WRONG_CODE, Door, new_address, words
from tests.harness.city import Person
from tests.harness.kairan import Client

NEW = "石狩川-の-ほとりで-1904"
WRONG = {
    "field": ["input", "currentPassword"],
    "code": "WRONG_PASSWORD",
    "message": "The current password is wrong.",
}
HASH = PasswordHasher().hash(PASSWORD)


async def somebody(door: Door, person: Person) -> str:
    """The login of somebody who has an account already."""
    return await door.city.login(person, HASH)


async def signed_in(door: Door, login: str, password: str = PASSWORD) -> Client:
    client = await door.sign_in(login, password)
    assert client is not None
    return client


async def is_over(client: Client) -> bool:
    return (await client.post({"query": "{ viewer { kind } }"})).status_code == 401


async def change(client: Client, current: str, new: str) -> dict[str, Any]:
    return await client.change(
        "changePassword", "endedSessions", currentPassword=current, newPassword=new
    )


async def tokens_of(door: Door, login: str) -> dict[str, Any]:
    payload = await door.kairan.nobody.change(
        "signIn", f"{TOKENS} refreshToken", login=login, password=PASSWORD
    )
    assert payload["errors"] == []
    return payload


@pytest.mark.parametrize("role", [None, "OPERATIONS"])
async def test_another_password_ends_the_other_sessions_and_this_one_goes_on(
    door: Door, role: str | None
) -> None:
    person = await (door.city.staff(role) if role else door.city.person(display_name="はなこ"))
    login = await somebody(door, person)
    here, phone = await signed_in(door, login), await tokens_of(door, login)
    elsewhere = Client(door.kairan.http, phone["accessToken"])
    other = await signed_in(door, await somebody(door, await door.city.person()))

    assert await change(here, PASSWORD, NEW) == {"endedSessions": 1, "errors": []}

    assert await is_over(elsewhere)
    refreshed = await door.kairan.nobody.change(
        "refresh", "accessToken", refreshToken=phone["refreshToken"]
    )
    assert [error["code"] for error in refreshed["errors"]] == ["REFRESH_TOKEN_REFUSED"]
    assert not await is_over(here)
    assert not await is_over(other)
    assert await door.sign_in(login) is None
    assert await door.sign_in(login, NEW) is not None
    [letter] = await door.letters(login)
    assert letter["Subject"] == "【回覧】パスワードが変更されました"


async def test_a_wrong_current_password_changes_nothing_and_costs_the_same(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = await somebody(door, await door.city.person())
    here, elsewhere = await signed_in(door, login), await signed_in(door, login)
    runs: list[str] = []

    def counted(name: str) -> Any:
        honest = getattr(argon2.low_level, name)

        def run(*given: Any, **more: Any) -> Any:
            runs.append(name)
            return honest(*given, **more)

        return run

    for name in ("hash_secret", "verify_secret"):
        monkeypatch.setattr(f"argon2._password_hasher.{name}", counted(name))
    cost = {}
    for current in ("wrong", PASSWORD):
        runs.clear()
        before = time.process_time()
        payload = await change(here, current, NEW)
        cost[current] = sorted(runs), time.process_time() - before
        if current == "wrong":
            assert payload == {"endedSessions": None, "errors": [WRONG]}
            assert not await is_over(elsewhere)
            assert await door.letters(login) == []
    assert cost["wrong"][0] == cost[PASSWORD][0] == ["hash_secret", "verify_secret"]
    assert 0.4 < cost["wrong"][1] / cost[PASSWORD][1] < 2.5


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("", "INVALID"),
        ("x9$Lq0Zv2", "INVALID"),
        ("と" * 257, "INVALID"),
        ("x9$Lq0\tZv2mPwe", "INVALID"),
        ("x9$Lq0\u0000Zv2mPwe", "INVALID"),
        ("password1234", "WEAK_PASSWORD"),
        ("qwertyuiop@", "WEAK_PASSWORD"),
        ("aaaaaaaaaaaaaaaaaaaa", "WEAK_PASSWORD"),
        ("町内会町内会町内会", "INVALID"),
        ("町内会町内会町内会町内会", "WEAK_PASSWORD"),
        ("kairanban-2026", "WEAK_PASSWORD"),
        # One's own: name, reading, number, birthday, address.
        ("asahikawahanako", "WEAK_PASSWORD"),
        ("旭川華子旭川華子旭川", "WEAK_PASSWORD"),
        ("0166261111", "WEAK_PASSWORD"),
        ("hanako.asahikawa", "WEAK_PASSWORD"),
        ("1950-04-29", "WEAK_PASSWORD"),
    ],
)
async def test_a_password_that_is_short_or_easily_guessed_is_refused(
    door: Door, new: str, code: str
) -> None:
    hanako = await door.city.person(
        family_name="旭川",
        given_name="華子",
        kana="アサヒカワ ハナコ",
        phone="0166-26-1111",
        email="hanako.asahikawa@example.jp",
    )
    client = await signed_in(door, await somebody(door, hanako))
    payload = await change(client, PASSWORD, new)
    assert payload["endedSessions"] is None
    assert [(error["field"], error["code"]) for error in payload["errors"]] == [
        (["input", "newPassword"], code)
    ]


@pytest.mark.parametrize(
    "new",
    [
        "correct horse battery",
        "石狩川のほとりで鮭を待つ",
        "x9$Lq0Zv2mPw",
        "🐻🦊🦌🐿️🦉🦢🐟🌲🌨️⛄",
        "ｎｏ ｓｕｃｈ ｗｏｒｄ ｈｅｒｅ",
        "wkqjxzvbfyrmdp",
    ],
)
async def test_of_which_characters_it_is_made_is_up_to_the_person(door: Door, new: str) -> None:
    login = await somebody(door, await door.city.person())
    assert (await change(await signed_in(door, login), PASSWORD, new))["errors"] == []
    assert await door.sign_in(login, new) is not None


async def test_another_keyboard_gives_the_same_password(door: Door) -> None:
    login = await somebody(door, await door.city.person())
    client = await signed_in(door, login)
    # As a Mac composes it and with a full-width blank (RFC 8265, OpaqueString).
    assert (await change(client, PASSWORD, "か\u3099んばる　石狩の夏1904"))["errors"] == []
    assert await door.sign_in(login, "がんばる 石狩の夏1904") is not None
    assert await door.sign_in(login, "がんばる 石狩の夏１９０４") is None


async def test_of_two_who_change_it_at_once_one_does(door: Door) -> None:
    login = await somebody(door, await door.city.person())
    client = await signed_in(door, login)
    answers = await asyncio.gather(
        change(client, PASSWORD, NEW), change(client, PASSWORD, NEW + " and more")
    )
    assert sorted(len(answer["errors"]) for answer in answers) == [0, 1]
    assert [error for answer in answers for error in answer["errors"]] == [WRONG]
    won = NEW if not answers[0]["errors"] else NEW + " and more"
    assert await door.sign_in(login, won) is not None


async def test_who_is_not_signed_in_changes_nothing(door: Door) -> None:
    document = """mutation { changePassword(input: { currentPassword: "x", newPassword: "y" }) {
        errors { code } } }"""
    answer = await door.kairan.nobody.ask(document)
    assert answer["data"] == {"changePassword": None}
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


# Forgotten.


async def ask(door: Door, login: str) -> str:
    payload = await door.kairan.nobody.change("requestPasswordReset", TICKET, login=login)
    assert payload["errors"] == []
    ticket: str = payload["ticket"]
    return ticket


async def reset(door: Door, ticket: str, code: str, new: str = NEW) -> dict[str, Any]:
    return await door.kairan.nobody.change(
        "resetPassword", "endedSessions", ticket=ticket, code=code, newPassword=new
    )


@pytest.mark.parametrize("role", [None, "AUDITOR"])
async def test_who_forgot_the_password_sets_another_by_his_mailbox(
    door: Door, role: str | None
) -> None:
    login = await somebody(door, await (door.city.staff(role) if role else door.city.person()))
    thief = await tokens_of(door, login)
    ticket = await ask(door, f" {login.upper()} ")
    code = await door.code(login)
    assert await reset(door, ticket, code) == {"endedSessions": 1, "errors": []}
    assert await is_over(Client(door.kairan.http, thief["accessToken"]))
    assert await door.sign_in(login) is None
    assert await door.sign_in(login, NEW) is not None
    assert [letter["Subject"] for letter in await door.letters(login)] == [
        "【回覧】パスワード再設定の確認番号",
        "【回覧】パスワードが変更されました",
    ]
    # Once.
    assert await reset(door, ticket, code, PASSWORD) == {
        "endedSessions": None,
        "errors": [WRONG_CODE],
    }


async def test_an_unknown_login_gets_the_same_answer_and_no_letter(door: Door) -> None:
    known = await somebody(door, await door.city.person())
    unknown = new_address()
    seen = {}
    for login in (known, unknown, "", "clerk", "x" * 300, "a\u0000b"):
        with door.kairan.counting() as statements:
            response = await door.kairan.nobody.post(
                {
                    "query": "mutation ($l: String!) { requestPasswordReset(input: { login: $l })"
                    " { ticket expiresAt errors { code } } }",
                    "variables": {"l": login},
                }
            )
        body = response.json()
        ticket = body["data"]["requestPasswordReset"].pop("ticket")
        assert re.fullmatch("[A-Za-z0-9_-]{43}", ticket)
        expected = [each for each in statements if "pg_type" not in each]
        seen[login] = response.status_code, body, expected
    expires_at = (door.city.clock.now + timedelta(hours=1)).isoformat()
    assert seen[known][:2] == (
        200,
        {"data": {"requestPasswordReset": {"expiresAt": expires_at, "errors": []}}},
    )
    assert all(answer == seen[known] for answer in seen.values())
    assert len(await door.letters(known)) == 1
    assert await door.letters(unknown) == []


async def test_a_reset_takes_the_right_code_in_time_and_few_tries(door: Door) -> None:
    login = await somebody(door, await door.city.person())
    ticket = await ask(door, login)
    code = await door.code(login)
    wrong = f"{(int(code.replace(' ', '')) + 1) % 10**8:08}"
    for _ in range(5):
        assert (await reset(door, ticket, wrong))["errors"] == [WRONG_CODE]
    assert (await reset(door, ticket, code))["errors"] == [WRONG_CODE]
    late = await ask(door, login)
    code = await door.code(login)
    door.city.clock.advance(hours=1)
    assert (await reset(door, late, code))["errors"] == [WRONG_CODE]
    assert await door.sign_in(login) is not None


async def test_a_weak_password_uses_no_try_up(door: Door) -> None:
    login = await somebody(door, await door.city.person())
    ticket = await ask(door, login)
    code = await door.code(login)
    for _ in range(6):
        payload = await reset(door, ticket, code, "password1234")
        assert [error["code"] for error in payload["errors"]] == ["WEAK_PASSWORD"]
    assert (await reset(door, ticket, code))["errors"] == []


async def test_the_ticket_of_a_sign_up_resets_nothing(door: Door) -> None:
    login = new_address()
    ticket = await door.sign_up(login)
    assert (await reset(door, ticket, await door.code(login)))["errors"] == [WRONG_CODE]


async def test_letters_ask_for_nothing_and_hold_nothing_that_was_typed(door: Door) -> None:
    hanako = await door.city.person(display_name="はなちゃん", family_name="旭川")
    login = await somebody(door, hanako)
    await reset(door, await ask(door, login), await door.code(login))
    for letter in await door.letters(login):
        text = words(letter)
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter.get_content_type() == "text/plain"
        assert "http" not in text
        for secret in ("はなちゃん", "旭川", login, PASSWORD, NEW):
            assert secret not in text


async def test_a_session_that_was_open_elsewhere_is_kept_as_ended(door: Door) -> None:
    login = await somebody(door, await door.city.person())
    here, elsewhere = await signed_in(door, login), await signed_in(door, login)
    door.city.clock.advance(seconds=60)
    await change(here, PASSWORD, NEW)
    ends = await door.city.fetch("select id, ended_at from kairan.sessions where city = $1")
    ended = {row["id"]: row["ended_at"] for row in ends}
    assert ended == {
        session_of(here): None,
        session_of(elsewhere): door.city.clock.now,
    }


def session_of(client: Client) -> UUID:
    claims = jwt.decode(client.token or "", options={"verify_signature": False})
    return UUID(claims["sid"])
