"""Signing up: an account opens from its mailbox, and nobody learns from us who has one."""

import asyncio
import json
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import argon2.low_level
import pytest
from httpx import Response

from db.embedded import Addresses
from tests.door.mailbox import PASSWORD, TICKET, Door, new_address, words
from tests.harness.city import City
from tests.harness.kairan import running

SIGN_UP = """
mutation SignUp($input: SignUpInput!) {
  signUp(input: $input) { ticket expiresAt errors { field code message } }
}
"""


async def asked(door: Door, login: str) -> Response:
    profile = {"login": login, "password": PASSWORD, "displayName": "はなこ", "phone": "0166261111"}
    return await door.kairan.nobody.post({"query": SIGN_UP, "variables": {"input": profile}})


async def test_hanako_signs_up_and_is_herself(door: Door) -> None:
    area = await door.city.area("神楽岡")
    address = new_address()
    hanako = await door.open_account(
        f" {address.upper()} ",
        displayName="はなちゃん",
        familyName="旭川",
        givenName="華子",
        kana="ｱｻﾋｶﾜ はなこ",
        postalCode="〒０７０ー８５２５",
        address="７条通９丁目48",
        building="緑橋ビル501",
        areaId=area.gid,
        phone="０１６６（２６）１１１１",
        email="Hanako@例え.jp",
        birthDate="1950-04-29",
    )
    profile = (
        "displayName familyName givenName name kana postalCode address building area { name }"
        " phone email birthDate ageBand memberships { id }"
    )
    me = {
        "displayName": "はなちゃん",
        "familyName": "旭川",
        "givenName": "華子",
        "name": "旭川 華子",
        "kana": "アサヒカワ ハナコ",
        "postalCode": "070-8525",
        "address": "７条通９丁目48",
        "building": "緑橋ビル501",
        "area": {"name": "神楽岡"},
        "phone": "0166-26-1111",
        "email": "Hanako@例え.jp",
        "birthDate": "1950-04-29",
        "ageBand": "SEVENTIES",
        "memberships": [],
    }
    document = f"{{ viewer {{ kind }} me {{ {profile} }} }}"
    assert await hanako.data(document) == {"viewer": {"kind": "RESIDENT"}, "me": me}
    # The login is the mailbox, whatever the contact address says.
    again = await door.sign_in(address)
    assert again is not None
    assert (await again.data(document))["me"] == me
    assert await door.sign_in("Hanako@例え.jp") is None


async def test_all_but_the_display_name_may_be_left_out(door: Door) -> None:
    hanako = await door.open_account(new_address(), displayName="会員")
    assert (await hanako.data("{ me { displayName name address phone email birthDate } }"))[
        "me"
    ] == {
        "displayName": "会員",
        "name": None,
        "address": None,
        "phone": None,
        "email": None,
        "birthDate": None,
    }


async def test_before_the_code_came_back_there_is_no_account(door: Door) -> None:
    address = new_address()
    await door.sign_up(address, address="七条通九丁目四十八", phone="0166261111")
    assert await door.sign_in(address) is None
    logins = "select 1 from kairan.logins where city = $1"
    assert await door.city.fetch(logins) == []
    for table in ("residents", "profiles", "sessions"):
        assert await door.city.fetch(f"select 1 from kairan.{table} where city = $1") == []
    [kept] = await door.city.fetch("select * from kairan.mailed_codes where city = $1")
    seen = b" ".join(value if isinstance(value, bytes) else b"" for value in kept.values())
    for typed in (address, "七条通", "0166", "argon2", "はなこ"):
        assert typed.encode() not in seen
    digits = (await door.code(address)).replace(" ", "")
    assert digits.encode() not in seen


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
    known = new_address()
    await door.open_account(known)
    runs: list[int] = []
    honest = argon2.low_level.hash_secret

    def counted(*given: Any, **more: Any) -> bytes:
        runs.append(1)
        return honest(*given, **more)

    monkeypatch.setattr("argon2._password_hasher.hash_secret", counted)
    seen = {}
    for name, login in (("known", known), ("unknown", new_address())):
        runs.clear()
        with door.kairan.counting() as statements:
            before = time.process_time()
            await asked(door, login)
            seconds = time.process_time() - before
        seen[name] = len(runs), statements, seconds
        await door.kairan.app.state.post.settled()
    assert seen["known"][0] == seen["unknown"][0] == 1
    assert seen["known"][1] == seen["unknown"][1]
    assert 0.4 < seen["known"][2] / seen["unknown"][2] < 2.5


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


async def test_a_code_is_good_once(door: Door) -> None:
    address = new_address()
    ticket = await door.sign_up(address)
    code = await door.code(address)
    assert await door.confirm(ticket, code) is not None
    assert await door.confirm(ticket, code) is None


@pytest.mark.parametrize("spelled", ["{0}{1}", "{0} {1}", "　{0}－{1} ", "{0}-{1}", " {0}ー{1}\n"])
async def test_a_code_is_taken_as_people_type_it(door: Door, spelled: str) -> None:
    address = new_address()
    ticket = await door.sign_up(address)
    full_width = (await door.code(address)).translate(
        {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
    )
    assert await door.confirm(ticket, spelled.format(*full_width.split())) is not None


async def test_after_five_wrong_codes_the_right_one_is_refused_too(door: Door) -> None:
    address = new_address()
    ticket = await door.sign_up(address)
    code = await door.code(address)
    wrong = f"{(int(code.replace(' ', '')) + 1) % 10**8:08}"
    for _ in range(4):
        assert await door.confirm(ticket, wrong) is None
    other = await door.sign_up(new_address())
    for _ in range(9):
        assert await door.confirm(other, wrong) is None
    # Another's tries are not hers; her own fifth is the last.
    assert await door.confirm(ticket, wrong) is None
    assert await door.confirm(ticket, code) is None
    # She asks again, and is let in.
    again = await door.sign_up(address)
    assert await door.confirm(again, await door.code(address)) is not None


async def test_a_fifth_try_may_be_the_right_one(door: Door) -> None:
    address = new_address()
    ticket = await door.sign_up(address)
    for _ in range(4):
        assert await door.confirm(ticket, "none") is None
    assert await door.confirm(ticket, await door.code(address)) is not None


async def test_a_code_is_good_for_an_hour(door: Door) -> None:
    in_time, late = new_address(), new_address()
    tickets = {address: await door.sign_up(address) for address in (in_time, late)}
    door.city.clock.advance(seconds=3599)
    assert await door.confirm(tickets[in_time], await door.code(in_time)) is not None
    door.city.clock.advance(seconds=1)
    assert await door.confirm(tickets[late], await door.code(late)) is None
    # What waited too long does not stay: the next who asks takes it away.
    await door.sign_up(new_address())
    kept = await door.city.fetch("select expires_at from kairan.mailed_codes where city = $1")
    assert [row["expires_at"] for row in kept] == [door.city.clock.now + timedelta(hours=1)]


async def test_a_code_opens_only_what_it_was_mailed_for(door: Door) -> None:
    """Somebody signs up with her address just before she does: what she types is hers alone."""
    address = new_address()
    his = await door.sign_up(address, password="the-Password-he-chose", displayName="だれか")
    his_code = await door.code(address)
    hers = await door.sign_up(address)
    her_code = await door.code(address)
    assert await door.confirm(hers, his_code) is None
    assert await door.confirm(his, her_code) is None
    hanako = await door.confirm(hers, her_code)
    assert hanako is not None
    assert (await hanako.data("{ me { displayName } }"))["me"] == {"displayName": "はなこ"}
    # The address has an account now: his would be a second one.
    assert await door.confirm(his, his_code) is None
    assert await door.sign_in(address, "the-Password-he-chose") is None
    assert len(await door.city.fetch("select 1 from kairan.residents where city = $1")) == 1


async def test_a_ticket_is_good_for_what_it_was_given_for(door: Door) -> None:
    address = new_address()
    await door.open_account(address)
    payload = await door.kairan.nobody.change("requestPasswordReset", TICKET, login=address)
    assert await door.confirm(payload["ticket"], await door.code(address)) is None


@pytest.mark.parametrize(
    "ticket", ["", "x", "A" * 43, "A" * 42, "あ" * 43, "A" * 100_000, "=" * 43, "\x00" * 43]
)
async def test_what_is_no_ticket_is_refused_like_a_wrong_code(door: Door, ticket: str) -> None:
    assert await door.confirm(ticket, "12345678") is None


async def test_ticket_and_code_of_another_city_are_none_here(
    door: Door, superuser: Any, postgres: Addresses, tmp_path: Path
) -> None:
    elsewhere = await City(superuser).found()
    address = new_address()
    ticket = await door.sign_up(address)
    async with running(elsewhere, postgres.server, tmp_path) as serving:
        there = Door(serving, tmp_path / "mail")
        assert await there.confirm(ticket, await door.code(address)) is None
    assert await door.confirm(ticket, await door.code(address)) is not None


async def test_every_field_that_is_wrong_is_named_in_one_answer(door: Door) -> None:
    payload = await door.kairan.nobody.change(
        "signUp",
        TICKET,
        login="hanako",
        password="password12",
        displayName=" ",
        kana="Hanako",
        postalCode="070-852",
        phone="110",
        email="@",
        areaId="QXJlYTo",
        birthDate="2026-11-24",
    )
    assert payload["ticket"] is None
    assert payload["expiresAt"] is None
    assert {error["field"][1]: error["code"] for error in payload["errors"]} == {
        "login": "INVALID",
        "displayName": "INVALID",
        "kana": "INVALID",
        "postalCode": "INVALID",
        "areaId": "INVALID",
        "phone": "INVALID",
        "email": "INVALID",
        "birthDate": "INVALID",
        "password": "WEAK_PASSWORD",
    }
    assert await door.city.fetch("select 1 from kairan.mailed_codes where city = $1") == []
    assert not door.folder.exists()


async def test_an_area_of_no_such_city_is_refused(door: Door) -> None:
    unknown = "QXJlYToAAAAAAAAAAAAAAAAAAAAA"
    payload = await door.kairan.nobody.change(
        "signUp", TICKET, login=new_address(), password=PASSWORD, displayName="は", areaId=unknown
    )
    assert payload["errors"] == [
        {
            "field": ["input", "areaId"],
            "code": "INVALID",
            "message": "There is no such area in this city.",
        }
    ]


async def test_a_token_that_is_over_does_not_keep_anybody_from_signing_up(door: Door) -> None:
    response = await door.kairan.nobody.post(
        {
            "query": SIGN_UP,
            "variables": {
                "input": {"login": new_address(), "password": PASSWORD, "displayName": "は"}
            },
        },
        authorization="Bearer gone",
    )
    assert response.status_code == 200
    assert response.json()["data"]["signUp"]["errors"] == []


async def test_two_who_confirm_at_once_open_one_account(door: Door) -> None:
    address = new_address()
    ticket = await door.sign_up(address)
    code = await door.code(address)
    document = """
        mutation ($input: ConfirmSignUpInput!) {
          a: confirmSignUp(input: $input) { accessToken }
          b: confirmSignUp(input: $input) { accessToken }
        }
    """
    data = await door.kairan.nobody.data(document, input={"ticket": ticket, "code": code})
    assert data["a"]["accessToken"] is not None
    assert data["b"]["accessToken"] is None
    [resident] = await door.city.fetch("select id, opened_at from kairan.residents where city = $1")
    assert resident["opened_at"] == door.city.clock.now
    # Random: a time-ordered one would tell when somebody signed up.
    assert UUID(str(resident["id"])).version == 4


async def test_no_connection_is_held_while_a_password_is_hashed(
    city: City, postgres: Addresses, tmp_path: Path
) -> None:
    async with running(city, postgres.server, tmp_path, pool_size=1) as serving:
        door = Door(serving, tmp_path / "mail")
        signing_up = [asyncio.create_task(door.sign_up(new_address())) for _ in range(6)]
        answered = 0
        while not all(task.done() for task in signing_up):
            await serving.nobody.data("{ viewer { kind } }")
            answered += 1
        await asyncio.gather(*signing_up)
    # Held, they would have waited in turn: about one answer after each sign-up.
    assert answered > 12


async def test_nothing_that_was_typed_is_in_a_log(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    address = new_address()
    with caplog.at_level("DEBUG"):
        ticket = await door.sign_up(address, phone="0166-26-1111")
        code = await door.code(address)
        await door.confirm(ticket, "00000000")
        await door.confirm(ticket, code)
        await door.sign_up(address)
        await door.kairan.app.state.post.settled()
    for typed in (address, PASSWORD, code, code.replace(" ", ""), ticket, "0166", "はなこ"):
        assert typed not in caplog.text
    assert json.dumps(address) not in caplog.text
