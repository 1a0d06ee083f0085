"""Keeps the ledger's partitions ahead of time, and counters and sessions that are over few."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from db.failures import ASYNCPG_ERRORS, DatabaseFailed
from db.pool import Pool
from db.rates import PostgresStorage
from db.statements import sessions

log = logging.getLogger("kairan.upkeep")

MONTHS_AHEAD = 13
_EVERY_SECONDS = 6 * 3600
_COUNTERS_EVERY_SECONDS = 600
_SESSIONS_EVERY_SECONDS = 3600
# When and on what somebody was signed in is his own affair: it is there for as long as a stolen
# session may have to be looked into, and then it is gone. The ledger keeps who received what.
SESSIONS_KEPT = timedelta(days=7)
# Few enough for one statement to be done long before its time is up.
_SESSIONS_AT_ONCE = 2000

# The months are counted up to the first that is missing: a gap is as bad as the end.
_STATE = """
    select (
        select coalesce(min(step), $2 + 1)
        from generate_series(0, $2::integer) as step
        where to_regclass('kairan.releases_' || to_char(
            date_trunc('month', $1::timestamptz at time zone 'Asia/Tokyo')
                + make_interval(months => step),
            'YYYY_MM'
        )) is null
    ) as months, app.stray_releases() as stray
"""


async def prepare_ledger(pool: Pool, at: datetime) -> tuple[int, int]:
    """Make the partitions of this month and the next 13, and log an error for stray rows.

    Returns how many months from this one on have theirs, and the number of stray rows.
    """
    made = await pool.fetchval("select app.prepare_ledger($1, $2)", at, MONTHS_AHEAD)
    if made:
        log.info("made %d partitions of the ledger", made)
    [(months, stray)] = await pool.fetch(_STATE, at, MONTHS_AHEAD)
    if stray:
        log.error(
            "%d ledger rows fell outside every month, into kairan.releases_stray:"
            " check the server's clock, then move them",
            stray,
        )
    return months, stray


async def keep_ledger_ahead(
    pool: Pool, clock: Callable[[], datetime], told: Callable[[int, int], None]
) -> None:
    """Repeat :func:`prepare_ledger` four times a day, for ever; failures are logged and retried.

    :param told: told what each returns.
    """
    while True:
        try:
            told(*await prepare_ledger(pool, clock()))
        except ASYNCPG_ERRORS:
            log.exception("the ledger's partitions could not be prepared")
        await asyncio.sleep(_EVERY_SECONDS)


async def keep_counters_few(counters: PostgresStorage) -> None:
    """Forget the counters that are over, every ten minutes, for ever; failures are retried.

    They count no more; but there is one for every address and login that was ever tried.
    """
    while True:
        try:
            await counters.forget_ended()
        except DatabaseFailed:
            log.exception("counters that are over could not be forgotten")
        await asyncio.sleep(_COUNTERS_EVERY_SECONDS)


async def sweep_sessions(pool: Pool, city: int, at: datetime) -> int:
    """Delete what has been over for :data:`SESSIONS_KEPT`, refresh tokens too; returns how many."""
    gone = 0
    while True:
        swept = await sessions.sweep(
            pool, city=city, before=at - SESSIONS_KEPT, most=_SESSIONS_AT_ONCE
        )
        gone += swept
        if swept < _SESSIONS_AT_ONCE:
            return gone


async def keep_sessions_few(pool: Pool, city: int, clock: Callable[[], datetime]) -> None:
    """Repeat :func:`sweep_sessions` every hour, for ever; failures are logged and retried."""
    while True:
        try:
            gone = await sweep_sessions(pool, city, clock())
            if gone:
                log.info("deleted %d sessions that were over", gone)
        except DatabaseFailed:
            log.exception("sessions that are over could not be deleted")
        await asyncio.sleep(_SESSIONS_EVERY_SECONDS)
