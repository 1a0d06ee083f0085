"""Who forgot the password has his mailbox; who has neither learns nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.door.mailbox import (
    NEW,
    PASSWORD,
    TICKET,
    WRONG_CODE,
    Door,
    is_over,
    new_address,
    somebody,
    tokens_of,
    words,
)
from tests.harness.kairan import Client


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
