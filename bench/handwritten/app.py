"""A hand-written endpoint for each request of the bench: what GraphQL is measured against.

It does what somebody would write who needs these six answers fast and no others: the token is
checked with PyJWT, each time, the office is looked up, one statement fetches the rest, and orjson
writes it. What it does not do is what the difference buys: no ledger of what was released, no
second wall (its role reads past row security), no look whether the session still lives, no
suppression, nobody's own choice of what to keep private, no limits, no log, no choice of fields.
"""

import contextlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import asyncpg
import jwt
import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.handwritten import sql
from bench.tokens import AUDIENCE, ISSUER, tokens
from db.entering import Caller

TOKYO = timezone(timedelta(hours=9))
# A roster shows what belongs to these.
SHOWN = {"NAME", "ADDRESS", "PHONE", "EMAIL"}


async def keep(_connection: object) -> None:
    """Give a connection back as it is: there is nothing to reset."""


def create_app() -> Starlette:
    """The application, wired by BENCH_DATABASE_URL, BENCH_KEY_FILE and BENCH_POOL_SIZE."""
    size = int(os.environ["BENCH_POOL_SIZE"])

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        keys = tokens(Path(os.environ["BENCH_KEY_FILE"])).keys
        app.state.key = keys.signing(datetime.now(UTC)).public
        app.state.pool = await asyncpg.create_pool(
            os.environ["BENCH_DATABASE_URL"],
            min_size=size,
            max_size=size,
            reset=keep,
            server_settings={"jit": "off", "plan_cache_mode": "force_generic_plan"},
        )
        yield
        await app.state.pool.close()

    return Starlette(
        routes=[
            Route("/readyz", ready),
            Route("/groups/{group:uuid}/members", roster),
            Route("/groups/{group:uuid}/circulars", dashboard),
            Route("/me", me),
            Route("/circulars/{circular:uuid}/read", mark_read, methods=["POST"]),
        ],
        lifespan=lifespan,
    )


async def ready(_http: Request) -> Response:
    """Whether it can answer."""
    return Response()


def caller(http: Request) -> Caller:
    """Who is asking; 401 without a valid token."""
    scheme, _, token = http.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer":
        raise HTTPException(401)
    try:
        claims = jwt.decode(
            token,
            http.app.state.key,
            algorithms=["EdDSA"],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "city", "sid"]},
        )
        return Caller(claims["city"], UUID(claims["sub"]), UUID(claims["sid"]))
    except (jwt.PyJWTError, ValueError):
        raise HTTPException(401) from None


def today(at: datetime) -> date:
    """The day terms of office are counted by."""
    return at.astimezone(TOKYO).date()


async def officer(
    connection: asyncpg.Connection, who: Caller, group: UUID, power: str, at: datetime
) -> asyncpg.Record:
    """The row of his office; 403 without one that has the power."""
    found = await connection.fetchrow(sql.OFFICE, who.city, group, who.person, today(at))
    if (
        found is None
        or power not in found["powers"]
        or found["participation"] not in ("TRIAL", "ACTIVE")
    ):
        raise HTTPException(403)
    return found


def answer(content: object) -> Response:
    """JSON."""
    return Response(orjson.dumps(content), media_type="application/json")


async def roster(http: Request) -> Response:
    """The members of a group, for its officers."""
    at = datetime.now(UTC)
    who = caller(http)
    group: UUID = http.path_params["group"]
    first = int(http.query_params["first"])
    async with http.app.state.pool.acquire() as connection:
        office = await officer(connection, who, group, "VIEW_ROSTER", at)
        hidden = SHOWN.intersection(office["switched_off"])
        if hidden and hidden != SHOWN:
            raise HTTPException(501, "nobody wrote the roster with a part switched off")
        if hidden:
            rows = await connection.fetch(
                sql.ROSTER_OF_NAMES, who.city, group, first + 1, who.person
            )
        else:
            rows = await connection.fetch(sql.ROSTER, who.city, group, first + 1)
    nodes = [dict(row) for row in rows[:first]]
    return answer(
        {
            "group": {
                "id": group,
                "name": office["name"],
                "members": {
                    "nodes": nodes,
                    "pageInfo": {
                        "hasNextPage": len(rows) > first,
                        "endCursor": nodes[-1]["id"] if nodes else None,
                    },
                },
            }
        }
    )


async def dashboard(http: Request) -> Response:
    """The newest 20 circulars of a group and whom they reached, for its officers."""
    at = datetime.now(UTC)
    who = caller(http)
    group: UUID = http.path_params["group"]
    async with http.app.state.pool.acquire() as connection:
        office = await officer(connection, who, group, "VIEW_RECEIPTS", at)
        if "RECEIPT" in office["switched_off"]:
            raise HTTPException(501, "nobody wrote the dashboard without receipts")
        rows = await connection.fetch(sql.DASHBOARD, who.city, group, at)
    return answer(
        {
            "group": {
                "id": group,
                "name": office["name"],
                "circulars": {
                    "nodes": [circular(row) for row in rows[:20]],
                    "pageInfo": {
                        "hasNextPage": len(rows) > 20,
                        "endCursor": rows[min(len(rows), 20) - 1]["id"] if rows else None,
                    },
                },
            }
        }
    )


def circular(row: asyncpg.Record) -> dict[str, object]:
    """One circular of the dashboard."""
    outstanding = list(zip(row["ids"] or (), row["names"] or (), strict=True))
    return {
        "id": row["id"],
        "title": row["title"],
        "publishedAt": row["published_at"],
        "status": row["status"],
        "receiptSummary": {
            "recipients": row["recipients"],
            "delivered": row["delivered"],
            "read": row["read"],
            "paper": row["paper"],
            "outstanding": row["outstanding"],
        },
        "receipts": {
            "nodes": [
                {"member": {"id": member, "displayName": name}} for member, name in outstanding[:10]
            ],
            "pageInfo": {"hasNextPage": len(outstanding) > 10},
        },
    }


async def me(http: Request) -> Response:
    """Oneself, one's groups, and how many circulars there one has not read."""
    at = datetime.now(UTC)
    who = caller(http)
    rows = await http.app.state.pool.fetch(sql.ME, who.city, who.person, at, today(at))
    if not rows:
        return answer({"me": None})
    return answer(
        {
            "me": {
                "id": rows[0]["person"],
                "displayName": rows[0]["person_name"],
                "name": rows[0]["full_name"],
                "memberships": [
                    {
                        "id": row["id"],
                        "displayName": row["display_name"],
                        "status": row["status"],
                        "group": {
                            "id": row["group_id"],
                            "name": row["group_name"],
                            "unreadCircularCount": row["unread"],
                        },
                    }
                    for row in rows
                    if row["id"] is not None
                ],
            }
        }
    )


async def mark_read(http: Request) -> Response:
    """Mark a circular read, for the member who did."""
    at = datetime.now(UTC)
    who = caller(http)
    wanted: UUID = http.path_params["circular"]
    read_at = await http.app.state.pool.fetchval(
        sql.MARK_READ, who.city, wanted, who.person, at, today(at)
    )
    if read_at is None:
        raise HTTPException(404)
    return answer(
        {
            "markCircularRead": {
                "circular": {"id": wanted, "myReceipt": {"state": "READ", "readAt": read_at}},
                "errors": [],
            }
        }
    )
