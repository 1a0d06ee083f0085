"""The connections of one server process."""

from collections.abc import Callable
from typing import Any

import asyncpg

Pool = asyncpg.Pool


async def _leave_as_is(_connection: Any) -> None:
    """Settings are transaction-local and every transaction is closed by whoever opened it, so the
    usual round trip of resets buys nothing.
    """


async def open_pool(
    url: str,
    *,
    size: int,
    statement_timeout_ms: int,
    on_statement: Callable[[Any], None] | None = None,
) -> Pool:
    """A pool of at most ``size`` connections as the server's role.

    :param statement_timeout_ms: PostgreSQL ends a statement after this many milliseconds.
    :param on_statement: told of every statement run, for counting and tracing (asyncpg's
        ``LoggedQuery``).
    """

    async def prepare(connection: Any) -> None:
        if on_statement is not None:
            connection.add_query_logger(on_statement)

    return await asyncpg.create_pool(
        url,
        min_size=min(2, size),
        max_size=size,
        init=prepare,
        reset=_leave_as_is,
        server_settings={
            "application_name": "kairan",
            "statement_timeout": str(statement_timeout_ms),
            "idle_in_transaction_session_timeout": str(statement_timeout_ms * 4),
            # Row security skews estimates, and automatic mode keeps making custom plans for it.
            "plan_cache_mode": "force_generic_plan",
            "jit": "off",
            "timezone": "UTC",
        },
    )
