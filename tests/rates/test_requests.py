"""Requests per person and per address: counted by each server, settled among them now and then."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

from limits import parse

from db.embedded import Addresses
from db.rates import PostgresStorage
from db.tally import Tally
from tests.harness.city import City
from tests.harness.kairan import Client, Kairan, running
from tests.rates.conftest import BEHIND_A_PROXY

ASKED = {"query": "{ viewer { kind } }"}


async def statuses(client: Client, times: int, **headers: str) -> list[int]:
    return [(await client.post(ASKED, **headers)).status_code for _ in range(times)]


def serving(city: City, postgres: Addresses, folder: Path, **settings: Any) -> Any:
    return running(city, postgres.server, folder, **{"trusted_proxies": BEHIND_A_PROXY} | settings)


async def test_who_asks_too_often_is_told_when_to_come_back(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    async with serving(city, postgres, key_folder, rate_requests=parse("5/minute")) as kairan:
        client = await kairan.client(await city.person())
        assert await statuses(client, 5) == [200] * 5
        city.clock.advance(seconds=18)
        refused = await client.post(ASKED)
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "42"
        assert refused.json() == {
            "errors": [
                {
                    "message": "Too often. Try again in 42 seconds.",
                    "extensions": {"code": "RATE_LIMITED", "retryAfter": 42},
                }
            ]
        }
        city.clock.advance(seconds=42)
        assert await statuses(client, 6) == [200] * 5 + [429]


async def test_who_is_refused_has_cost_no_statement_and_released_nothing(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    async with serving(city, postgres, key_folder, rate_requests=parse("1/minute")) as kairan:
        client = await kairan.client(await city.person())
        assert await statuses(client, 1) == [200]
        with kairan.counting() as statements:
            assert await statuses(client, 3) == [429] * 3
        assert statements == []


async def test_one_person_does_not_use_up_anothers(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    async with serving(city, postgres, key_folder, rate_requests=parse("3/minute")) as kairan:
        greedy, other = [await kairan.client(await city.person()) for _ in "12"]
        assert await statuses(greedy, 4) == [200, 200, 200, 429]
        assert await statuses(other, 3) == [200] * 3
        # Anonymous requests are counted by their address alone.
        assert await statuses(kairan.nobody, 5) == [200] * 5


async def test_a_second_session_is_the_same_person(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    async with serving(city, postgres, key_folder, rate_requests=parse("3/minute")) as kairan:
        person = await city.person()
        one, other = [await kairan.client(person) for _ in "12"]
        assert await statuses(one, 2) == [200] * 2
        assert await statuses(other, 2, **{"x-forwarded-for": "192.0.2.9"}) == [200, 429]


async def test_an_address_is_counted_whoever_asks_and_whatever(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    limit = {"rate_requests_address": parse("4/minute")}
    async with serving(city, postgres, key_folder, **limit) as kairan:
        here = {"x-forwarded-for": "2001:db8::1"}
        neighbour = {"x-forwarded-for": "2001:db8::2"}
        client = await kairan.client(await city.person())
        assert await statuses(client, 1, **here) == [200]
        assert await statuses(kairan.nobody, 1, **neighbour) == [200]
        bad = await kairan.http.post("/graphql", content=b"{", headers=here)
        forged = await Client(kairan.http, "no token").post(ASKED, **here)
        assert (bad.status_code, forged.status_code) == (415, 401)
        # Refused before its token is looked at.
        forged = await Client(kairan.http, "no token").post(ASKED, **here)
        assert forged.status_code == 429
        assert await statuses(client, 1, **{"x-forwarded-for": "2001:db8:1::1"}) == [200]


async def test_two_servers_hold_one_limit_within_what_is_said(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    limit = {"rate_requests": parse("60/minute"), "pool_size": 4}
    async with (
        serving(city, postgres, key_folder, **limit) as one,
        serving(city, postgres, key_folder, **limit) as other,
    ):
        client = await one.client(await city.person())
        both = [client, Client(other.http, client.token)]
        answers = await asyncio.gather(*(both[n % 2].post(ASKED) for n in range(150)))
        met = Counter(answer.status_code for answer in answers)
        # Each may let pass what it did not tell yet: less than three, a twentieth of sixty.
        assert 60 <= met[200] <= 60 + 2 * 2
        assert met[200] + met[429] == 150
        for each in both:
            assert await statuses(each, 2) == [429] * 2


async def test_one_server_holds_the_limit_to_the_last_request(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    async with serving(city, postgres, key_folder, rate_requests=parse("60/minute")) as kairan:
        client = await kairan.client(await city.person())
        answers = await asyncio.gather(*(client.post(ASKED) for _ in range(100)))
    assert Counter(answer.status_code for answer in answers) == {200: 60, 429: 40}


async def test_ordinary_use_asks_no_counter(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    limit = {
        "rate_requests": parse("600/minute"),
        "rate_requests_address": parse("6000/minute"),
    }
    async with serving(city, postgres, key_folder, **limit) as kairan:
        client = await kairan.client(await city.person())
        with kairan.counting() as statements:
            assert await statuses(client, 29) == [200] * 29
        assert [each for each in statements if "count_hits" in each] == []
        with kairan.counting() as statements:
            assert await statuses(client, 29) == [200] * 29
        assert len([each for each in statements if "count_hits" in each]) == 1


async def test_who_has_addresses_without_end_does_not_fill_the_memory(kairan: Kairan) -> None:
    pool, clock = kairan.app.state.pool, kairan.city.clock
    storage = PostgresStorage(pool=pool, city=kairan.city.number, secret=b"s" * 32, clock=clock)
    tally = Tally(storage, "flood", parse("2000/minute"))
    early = [await tally.hit("someone", clock()) for _ in range(99)]
    assert early == [None] * 99
    for number in range(60_000):
        assert await tally.hit(f"2001:db8:{number:x}::/64", clock()) is None
    assert len(tally._windows) <= 50_000
    clock.advance(seconds=60)
    for number in range(60_000):
        await tally.hit(f"2001:db8:{number:x}::/64", clock())
    assert len(tally._windows) <= 50_000
