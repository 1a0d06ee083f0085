"""Access tokens: ours, in time, of a living session; everything else is 401."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db.embedded import Addresses
from tests.harness.city import City, Person
from tests.harness.kairan import Client, Kairan, running
from tests.server.forgeries import forgeries
from tests.server.forging import Forger

ME = {"query": "{ me { id } viewer { kind } }"}
REFUSED = {
    "errors": [
        {"message": "The access token is not valid.", "extensions": {"code": "UNAUTHENTICATED"}}
    ]
}
OVER = {
    "errors": [
        {
            "message": "Your session is over. Sign in again.",
            "extensions": {"code": "UNAUTHENTICATED"},
        }
    ]
}


@pytest_asyncio.fixture(scope="module")
async def served(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    """A server that all tokens of this file are shown to."""
    city = await City(superuser).found()
    async with running(city, postgres.server, key_folder) as kairan:
        yield kairan


@pytest_asyncio.fixture(scope="module")
async def forger(served: Kairan) -> Forger:
    """Somebody who knows a resident and a session that is alive."""
    person = await served.city.person()
    return Forger(served, person, await served.city.session(person))


async def shown(kairan: Kairan, *authorization: str | bytes) -> httpx.Response:
    """The answer to a request with these Authorization headers."""
    headers = [
        (b"authorization", value.encode() if isinstance(value, str) else value)
        for value in authorization
    ]
    return await kairan.http.post("/graphql", json=ME, headers=headers)


async def test_the_forger_can_make_a_right_one(served: Kairan, forger: Forger) -> None:
    answer = await shown(served, f"Bearer {forger.signed()}")
    assert answer.json()["data"]["viewer"] == {"kind": "RESIDENT"}


async def test_nobody_is_anonymous(served: Kairan) -> None:
    answer = await shown(served)
    assert (answer.status_code, answer.json()) == (
        200,
        {"data": {"me": None, "viewer": {"kind": "ANONYMOUS"}}},
    )


async def test_whatever_is_no_token_of_ours_is_refused_before_anything_is_read(
    served: Kairan, forger: Forger
) -> None:
    taken_in = {}
    with served.counting() as statements:
        for name, token in forgeries(forger).items():
            answer = await shown(served, f"Bearer {token}")
            if (answer.status_code, answer.json()) != (401, REFUSED):
                taken_in[name] = answer.text
            assert answer.headers["www-authenticate"] == (
                'Bearer realm="kairan", error="invalid_token"'
            )
            assert answer.headers["cache-control"] == "private, no-store"
    assert taken_in == {}
    assert statements == []


async def test_whatever_is_no_bearer_is_refused(served: Kairan, forger: Forger) -> None:
    right = forger.signed()
    nobodys = forger.signed(Ed25519PrivateKey.generate())
    headers: list[tuple[str | bytes, ...]] = [
        ("Bearer",),
        ("",),
        (right,),
        (f"Basic {right}",),
        (f"Token {right}",),
        (f"Bearer {right}, Bearer {right}",),
        (f"Bearer {right}", f"Bearer {right}"),
        (f"Bearer {right}", f"Bearer {nobodys}"),
        (f"Bearer {right}", "Basic eDp5"),
        (b"Bearer \xff\xfe",),
        ("Bearer けん".encode(),),
    ]
    with served.counting() as statements:
        for header in headers:
            answer = await shown(served, *header)
            assert (answer.status_code, answer.json()) == (401, REFUSED), header
    assert statements == []


async def test_the_scheme_may_be_written_in_any_case(served: Kairan, forger: Forger) -> None:
    for scheme in ("bearer", "BEARER", "Bearer  "):
        answer = await shown(served, f"{scheme} {forger.signed()}")
        assert answer.json()["data"]["viewer"] == {"kind": "RESIDENT"}


async def test_a_token_is_read_from_the_header_alone(served: Kairan, forger: Forger) -> None:
    answer = await served.http.post(
        f"/graphql?access_token={forger.signed()}",
        json=ME | {"access_token": forger.signed()},
        headers={"cookie": f"access_token={forger.signed()}", "x-token": forger.signed()},
    )
    assert answer.json()["data"]["me"] is None


async def test_a_token_lasts_to_the_last_second_before_its_end(
    served: Kairan, forger: Forger
) -> None:
    clock = served.city.clock
    started = clock.now
    try:
        clock.advance(seconds=599)
        assert (await shown(served, f"Bearer {forger.signed()}")).status_code == 200
        clock.advance(seconds=1)
        assert (await shown(served, f"Bearer {forger.signed()}")).status_code == 401
    finally:
        clock.now = started


async def over(kairan: Kairan, token: str) -> bool:
    """Whether the server says that the session of this token is over."""
    answer = await shown(kairan, f"Bearer {token}")
    if answer.status_code == 200:
        return False
    assert (answer.status_code, answer.json()) == (401, OVER)
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    return True


async def test_a_right_token_of_no_living_session_is_refused(city: City, kairan: Kairan) -> None:
    ken, hanako = await city.person(), await city.person()
    kens, hanakos = await city.session(ken), await city.session(hanako)
    assert not await over(kairan, Forger(kairan, ken, kens).signed())

    assert await over(kairan, Forger(kairan, ken, uuid4()).signed())
    assert await over(kairan, Forger(kairan, ken, hanakos).signed())
    assert await over(kairan, Forger(kairan, ken, kens).signed(city=city.number + 1_000_000))

    opened = city.clock.now + timedelta(seconds=1)
    for moment in ({"ended_at": city.clock.now}, {"expires_at": city.clock.now}):
        ((column, at),) = moment.items()
        session = await city.session(ken)
        token = Forger(kairan, ken, session).signed()
        assert not await over(kairan, token)
        await city.execute(
            f"update kairan.sessions set {column} = $3 where city = $1 and id = $2", session, at
        )
        assert await over(kairan, token), column
    await city.execute(
        "update kairan.sessions set opened_at = $3 where city = $1 and id = $2", kens, opened
    )
    assert await over(kairan, Forger(kairan, ken, kens).signed())


async def test_a_dead_session_still_reads_what_needs_no_sign_in_nor_database(
    city: City, kairan: Kairan
) -> None:
    ken = await city.person()
    client = await kairan.client(ken)
    await city.execute("update kairan.sessions set ended_at = $2 where city = $1", city.clock.now)
    with kairan.counting() as statements:
        data = await client.data("{ __typename privacyRules { id } }")
    assert data["__typename"] == "Query"
    assert statements == []
    refused = await client.post({"query": "{ __typename viewer { kind } }"})
    assert (refused.status_code, refused.json()) == (401, OVER)


async def test_a_resident_is_not_staff_by_a_session_of_that_kind(
    city: City, kairan: Kairan
) -> None:
    ken = await city.person()
    session = await city.session(Person(ken.id, "STAFF"))
    client = Client(kairan.http, Forger(kairan, ken, session).signed())
    data = await client.data("{ viewer { kind staffRoles } releases { nodes { id } } }")
    assert data == {"viewer": {"kind": "STAFF", "staffRoles": []}, "releases": None}
