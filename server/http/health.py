"""/healthz and /readyz, for whoever keeps the process running and sends it requests."""

import asyncio
import logging
from collections.abc import Callable

import asyncpg
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from db.failures import ASYNCPG_ERRORS
from db.preflight import revision_of

# A balancer asks every few seconds; a pool without a free connection for that long is not ready.
READY_SECONDS = 2.0
HEADERS = {"Cache-Control": "no-store"}

log = logging.getLogger("kairan.health")


def routes(pool: Callable[[], asyncpg.Pool | None], head: str) -> list[Route]:
    """The two routes; `pool` gives None while there is none, `head` is the newest migration."""

    async def healthz(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "alive"}, headers=HEADERS)

    async def readyz(_request: Request) -> JSONResponse:
        reason = await unready(pool(), head)
        if reason is None:
            return JSONResponse({"status": "ready"}, headers=HEADERS)
        return JSONResponse({"status": "not ready", "reason": reason}, 503, headers=HEADERS)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


async def unready(pool: asyncpg.Pool | None, head: str) -> str | None:
    """Why requests cannot be served now, in words fit for anybody; None when they can."""
    if pool is None:
        return "starting or stopping"
    try:
        async with asyncio.timeout(READY_SECONDS), pool.acquire() as connection:
            revision = await revision_of(connection)
    except ASYNCPG_ERRORS as error:
        # What the driver says may name hosts and roles: neither the caller's nor the log's affair.
        log.warning("not ready", extra={"failure": type(error)})
        return "the database does not answer"
    return None if revision == head else "the database is at another migration"
