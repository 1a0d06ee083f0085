"""Signing in too often is delayed, and the owner of a login always gets in."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from limits import parse

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.databases import new_database
from tests.harness.kairan import Kairan, running
from tests.rates.conftest import (
    BEHIND_A_PROXY,
    CHEAP,
    LIMITED,
    RIGHT,
    Resident,
    answer,
    sign_in,
    told,
)

WRONG = "WRONG_LOGIN_OR_PASSWORD"
HOME, CAFE, ATTACKER = "203.0.113.7", "198.51.100.20", "192.0.2.66"


async def test_whoever_guesses_waits_and_is_told_how_long(
    limited: Kairan, hanako: Resident
) -> None:
    guesses = [await sign_in(limited, hanako.login, f"{n}", of=ATTACKER) for n in range(5)]
    assert guesses == [WRONG, WRONG, WRONG, "RATE_LIMITED", "RATE_LIMITED"]
    limited.city.clock.advance(seconds=100)
    whole = await answer(limited, hanako.login, "6", of=ATTACKER)
    assert whole["errors"][0]["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 200}
    limited.city.clock.advance(seconds=200.001)
    assert await sign_in(limited, hanako.login, RIGHT, of=ATTACKER) == "IN"


async def test_right_and_wrong_are_answered_alike_while_one_waits(
    limited: Kairan, hanako: Resident
) -> None:
    for n in range(3):
        await sign_in(limited, hanako.login, f"{n}", of=ATTACKER)
    with limited.counting() as for_right:
        right = await answer(limited, hanako.login, RIGHT, of=ATTACKER)
    with limited.counting() as for_wrong:
        wrong = await answer(limited, hanako.login, "no", of=ATTACKER)
    assert told(right) == "RATE_LIMITED"
    assert right == wrong
    assert for_right == for_wrong
    assert not [each for each in for_right if "find_login" in each]


async def test_a_login_that_nobody_has_counts_and_costs_the_same(
    limited: Kairan, hanako: Resident
) -> None:
    seen = []
    for login in (hanako.login, "nobody@kairan.example"):
        with limited.counting() as statements:
            answers = [await answer(limited, login, f"{n}", of=f"{HOME}{n // 4}") for n in range(5)]
        seen.append((answers, statements))
    assert seen[0] == seen[1]
    assert [told(each) for each in seen[0][0]] == [WRONG, WRONG, WRONG, "RATE_LIMITED", WRONG]


async def test_the_owner_gets_in_from_elsewhere_while_somebody_fails_on_purpose(
    limited: Kairan, hanako: Resident
) -> None:
    for n in range(8):
        await sign_in(limited, hanako.login, f"{n}", of=ATTACKER)
    assert await sign_in(limited, hanako.login, RIGHT, of=HOME) == "IN"
    assert await sign_in(limited, hanako.login, RIGHT, of=ATTACKER) == "RATE_LIMITED"


async def test_the_owner_gets_in_from_anywhere_while_a_crowd_fails_on_purpose(
    limited: Kairan, hanako: Resident
) -> None:
    crowd = [f"192.0.2.{n}" for n in range(1, 9)]
    for address in crowd:
        for n in range(4):
            await sign_in(limited, hanako.login, f"{n}", of=address)
    # The alarm is on: a new address has one try instead of three, and that one is its own.
    newcomer = [await sign_in(limited, hanako.login, f"{n}", of="192.0.2.99") for n in range(2)]
    assert newcomer == [WRONG, "RATE_LIMITED"]
    assert await sign_in(limited, hanako.login, RIGHT, of=HOME) == "IN"
    assert await sign_in(limited, hanako.login, RIGHT, of=CAFE) == "IN"
    # Again from there: being right made good what was counted.
    assert await sign_in(limited, hanako.login, RIGHT, of=HOME) == "IN"


async def test_being_right_begins_anew(
    city: City, hanako: Resident, postgres: Addresses, key_folder: Path
) -> None:
    tries = ["1", "2", RIGHT, "3", "4", RIGHT, "5", "6", "7", RIGHT]
    async with running(
        city, postgres.server, key_folder, **LIMITED | {"rate_login": None}
    ) as kairan:
        met = [await sign_in(kairan, hanako.login, each, of=HOME) for each in tries]
    assert met == [WRONG, WRONG, "IN", WRONG, WRONG, "IN", WRONG, WRONG, WRONG, "RATE_LIMITED"]


async def test_one_address_cannot_try_all_logins(limited: Kairan, hanako: Resident) -> None:
    met = [await sign_in(limited, f"{n}@kairan.example", "1", of=ATTACKER) for n in range(22)]
    assert met == [WRONG] * 20 + ["RATE_LIMITED"] * 2
    # What was refused at the address was not held against the login.
    assert await sign_in(limited, "21@kairan.example", "1", of=HOME) == WRONG
    assert await sign_in(limited, hanako.login, RIGHT, of=HOME) == "IN"


async def test_what_an_address_was_refused_is_not_held_against_the_login(
    city: City, hanako: Resident, postgres: Addresses, key_folder: Path
) -> None:
    settings: dict[str, Any] = LIMITED | {"rate_sign_in": parse("3/hour")}
    async with running(city, postgres.server, key_folder, **settings) as kairan:
        for n in range(20):
            await sign_in(kairan, f"{n}@kairan.example", "1", of=ATTACKER)
        refused = [await sign_in(kairan, hanako.login, "1", of=ATTACKER) for _ in range(4)]
        assert refused == ["RATE_LIMITED"] * 4
        city.clock.advance(minutes=5, seconds=1)
        assert await sign_in(kairan, hanako.login, RIGHT, of=ATTACKER) == "IN"


async def test_who_has_a_whole_network_of_ipv6_is_one(limited: Kairan, hanako: Resident) -> None:
    addresses = [f"2001:db8:0:1::{n:x}" for n in range(1, 5)]
    met = [await sign_in(limited, hanako.login, "1", of=each) for each in addresses]
    assert met == [WRONG, WRONG, WRONG, "RATE_LIMITED"]
    assert await sign_in(limited, hanako.login, RIGHT, of="2001:db8:0:2::1") == "IN"


async def test_the_spelling_of_a_login_makes_no_more_tries(
    limited: Kairan, hanako: Resident
) -> None:
    spelled = [hanako.login, hanako.login.upper(), f" {hanako.login} ", hanako.login.title()]
    met = [await sign_in(limited, each, "1", of=ATTACKER) for each in spelled]
    assert met == [WRONG, WRONG, WRONG, "RATE_LIMITED"]


async def test_who_is_not_behind_a_trusted_proxy_cannot_choose_his_address(
    city: City, hanako: Resident, postgres: Addresses, key_folder: Path
) -> None:
    settings: dict[str, Any] = LIMITED | {"trusted_proxies": ()}
    async with running(city, postgres.server, key_folder, **settings) as kairan:
        met = [await sign_in(kairan, hanako.login, "1", of=f"192.0.2.{n}") for n in range(4)]
    assert met == [WRONG, WRONG, WRONG, "RATE_LIMITED"]


async def test_two_servers_count_together_and_exactly_when_asked_at_once(
    city: City, hanako: Resident, postgres: Addresses, key_folder: Path
) -> None:
    settings: dict[str, Any] = LIMITED | {"rate_login": None}
    async with (
        running(city, postgres.server, key_folder, **settings) as one,
        running(city, postgres.server, key_folder, **settings) as other,
    ):
        met = await asyncio.gather(
            *(sign_in((one, other)[n % 2], hanako.login, "1", of=ATTACKER) for n in range(16))
        )
    assert sorted(met) == ["RATE_LIMITED"] * 13 + [WRONG] * 3


async def test_a_limit_that_is_off_limits_nobody(
    city: City, hanako: Resident, postgres: Addresses, key_folder: Path
) -> None:
    off: dict[str, Any] = dict.fromkeys(
        ("rate_sign_in", "rate_sign_in_address", "rate_login", "rate_alarm")
    )
    async with running(city, postgres.server, key_folder, **off) as kairan:
        with kairan.counting() as statements:
            met = [await sign_in(kairan, hanako.login, "1", of=HOME) for _ in range(12)]
    assert met == [WRONG] * 12
    assert not [each for each in statements if "rate" in each]


async def test_the_limits_nobody_set_let_a_forgetful_person_in(
    city: City, hanako: Resident, postgres: Addresses, key_folder: Path
) -> None:
    async with running(city, postgres.server, key_folder, trusted_proxies=BEHIND_A_PROXY) as kairan:
        met = [await sign_in(kairan, hanako.login, f"{n}", of=HOME) for n in range(9)]
        assert met == [WRONG] * 9
        assert await sign_in(kairan, hanako.login, RIGHT, of=HOME) == "IN"


async def test_without_its_counters_nobody_signs_in_and_everybody_else_goes_on(
    postgres: Addresses, key_folder: Path
) -> None:
    own = await new_database(postgres)
    async with asyncpg.create_pool(own.superuser, min_size=1, max_size=2) as superuser:
        city = await City(superuser).found()
        person = await city.person()
        login = await city.login(person, CHEAP.hash(RIGHT))
        settings: dict[str, Any] = {
            "rate_requests": parse("40/minute"),
            "rate_requests_address": None,
        }
        async with running(city, own.server, key_folder, **settings) as kairan:
            client = await kairan.client(person)
            await superuser.execute(
                "alter function app.enter_rate rename to no_enter_rate;"
                " alter function app.count_hits rename to no_count_hits"
            )
            met = await answer(kairan, login, RIGHT, of=HOME)
            assert met["data"] is None
            assert told(met) == "INTERNAL"
            for _ in range(40):
                assert await client.data("{ viewer { kind } }") == {"viewer": {"kind": "RESIDENT"}}
            refused = await client.post({"query": "{ viewer { kind } }"})
            assert refused.status_code == 429


@pytest.mark.parametrize("password", [RIGHT, "no"])
async def test_nobody_finds_a_login_or_an_address_in_the_counters(
    password: str, limited: Kairan, hanako: Resident
) -> None:
    await sign_in(limited, hanako.login, password, of=HOME)
    rows = await limited.city.fetch("select r::text as told from kairan.rates r where city = $1")
    assert rows
    for row in rows:
        assert hanako.login not in row["told"]
        assert HOME not in row["told"]
