"""/healthz tells whether we run, /readyz whether to send us requests."""

import asyncpg
import httpx
import pytest
from starlette.applications import Starlette

from db.embedded import Addresses
from migrations import run as migrations
from server.http import health
from tests.harness.suite_log import Lines


async def answers(pool: asyncpg.Pool | None, head: str, path: str) -> tuple[int, object]:
    app = Starlette(routes=health.routes(lambda: pool, head))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://kairan") as client:
        response = await client.get(path)
    assert response.headers["cache-control"] == "no-store"
    return response.status_code, response.json()


async def test_a_balancer_sends_requests_when_the_database_answers(postgres: Addresses) -> None:
    async with asyncpg.create_pool(postgres.server, min_size=1, max_size=1) as pool:
        assert await answers(pool, migrations.head(), "/readyz") == (200, {"status": "ready"})


async def test_a_balancer_waits_while_there_is_no_pool() -> None:
    assert await answers(None, "0001", "/readyz") == (
        503,
        {"status": "not ready", "reason": "starting or stopping"},
    )


async def test_a_balancer_waits_for_the_migrations(postgres: Addresses) -> None:
    async with asyncpg.create_pool(postgres.server, min_size=1, max_size=1) as pool:
        assert await answers(pool, "9999", "/readyz") == (
            503,
            {"status": "not ready", "reason": "the database is at another migration"},
        )


async def test_a_lost_database_makes_us_unready_but_not_dead(
    postgres: Addresses, lines: Lines
) -> None:
    pool = await asyncpg.create_pool(postgres.server, min_size=0, max_size=1)
    await pool.close()
    assert await answers(pool, migrations.head(), "/readyz") == (
        503,
        {"status": "not ready", "reason": "the database does not answer"},
    )
    [told] = lines.of(event="not ready")
    assert told["failure"] == "InterfaceError"
    assert await answers(pool, migrations.head(), "/healthz") == (200, {"status": "alive"})


async def test_a_pool_without_a_free_connection_is_not_ready(
    postgres: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "READY_SECONDS", 0.1)
    async with asyncpg.create_pool(postgres.server, min_size=1, max_size=1) as pool:
        async with pool.acquire():
            status, body = await answers(pool, migrations.head(), "/readyz")
    assert (status, body) == (
        503,
        {"status": "not ready", "reason": "the database does not answer"},
    )
