"""Web apps of other origins: none may call, but those that the operator names."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest
import pytest_asyncio

from db.embedded import Addresses
from server.settings.setting import SettingsError
from server.settings.settings import Settings
from tests.harness.city import City
from tests.harness.kairan import Kairan, running

APP, OTHER = "https://app.example", "http://localhost:5173"
KIND = {"query": "{ viewer { kind } }"}
STRANGERS = [
    "https://evil.example",
    "https://app.example.evil.example",
    "https://app.example:8443",
    "http://app.example",
    "https://APP.example",
    "https://sub.app.example",
    "null",
    "*",
    "",
]


@pytest_asyncio.fixture(scope="module")
async def served(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    """A server that two web apps may call."""
    city = await City(superuser).found()
    async with running(
        city, postgres.server, key_folder, cors_origins=(APP, OTHER), body_max=1024
    ) as kairan:
        yield kairan


def granted(answer: httpx.Response) -> dict[str, str]:
    """What a browser is told."""
    return {
        name.removeprefix("access-control-"): value
        for name, value in answer.headers.items()
        if name.startswith("access-control-")
    }


async def preflight(
    kairan: Kairan,
    origin: str,
    method: str = "POST",
    headers: str = "authorization,content-type",
    path: str = "/graphql",
) -> httpx.Response:
    """What a browser asks before it lets a page call."""
    return await kairan.http.options(
        path,
        headers={
            "origin": origin,
            "access-control-request-method": method,
            "access-control-request-headers": headers,
        },
    )


async def test_unless_origins_are_named_no_page_of_another_may_read_anything(
    kairan: Kairan,
) -> None:
    for answer in (
        await preflight(kairan, APP),
        await kairan.http.post("/graphql", json=KIND, headers={"origin": APP}),
        await kairan.http.get("/graphql", params=KIND, headers={"origin": APP}),
    ):
        assert granted(answer) == {}
    assert (await preflight(kairan, APP)).status_code == 405


@pytest.mark.parametrize("origin", [APP, OTHER])
async def test_a_named_app_may_send_a_token_and_json(served: Kairan, origin: str) -> None:
    answer = await preflight(served, origin)
    assert answer.status_code == 200
    assert granted(answer) == {
        "allow-origin": origin,
        "allow-methods": "GET, POST",
        "allow-headers": ("Accept, Accept-Language, Authorization, Content-Language, Content-Type"),
        "max-age": "7200",
    }
    assert "Origin" in answer.headers["vary"].split(", ")


@pytest.mark.parametrize("origin", STRANGERS)
async def test_any_other_origin_is_granted_nothing(served: Kairan, origin: str) -> None:
    asked = await preflight(served, origin)
    assert asked.status_code == 400
    assert "allow-origin" not in granted(asked)
    for answer in (
        await served.http.post("/graphql", json=KIND, headers={"origin": origin}),
        await served.http.get("/graphql", params=KIND, headers={"origin": origin}),
    ):
        assert "allow-origin" not in granted(answer)
        assert "Origin" in answer.headers["vary"].split(", ")


@pytest.mark.parametrize(
    ("method", "headers"),
    [("PUT", "content-type"), ("POST", "x-request-id"), ("POST", "authorization, x-forwarded-for")],
)
async def test_a_named_app_may_send_nothing_else(served: Kairan, method: str, headers: str) -> None:
    assert (await preflight(served, APP, method, headers)).status_code == 400


async def test_a_named_app_reads_refusals_as_well_as_answers(served: Kairan) -> None:
    http, origin = served.http, {"origin": APP}
    sign_out = {"query": "mutation { __typename }"}
    answers = [
        await http.post("/graphql", json=KIND, headers=origin),
        await http.post("/graphql", json={"query": "{"}, headers=origin),
        await http.post("/graphql", json={"query": "{ nope }"}, headers=origin),
        await http.post("/graphql", json=KIND, headers=origin | {"authorization": "Bearer x"}),
        await http.post("/graphql", content=b" " * 2000, headers=origin | JSON),
        await http.post("/graphql", content=b"x", headers=origin),
        await http.post("/graphql", json=KIND, headers=origin | {"accept": "text/html"}),
        await http.get("/graphql", params=sign_out, headers=origin),
        await http.put("/graphql", json=KIND, headers=origin),
        await http.get("/nowhere", headers=origin),
    ]
    assert [a.status_code for a in answers] == [200, 400, 422, 401, 413, 415, 406, 405, 405, 404]
    for answer in answers:
        assert granted(answer) == {
            "allow-origin": APP,
            "expose-headers": "X-Request-Id, Retry-After",
        }
        assert {"Accept", "Authorization", "Origin"} <= set(answer.headers["vary"].split(", "))


JSON = {"content-type": "application/json"}


async def test_who_is_no_browser_page_is_answered_as_ever(served: Kairan) -> None:
    answer = await served.http.post("/graphql", json=KIND)
    assert answer.json() == {"data": {"viewer": {"kind": "ANONYMOUS"}}}
    assert "allow-origin" not in granted(answer)


@pytest.mark.parametrize(
    "value",
    [
        "*",
        "null",
        "app.example",
        "https://app.example/",
        "https://app.example/path",
        "https://*.app.example",
        "https://App.example",
        "https://app.example:443",
        "http://app.example:80",
        "https://user@app.example",
        "ftp://app.example",
        "https://app.example,",
        "https://app.example *",
    ],
)
def test_an_origin_is_named_as_browsers_send_it(value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({"KAIRAN_CORS_ORIGINS": value})
    assert str(caught.value) == (
        f"KAIRAN_CORS_ORIGINS is '{value}': give origins as browsers send them, separated by"
        " commas: no path, no *, no default port, such as https://app.example"
    )


def test_several_origins_are_separated_by_commas() -> None:
    named = "https://app.example, http://localhost:5173,http://[::1]:5173"
    settings = Settings.from_environ({"KAIRAN_CORS_ORIGINS": named})
    assert settings.cors_origins == (APP, OTHER, "http://[::1]:5173")
    assert Settings.from_environ({}).cors_origins == ()
