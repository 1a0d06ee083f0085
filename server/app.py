"""The composition root: settings in, an application out. Nothing is made when this is imported."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import strawberry
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from db.pool import Pool, close_pool, open_pool
from db.quota import ReleaseQuota
from db.upkeep import keep_counters_few, keep_ledger_ahead, keep_sessions_few
from migrations.run import head
from resolvers.hashing import Hashing
from resolvers.services import Services
from schema.build import build_schema
from schema.executor import core_of
from server.documents.documents import Documents
from server.documents.registered import Registered
from server.http import cors, graphiql, health, jwks
from server.http.endpoint import PATH, endpoint, failed, refused
from server.http.headers import Headers
from server.http.lane import Lane
from server.http.peer import Peers
from server.http.throttle import Throttle
from server.keys.ring import KeyRing
from server.keys.tokens import Tokens
from server.mail import outbox_of
from server.rates import rate_secret, rates_of, storage_of
from server.settings.settings import Settings
from server.watch.watch import Watch, Watching


def _now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    database_url: str,
    *,
    schema: strawberry.Schema | None = None,
    clock: Callable[[], datetime] = _now,
    on_statement: Callable[[Any], None] | None = None,
) -> Starlette:
    """The application on the database at ``database_url``, as the server's role.

    :param schema: another schema, for tests of the machinery under it.
    :param clock: tells the moment a transaction speaks of.
    :param on_statement: told of every statement run.
    :raises SigningKeyError: there is no usable key, or no secret to count under.
    """
    tokens = Tokens(
        keys=KeyRing(settings.signing_key_file, seconds=settings.token_ttl),
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        seconds=settings.token_ttl,
    )

    secret = rate_secret(settings.rate_secret_file)
    peers = Peers(settings.trusted_proxies)
    watch = Watch(settings, clock, secret, peers)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        pool = await open_pool(
            database_url,
            size=settings.pool_size,
            statement_timeout_ms=settings.statement_timeout,
            patience_ms=settings.pool_wait,
            on_statement=on_statement,
            watcher=watch.metrics.pool,
        )
        counters = storage_of(settings, pool, clock, secret)
        upkeep = [
            asyncio.create_task(keep_ledger_ahead(pool, clock, watch.metrics.ledger.looked_after)),
            asyncio.create_task(keep_counters_few(counters)),
            asyncio.create_task(keep_sessions_few(pool, settings.city, clock)),
        ]
        app.state.pool = pool
        app.state.throttle = Throttle(settings, counters)
        post = outbox_of(settings, clock)
        app.state.post = post
        app.state.services = Services(
            pool=pool,
            clock=clock,
            tokens=tokens,
            page_max=settings.page_max,
            session_limits=settings.session_limits,
            rates=rates_of(settings, counters, clock),
            quota=ReleaseQuota(settings.release_quota),
            hashing=Hashing(at_once=settings.passwords_at_once, waiting=settings.passwords_waiting),
            post=post,
            executor=settings.executor,
        )
        try:
            yield
        finally:
            app.state.pool = None
            await post.close(settings.drain_seconds)
            for task in upkeep:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            await close_pool(pool)
            await watch.close()

    def pool_of() -> Pool | None:
        pool: Pool | None = None if app.state.stopping else app.state.pool
        return pool

    app = Starlette(
        routes=[
            Route(PATH, endpoint, methods=["GET", "HEAD", "POST"]),
            *graphiql.static_routes(),
            *health.routes(pool_of, head()),
            jwks.route(tokens.keys, clock),
        ],
        lifespan=lifespan,
        exception_handlers={HTTPException: refused, Exception: failed},
        middleware=[
            Middleware(Headers, hsts_seconds=settings.hsts_seconds, peers=peers),
            # Around all that follows: what others refuse is watched too.
            Middleware(Watching, watch=watch),
            *cors.middleware(settings.cors_origins),
            Middleware(Lane),
        ],
    )
    # A redirect would name the host that the client wrote, and lose TLS behind a proxy.
    app.router.redirect_slashes = False
    app.state.pool = None
    # Whoever runs the application says so, before it ends: server/processes/serving.py.
    app.state.stopping = False
    app.state.settings = settings
    app.state.tokens = tokens
    app.state.peers = peers
    app.state.watch = watch
    app.state.documents = Documents(
        core_of(schema or build_schema()),
        settings.document_limits,
        page_max=settings.page_max,
        registered=Registered(lambda: app.state.pool, settings.city),
        only_registered=settings.documents == "registered",
    )
    return app
