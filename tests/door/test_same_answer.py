"""Who has an account is told to the mailbox alone: to whoever asks, all addresses are one."""

import re
import time
from datetime import timedelta
from typing import Any

import argon2.low_level
import pytest
from httpx import Response

from tests.door.mailbox import PASSWORD, Door, new_address, words

SIGN_UP = """
mutation SignUp($input: SignUpInput!) {
  signUp(input: $input) { ticket expiresAt errors { field code message } }
}
"""


async def asked(door: Door, login: str) -> Response:
    profile = {"login": login, "password": PASSWORD, "displayName": "はなこ", "phone": "0166261111"}
    return await door.kairan.nobody.post({"query": SIGN_UP, "variables": {"input": profile}})


def told(response: Response) -> tuple[int, dict[str, str], Any]:
    """All of an answer that could tell something."""
    headers = {
        name: value for name, value in response.headers.items() if name not in ("x-request-id",)
    }
    body = response.json()
    ticket = body["data"]["signUp"].pop("ticket")
    assert re.fullmatch("[A-Za-z0-9_-]{43}", ticket)
    return response.status_code, headers, body


async def test_a_known_address_gets_the_answer_of_an_unknown_one(door: Door) -> None:
    known, unknown = new_address(), new_address()
    await door.open_account(known)
    clerk = await door.city.login(await door.city.staff("AUDITOR"))
    answers = [told(await asked(door, login)) for login in (unknown, known, known, clerk)]
    for answer in answers:
        answer[1].pop("date", None)
    assert answers[0] == answers[1] == answers[2] == answers[3]
    assert answers[0][0] == 200
    expires_at = (door.city.clock.now + timedelta(hours=1)).isoformat()
    assert answers[0][2] == {"data": {"signUp": {"expiresAt": expires_at, "errors": []}}}


async def test_a_known_address_costs_what_an_unknown_one_costs(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []
    honest = argon2.low_level.hash_secret

    def counted(*given: Any, **more: Any) -> bytes:
        runs.append(1)
        return honest(*given, **more)

    monkeypatch.setattr("argon2._password_hasher.hash_secret", counted)
    # Each in turn, and the least of each counts: the collector may come upon any one of them.
    least = {"known": 60.0, "unknown": 60.0}
    for _ in range(3):
        known = new_address()
        await door.open_account(known)
        seen = {}
        for name, login in (("known", known), ("unknown", new_address())):
            runs.clear()
            with door.kairan.counting() as statements:
                before = time.process_time()
                await asked(door, login)
                least[name] = min(least[name], time.process_time() - before)
            seen[name] = len(runs), statements
            await door.kairan.app.state.post.settled()
        assert seen["known"][0] == seen["unknown"][0] == 1
        assert seen["known"][1] == seen["unknown"][1]
    assert 0.4 < least["known"] / least["unknown"] < 2.5


async def test_the_mailbox_of_a_known_address_is_told_that_somebody_tried(door: Door) -> None:
    known = new_address()
    hanako = await door.open_account(known)
    ticket = await door.sign_up(known, password="another-Password-of-mine", displayName="だれか")
    letter = (await door.letters(known))[-1]
    assert letter["Subject"] == "【回覧】すでに登録されています"
    assert "登録しようとした人がいます" in words(letter)
    assert re.search(r"[0-9]{4}", words(letter)) is None
    assert "だれか" not in words(letter)
    # No code leads on from there, and nothing has changed.
    for tried in ("00000000", "", "12345678"):
        assert await door.confirm(ticket, tried) is None
    assert await door.sign_in(known) is not None
    assert (await hanako.data("{ me { displayName } }"))["me"] == {"displayName": "はなこ"}
