"""Sessions: opened and renewed by definer functions while nobody has entered, and one's own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from db.failures import ASYNCPG_ERRORS, translated
from db.pool import Pool
from db.reading import Reading, Rows

# More than anybody keeps track of; the others are ended by a new password.
MOST_SHOWN = 100

_OWN = """
    select s.id, s.opened_at, coalesce(s.last_used_at, s.opened_at) as last_used_at, s.expires_at,
        s.device, s.id = $3 as current
    from kairan.sessions s
    where s.city = $1 and s.person = $2 and s.ended_at is null and s.expires_at > $4
    order by coalesce(s.last_used_at, s.opened_at) desc, s.id
    limit $5
"""


@dataclass(frozen=True)
class Hashes:
    """What is kept of a refresh token: SHA-256 of its family's secret and of its own."""

    family: bytes
    token: bytes


@dataclass(frozen=True)
class Limits:
    """How long a session lives.

    :param idle: without being renewed.
    :param longest: however often it is renewed.
    :param grace: how long a renewal may be repeated by whoever lost the answer.
    """

    idle: timedelta
    longest: timedelta
    grace: timedelta

    def first_end(self, opened_at: datetime) -> datetime:
        """When a session ends that is never renewed."""
        return opened_at + min(self.idle, self.longest)


@dataclass(frozen=True)
class Renewal:
    """How a renewal came out: RENEWED alone has the other columns.

    :param turn: what the next refresh token is made of; the one given, or an earlier one's.
    """

    outcome: Literal["RENEWED", "REUSED", "REFUSED"]
    person: UUID | None
    turn: bytes | None
    expires_at: datetime | None


async def open_session(
    pool: Pool,
    *,
    city: int,
    session: UUID,
    person: UUID,
    kind: str,
    at: datetime,
    until: datetime,
    device: str | None = None,
    hashes: Hashes | None = None,
) -> None:
    """Open a session for somebody who proved who he is. Raises DatabaseFailed.

    :param hashes: of the first refresh token; without one the session cannot be renewed.
    """
    try:
        await pool.execute(
            "select app.open_session($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            city,
            session,
            person,
            kind,
            at,
            until,
            device,
            None if hashes is None else hashes.family,
            None if hashes is None else hashes.token,
        )
    except ASYNCPG_ERRORS as error:
        raise translated(error) from error


async def renew(
    pool: Pool,
    *,
    city: int,
    session: UUID,
    shown: Hashes,
    then: bytes,
    turn: bytes,
    at: datetime,
    limits: Limits,
) -> Renewal:
    """Take the token ``shown`` for the next, whose hash is ``then``. Raises DatabaseFailed."""
    try:
        row = await pool.fetchrow(
            "select * from app.refresh_session($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            city,
            session,
            shown.family,
            shown.token,
            then,
            turn,
            at,
            limits.grace,
            limits.idle,
            limits.longest,
        )
    except ASYNCPG_ERRORS as error:
        raise translated(error) from error
    assert row is not None
    return Renewal(**row)


async def own(reading: Reading) -> Rows:
    """The viewer's open sessions, at most :data:`MOST_SHOWN`, the one used last first."""
    viewer = reading.viewer
    return await reading.fetch(
        _OWN, viewer.city, viewer.person, viewer.session, reading.at, MOST_SHOWN
    )


async def sweep(pool: Pool, *, city: int, before: datetime, most: int) -> int:
    """Delete sessions over before a moment: how many, at most ``most``. Raises DatabaseFailed."""
    try:
        gone: int = await pool.fetchval("select app.sweep_sessions($1, $2, $3)", city, before, most)
    except ASYNCPG_ERRORS as error:
        raise translated(error) from error
    return gone
