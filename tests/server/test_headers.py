"""The headers of every answer, whoever made it, and the name that a request has."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest_asyncio
from starlette.requests import Request
from starlette.routing import Route

from db.embedded import Addresses
from server.settings.values import networks
from tests.harness.city import City
from tests.harness.kairan import Kairan, running
from tests.harness.suite_log import Lines
from tests.server.wire import connected

KIND = {"query": "{ viewer { kind } }"}
APP = "https://app.example"
LOCAL = "127.0.0.0/8"


@pytest_asyncio.fixture(scope="module")
async def served(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    """A server behind TLS, with one web app allowed, and a route that breaks."""
    city = await City(superuser).found()
    async with running(
        city,
        postgres.server,
        key_folder,
        hsts_seconds=31_536_000,
        cors_origins=(APP,),
    ) as kairan:

        async def broken(_request: Request) -> None:
            raise RuntimeError("山田花子")

        kairan.app.router.routes.append(Route("/broken", broken))
        yield kairan


async def every_kind(http: httpx.AsyncClient) -> dict[str, tuple[int, httpx.Headers]]:
    """The status and headers of answers that different parts of the server make."""
    preflight = {"origin": APP, "access-control-request-method": "POST"}
    answers = {
        "answer": await http.post("/graphql", json=KIND),
        "get": await http.get("/graphql", params=KIND),
        "validation": await http.post("/graphql", json={"query": "{ nope }"}),
        "bad token": await http.post("/graphql", json=KIND, headers={"authorization": "Bearer x"}),
        "bad body": await http.post("/graphql", json=[]),
        "type": await http.post("/graphql", content=b"x"),
        "accept": await http.post("/graphql", json=KIND, headers={"accept": "text/html"}),
        "method": await http.delete("/graphql"),
        "head": await http.head("/graphql"),
        "path": await http.get("/nowhere"),
        "slash": await http.post("/graphql/", json=KIND),
        "health": await http.get("/healthz"),
        "ready": await http.get("/readyz"),
        "preflight": await http.options("/graphql", headers=preflight),
        "bad preflight": await http.options(
            "/graphql", headers=preflight | {"origin": "https://evil.example"}
        ),
        "broken": await http.get("/broken"),
    }
    found = {name: (answer.status_code, answer.headers) for name, answer in answers.items()}
    async with connected(http) as wire:
        await wire.send(b"nonsense\r\n\r\n")
        raw = await wire.answer()
        found["no http"] = raw.status, httpx.Headers(raw.headers)
    return found


STATUSES = {
    "answer": 200,
    "get": 200,
    "validation": 422,
    "bad token": 401,
    "bad body": 422,
    "type": 415,
    "accept": 406,
    "method": 405,
    "head": 405,
    "path": 404,
    "slash": 404,
    "health": 200,
    "ready": 200,
    "preflight": 200,
    "bad preflight": 400,
    "broken": 500,
    "no http": 400,
}


async def test_every_answer_is_kept_by_nobody_and_run_nowhere(served: Kairan) -> None:
    found = await every_kind(served.http)
    assert {name: status for name, (status, _) in found.items()} == STATUSES
    for name, (_, headers) in found.items():
        shown = {header: headers.get(header) for header in EVERYWHERE}
        assert shown == EVERYWHERE, name
        assert "no-store" in headers["cache-control"], name
        assert re.fullmatch("[0-9a-f]{32}", headers["x-request-id"]), name
        assert "server" not in headers
        assert "set-cookie" not in headers
        if name not in ("health", "ready"):
            assert headers["cache-control"] == "private, no-store", name
            assert {"Accept", "Authorization"} <= set(headers["vary"].split(", ")), name
    assert len({headers["x-request-id"] for _, headers in found.values()}) == len(STATUSES)


EVERYWHERE = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
}


async def test_without_tls_before_us_browsers_are_not_told_to_insist_on_it(kairan: Kairan) -> None:
    for answer in (await kairan.http.get("/nowhere"), await kairan.http.post("/graphql")):
        assert "strict-transport-security" not in answer.headers


async def test_what_breaks_outside_of_the_endpoint_is_named_and_not_told(served: Kairan) -> None:
    answer = await served.http.get("/broken")
    assert answer.json() == {
        "errors": [
            {
                "message": "Something went wrong on our side. Tell us the requestId.",
                "extensions": {"code": "INTERNAL", "requestId": answer.headers["x-request-id"]},
            }
        ]
    }


async def test_graphiql_and_its_files_keep_headers_of_their_own(served: Kairan) -> None:
    page = await served.http.get("/graphql", headers={"accept": "text/html"})
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["content-security-policy"].startswith("default-src 'none'; script-src")
    (script,) = re.findall(r'src="([^"]+kairan\.js)"', page.text)
    file = await served.http.get(script)
    assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "Authorization" not in file.headers.get("vary", "")
    assert "Accept" not in file.headers.get("vary", "")


async def test_no_redirect_names_the_host_that_a_client_wrote(served: Kairan) -> None:
    answer = await served.http.post("/graphql/", json=KIND, headers={"host": "evil.example"})
    assert answer.status_code == 404
    assert "location" not in answer.headers
    assert "evil" not in answer.text


GIVEN = "req-2026.11.23_0001"


async def test_a_request_is_named_by_us_not_by_its_client(served: Kairan) -> None:
    answer = await served.http.post("/graphql", json=KIND, headers={"x-request-id": GIVEN})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


async def test_a_proxy_that_is_trusted_names_its_requests(
    city: City, postgres: Addresses, key_folder: Path, lines: Lines
) -> None:
    async with running(
        city, postgres.server, key_folder, trusted_proxies=networks(LOCAL)
    ) as kairan:

        async def named(*values: str) -> str:
            answer = await kairan.http.post(
                "/graphql",
                json=KIND,
                headers=[(b"x-request-id", value.encode()) for value in values],
            )
            name: str = answer.headers["x-request-id"]
            return name

        assert await named(GIVEN) == GIVEN
        uuid = "5f2c9d3a-7c1e-4b60-9f0e-0d6f3b8a1c2d"
        assert await named(uuid) == uuid
        for bad in ("short", "x" * 129, "two words!", "a\tb234567", "漢字" * 4, ""):
            assert re.fullmatch("[0-9a-f]{32}", await named(bad)), bad
        assert re.fullmatch("[0-9a-f]{32}", await named(GIVEN, GIVEN))
        # The name is the one in the log, and in the answer.
        kairan.app.state.tokens = "no tokens at all"
        answer = await kairan.http.post(
            "/graphql", json=KIND, headers={"x-request-id": GIVEN, "authorization": "Bearer x"}
        )
        assert answer.json()["errors"][0]["extensions"]["requestId"] == GIVEN
        [failed] = lines.of(request_id=GIVEN, level="error")
        assert failed["event"] == "a request failed"
