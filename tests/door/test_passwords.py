"""Another password: whoever is signed in changes his own, whoever forgot it has his mailbox."""

import asyncio
import time
from typing import Any
from uuid import UUID

import argon2.low_level
import jwt
import pytest

from tests.door.mailbox import NEW, PASSWORD, Door, is_over, somebody, tokens_of
from tests.harness.kairan import Client

WRONG = {
    "field": ["input", "currentPassword"],
    "code": "WRONG_PASSWORD",
    "message": "The current password is wrong.",
}


async def signed_in(door: Door, login: str, password: str = PASSWORD) -> Client:
    client = await door.sign_in(login, password)
    assert client is not None
    return client


async def change(client: Client, current: str, new: str) -> dict[str, Any]:
    return await client.change(
        "changePassword", "endedSessions", currentPassword=current, newPassword=new
    )


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
