"""Signing up: an account opens from its mailbox, and nobody learns from us who has one."""

import asyncio
import json
from pathlib import Path

import pytest

from db.embedded import Addresses
from tests.door.mailbox import PASSWORD, TICKET, Door, new_address
from tests.harness.city import City
from tests.harness.kairan import running

SIGN_UP = """
mutation SignUp($input: SignUpInput!) {
  signUp(input: $input) { ticket expiresAt errors { field code message } }
}
"""


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
