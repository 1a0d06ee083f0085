"""The connections of one server process."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable
from typing import Any

import asyncpg

from db.failures import NotConnected, PoolBusy
from db.watched import PoolWatcher
from db.watched_pool import NobodyWatches, WatchedPool

log = logging.getLogger("kairan.pool")

CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 5.0
# What the network and the event loop may add to the time that PostgreSQL allows a statement.
GRACE_SECONDS = 1.0
# A peer that is gone without a word is noticed between two statements after these seconds.
IDLE_SECONDS, PROBE_SECONDS, PROBES = 30, 10, 3


class Pool(WatchedPool):
    """asyncpg's pool, in which nobody waits for a connection for ever.

    :param patience: seconds from asking for a connection to having one, by whatever way it is
        asked for; PoolBusy and NotConnected say what was in the way.
    """

    __slots__ = ("_patience",)

    def __init__(self, url: str, *, patience: float, **settings: Any) -> None:
        super().__init__(
            url,
            max_queries=50_000,
            max_inactive_connection_lifetime=300.0,
            loop=asyncio.get_running_loop(),
            connection_class=asyncpg.Connection,
            record_class=asyncpg.Record,
            **settings,
        )
        self._patience = patience

    # `acquire`, `fetch` and `execute` all come through here.
    async def _acquire(self, timeout: float | None) -> Any:  # noqa: ASYNC109
        limit = self._patience if timeout is None else timeout
        try:
            return await super()._acquire(limit)
        except TimeoutError as error:
            if self.get_size() == self.get_max_size() and not self.get_idle_size():
                raise PoolBusy(f"all connections were in use for {limit} s") from error
            raise NotConnected(f"no connection could be opened in {limit} s") from error
        except (OSError, asyncpg.PostgresError) as error:
            raise NotConnected(f"no connection: {type(error).__name__}") from error

    async def release(self, connection: Any, *, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Take a connection back.

        One that is lost in just this moment is taken back by asyncpg itself, which then complains
        of the second time.
        """
        with contextlib.suppress(asyncpg.InternalClientError):
            await super().release(connection, timeout=timeout)


async def _leave_as_is(_connection: Any) -> None:
    """Settings are transaction-local and every transaction is closed by whoever opened it, so the
    usual round trip of resets buys nothing.
    """


async def open_pool(
    url: str,
    *,
    size: int,
    statement_timeout_ms: int,
    patience_ms: int = 2000,
    on_statement: Callable[[Any], None] | None = None,
    watcher: PoolWatcher | None = None,
) -> Pool:
    """A pool of at most ``size`` connections as the server's role.

    Without a database it opens all the same, and connects when there is one.

    :param statement_timeout_ms: PostgreSQL ends a statement after this many milliseconds; where no
        answer comes at all, to COMMIT too, it is given up a second later.
    :param patience_ms: milliseconds that one waits for a connection.
    :param on_statement: told of every statement run, for counting and tracing (asyncpg's
        ``LoggedQuery``).
    :param watcher: told what the pool does.
    """
    told = watcher or NobodyWatches()
    answer_seconds = statement_timeout_ms / 1000 + GRACE_SECONDS

    async def prepare(connection: Any) -> None:
        # asyncpg has no public way to its socket.
        notice_death(connection._transport.get_extra_info("socket"), answer_seconds)  # noqa: SLF001
        if on_statement is not None:
            connection.add_query_logger(on_statement)
        connection.add_termination_listener(lambda _connection: told.closed())
        told.opened()

    def pool(least: int) -> Pool:
        return Pool(
            url,
            patience=patience_ms / 1000,
            watcher=told,
            min_size=least,
            max_size=size,
            init=prepare,
            reset=_leave_as_is,
            timeout=CONNECT_SECONDS,
            command_timeout=answer_seconds,
            server_settings={
                "application_name": "kairan",
                "statement_timeout": str(statement_timeout_ms),
                "idle_in_transaction_session_timeout": str(statement_timeout_ms * 4),
                "tcp_keepalives_idle": str(IDLE_SECONDS),
                "tcp_keepalives_interval": str(PROBE_SECONDS),
                "tcp_keepalives_count": str(PROBES),
                # Row security skews estimates, and automatic mode keeps making custom plans for it.
                "plan_cache_mode": "force_generic_plan",
                "jit": "off",
                "timezone": "UTC",
            },
        )

    try:
        return await pool(min(2, size))
    except (OSError, asyncpg.PostgresError) as error:
        log.warning(
            "opened without a database: it is connected when asked", extra={"failure": type(error)}
        )
        return await pool(0)


async def close_pool(pool: Pool) -> None:
    """Close the connections when they are given back, or in the end without a word."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await pool.close()
    except TimeoutError:
        log.warning("the connections to the database did not close in time: they were dropped")


def notice_death(connection: Any, answer_seconds: float) -> None:
    """Let the kernel end a TCP connection whose other end is gone without a word.

    :param answer_seconds: how long what was sent may stay unconfirmed.
    """
    if connection.family not in (socket.AF_INET, socket.AF_INET6):
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_KEEPIDLE", IDLE_SECONDS),
        ("TCP_KEEPINTVL", PROBE_SECONDS),
        ("TCP_KEEPCNT", PROBES),
        ("TCP_USER_TIMEOUT", int(answer_seconds * 1000)),
    ):
        # Not every system has all of them.
        option = getattr(socket, name, None)
        if option is not None:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
