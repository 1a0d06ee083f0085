"""The same schema as most teams would write it: Strawberry, SQLModel, data loaders, Starlette.

Nothing here is slow on purpose: loaders batch, statements are few, joins are where they help.
Permission classes are asynchronous, as the guide has them, because they ask the database (once in a
request: a loader remembers). What it does not do is what Kairan does besides: no ledger, no second
wall, no look whether the session still lives, no suppression, no limits and no log.
"""

import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from bench.ordinary.loaders import Loaders
from bench.ordinary.queries import Mutation, Query
from bench.tokens import tokens
from server.keys.tokens import BadToken, Tokens

TOKYO = timezone(timedelta(hours=9))


@dataclass
class Context:
    """What resolvers are given."""

    city: int
    person: Any
    at: datetime
    today: date
    sessions: async_sessionmaker[AsyncSession]
    load: Loaders


class Api(GraphQL[Context, None]):
    """Strawberry's own endpoint, with who is asking."""

    async def get_context(
        self, request: Request | WebSocket, response: Response | WebSocket
    ) -> Context:
        """Check the token; 401 without a valid one."""
        at, state = datetime.now(UTC), request.app.state
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        issuer: Tokens = state.tokens
        try:
            who = issuer.read(token if scheme == "Bearer" else "", at=at)
        except BadToken:
            raise HTTPException(401) from None
        today = at.astimezone(TOKYO).date()
        sessions = state.sessions
        load = Loaders(sessions, who.city, who.person, at, today)
        return Context(who.city, who.person, at, today, sessions, load)


def create_app() -> Starlette:
    """The application, wired by BENCH_DATABASE_URL, BENCH_KEY_FILE and BENCH_POOL_SIZE."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.tokens = tokens(Path(os.environ["BENCH_KEY_FILE"]))
        engine = create_async_engine(
            os.environ["BENCH_DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://"),
            pool_size=int(os.environ["BENCH_POOL_SIZE"]),
            max_overflow=0,
            pool_timeout=600,
        )
        app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
        yield
        await engine.dispose()

    api = Api(strawberry.Schema(Query, Mutation))
    return Starlette(routes=[Route("/readyz", ready), Route("/graphql", api)], lifespan=lifespan)


async def ready(_http: Request) -> Response:
    """Whether it can answer."""
    return Response()
