"""Staying signed in: each refresh token is good once, and an old one ends the session."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import jwt
import pytest

from db.embedded import Addresses
from resolvers.refresh_tokens import RefreshToken
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan, running
from tests.sessions.signing import (
    REFRESH,
    REFUSED,
    Account,
    account,
    alive,
    refreshed,
    signed_in,
)


def session_of(access_token: str) -> str:
    """The session that an access token names."""
    sid: str = jwt.decode(access_token, options={"verify_signature": False})["sid"]
    return sid


async def test_ken_goes_on_in_the_same_session_with_new_tokens(
    city: City, kairan: Kairan, ken: Account
) -> None:
    first = await signed_in(kairan, ken)
    city.clock.advance(minutes=20)
    assert not await alive(kairan, first)

    second = await refreshed(kairan, first["refreshToken"])

    assert second["errors"] == []
    assert second["refreshToken"] != first["refreshToken"]
    assert session_of(second["accessToken"]) == session_of(first["accessToken"])
    client = Client(kairan.http, second["accessToken"])
    assert (await client.data("{ me { displayName } }"))["me"] == {"displayName": "けん"}
    third = await refreshed(kairan, second["refreshToken"])
    assert third["errors"] == []
    rows = await city.fetch("select id from kairan.sessions where city = $1")
    assert len(rows) == 1


async def test_staff_go_on_as_staff(kairan: Kairan, clerk: Account) -> None:
    tokens = await refreshed(kairan, (await signed_in(kairan, clerk))["refreshToken"])
    client = Client(kairan.http, tokens["accessToken"])
    assert (await client.data("{ viewer { kind } }"))["viewer"] == {"kind": "STAFF"}


async def test_an_old_token_ends_the_session_for_whoever_holds_it(
    city: City, kairan: Kairan, ken: Account, caplog: pytest.LogCaptureFixture
) -> None:
    other = await signed_in(kairan, ken)
    stolen = await signed_in(kairan, ken)
    honest = await refreshed(kairan, stolen["refreshToken"])
    city.clock.advance(seconds=11)
    assert await alive(kairan, honest)

    assert await refreshed(kairan, stolen["refreshToken"]) == REFUSED

    assert not await alive(kairan, honest)
    assert await refreshed(kairan, honest["refreshToken"]) == REFUSED
    # Another sign-in of the same person is another family.
    assert (await refreshed(kairan, other["refreshToken"]))["errors"] == []
    assert "a refresh token came a second time: its session is ended" in caplog.text
    assert stolen["refreshToken"] not in caplog.text


async def test_a_token_from_long_ago_is_known_too(city: City, kairan: Kairan, ken: Account) -> None:
    tokens = first = await signed_in(kairan, ken)
    for _ in range(5):
        city.clock.advance(minutes=10)
        tokens = await refreshed(kairan, tokens["refreshToken"])
    assert await refreshed(kairan, first["refreshToken"]) == REFUSED
    assert not await alive(kairan, tokens)


async def test_whoever_lost_the_answer_repeats_and_is_given_the_same_token(
    city: City, kairan: Kairan, ken: Account
) -> None:
    first = await signed_in(kairan, ken)
    lost = await refreshed(kairan, first["refreshToken"])
    city.clock.advance(seconds=10)

    again = await refreshed(kairan, first["refreshToken"])

    assert again["errors"] == []
    assert again["refreshToken"] == lost["refreshToken"]
    assert await alive(kairan, again)
    assert (await refreshed(kairan, again["refreshToken"]))["errors"] == []


async def test_a_repeat_after_the_next_was_used_is_no_lost_answer(
    kairan: Kairan, ken: Account
) -> None:
    first = await signed_in(kairan, ken)
    second = await refreshed(kairan, first["refreshToken"])
    third = await refreshed(kairan, second["refreshToken"])
    assert await refreshed(kairan, first["refreshToken"]) == REFUSED
    assert await refreshed(kairan, third["refreshToken"]) == REFUSED
    assert not await alive(kairan, third)


async def test_repeating_does_not_make_the_grace_longer(
    city: City, kairan: Kairan, ken: Account
) -> None:
    first = await signed_in(kairan, ken)
    await refreshed(kairan, first["refreshToken"])
    for _ in range(2):
        city.clock.advance(seconds=5)
        assert (await refreshed(kairan, first["refreshToken"]))["errors"] == []
    city.clock.advance(seconds=1)
    assert await refreshed(kairan, first["refreshToken"]) == REFUSED


async def test_the_grace_is_what_the_operator_sets(
    city: City, postgres: Addresses, key_folder: Path, ken: Account
) -> None:
    async with running(city, postgres.server, key_folder, refresh_grace=60) as kairan:
        first = await signed_in(kairan, ken)
        await refreshed(kairan, first["refreshToken"])
        city.clock.advance(seconds=60)
        assert (await refreshed(kairan, first["refreshToken"]))["errors"] == []
        city.clock.advance(seconds=1)
        assert await refreshed(kairan, first["refreshToken"]) == REFUSED


async def test_a_session_ends_when_it_is_not_refreshed_and_at_the_latest_when_it_must(
    city: City, postgres: Addresses, key_folder: Path, ken: Account
) -> None:
    opened = city.clock.now
    async with running(
        city, postgres.server, key_folder, session_idle=3600, session_ttl=9000, token_ttl=600
    ) as kairan:
        idle = tokens = await signed_in(kairan, ken)
        ends = [tokens["refreshExpiresAt"]]
        for _ in range(2):
            city.clock.advance(seconds=3599)
            tokens = await refreshed(kairan, tokens["refreshToken"])
            ends.append(tokens["refreshExpiresAt"])
        after = [datetime.fromisoformat(end) - opened for end in ends]
        assert after == [timedelta(seconds=each) for each in (3600, 7199, 9000)]

        city.clock.now = opened + timedelta(seconds=8998)
        tokens = await refreshed(kairan, tokens["refreshToken"])
        assert datetime.fromisoformat(tokens["expiresAt"]) == opened + timedelta(seconds=9000)
        city.clock.advance(seconds=2)
        assert not await alive(kairan, tokens)
        assert await refreshed(kairan, tokens["refreshToken"]) == REFUSED

        city.clock.now = opened
        idle = await signed_in(kairan, ken)
        city.clock.advance(seconds=3600)
        assert await refreshed(kairan, idle["refreshToken"]) == REFUSED


async def test_whatever_is_no_good_token_has_one_answer(
    city: City, kairan: Kairan, ken: Account
) -> None:
    tokens = await signed_in(kairan, ken)
    text = tokens["refreshToken"]
    right = RefreshToken.read(text)
    assert right is not None
    ended = await signed_in(kairan, ken)
    gone = RefreshToken.read(ended["refreshToken"])
    assert gone is not None
    await city.execute(
        "update kairan.sessions set ended_at = $3 where city = $1 and id = $2",
        gone.session,
        city.clock.now,
    )
    guess = bytes(32)
    tried = {
        "nothing": "",
        "words": "let me in",
        "an access token": tokens["accessToken"],
        "no prefix": text.removeprefix("krt_"),
        "another prefix": text.replace("krt_", "krs_"),
        "a character less": text[:-1],
        "a character more": text + "A",
        "padded": text + "=",
        "a blank": text + " ",
        "Japanese": "回覧" * 30,
        "U+0000": text[:-1] + "\0",
        "huge": text * 1000,
        "another city": RefreshToken(
            right.city + 1, right.session, right.family, right.secret
        ).text,
        "a city beyond all": "krt_"
        + base64.urlsafe_b64encode(bytes([255] * 4) + bytes(16 + 64)).decode(),
        "another session": replace(right, session=uuid4()).text,
        "somebody else's family": RefreshToken(right.city, right.session, guess, guess).text,
        "a family guessed, the secret right": RefreshToken(
            right.city, right.session, guess, right.secret
        ).text,
        "another session of his": RefreshToken(
            right.city, right.session, gone.family, gone.secret
        ).text,
        "of a session that ended": gone.text,
    }
    for name, shown in tried.items():
        answer = await kairan.nobody.post({"query": REFRESH, "variables": {"token": shown}})
        assert (answer.status_code, answer.json()) == (200, {"data": {"refresh": REFUSED}}), name
    # None of them did harm to the session that they were like.
    assert (await refreshed(kairan, text))["errors"] == []


async def test_every_other_spelling_of_a_token_is_refused(kairan: Kairan, ken: Account) -> None:
    text = (await signed_in(kairan, ken))["refreshToken"]
    assert RefreshToken.read(text) is not None
    assert re.fullmatch(r"krt_[A-Za-z0-9_-]{112}", text)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=. \n"
    for other in alphabet:
        changed = RefreshToken.read(text[:-1] + other)
        assert changed is None or changed.text != text or other == text[-1]


async def test_the_database_keeps_hashes_and_none_of_the_secrets(
    city: City, kairan: Kairan, ken: Account
) -> None:
    first = RefreshToken.read((await signed_in(kairan, ken))["refreshToken"])
    assert first is not None
    second = RefreshToken.read((await refreshed(kairan, first.text))["refreshToken"])
    assert second is not None
    (row,) = await city.fetch("select * from kairan.refresh_tokens where city = $1")
    assert row["token_hash"] == hashlib.sha256(second.secret).digest()
    assert row["replaced_hash"] == hashlib.sha256(first.secret).digest()
    assert row["family_hash"] == hashlib.sha256(first.family).digest()
    kept = {bytes(value) for value in row.values() if isinstance(value, bytes)}
    assert kept.isdisjoint({first.secret, second.secret, first.family})
    assert "secret" not in repr(first)


async def test_refreshing_takes_one_statement_and_nobody_enters(
    kairan: Kairan, ken: Account
) -> None:
    tokens = await signed_in(kairan, ken)
    with kairan.counting() as statements:
        tokens = await refreshed(kairan, tokens["refreshToken"])
    assert [each.partition("(")[0] for each in statements] == ["select * from app.refresh_session"]
    with kairan.counting() as statements:
        await refreshed(kairan, "krt_nonsense")
    assert statements == []


async def test_two_people_refresh_by_one_document_each_for_himself(
    city: City, kairan: Kairan, ken: Account
) -> None:
    mari = await account(city, await city.person(display_name="まり"))
    document = """
    mutation ($ken: RefreshInput!, $mari: RefreshInput!) {
      ken: refresh(input: $ken) { accessToken }
      mari: refresh(input: $mari) { accessToken }
    }
    """
    kens, maris = await signed_in(kairan, ken), await signed_in(kairan, mari)
    data = await kairan.nobody.data(
        document,
        ken={"refreshToken": kens["refreshToken"]},
        mari={"refreshToken": maris["refreshToken"]},
    )
    names = {}
    for name in ("ken", "mari"):
        client = Client(kairan.http, data[name]["accessToken"])
        names[name] = (await client.data("{ me { displayName } }"))["me"]["displayName"]
    assert names == {"ken": "けん", "mari": "まり"}
