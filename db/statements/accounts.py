"""The door: the one look-up without a city, and opening a session, by definer functions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from db.failures import ASYNCPG_ERRORS, translated
from db.pool import Pool


@dataclass(frozen=True)
class Identity:
    """A login as stored."""

    city: int
    person: UUID
    kind: str
    password_hash: str


async def find(pool: Pool, login: str) -> Identity | None:
    """The identity of a login, in lower case; None for an unknown one. Raises DatabaseFailed."""
    try:
        row = await pool.fetchrow("select * from app.find_login($1)", login)
    except ASYNCPG_ERRORS as error:
        raise translated(error) from error
    return None if row is None else Identity(**row)


async def open_session(
    pool: Pool, identity: Identity, session: UUID, *, at: datetime, until: datetime
) -> None:
    """Open a session for somebody whose password was verified. Raises DatabaseFailed."""
    try:
        await pool.execute(
            "select app.open_session($1, $2, $3, $4, $5, $6)",
            identity.city,
            session,
            identity.person,
            identity.kind,
            at,
            until,
        )
    except ASYNCPG_ERRORS as error:
        raise translated(error) from error
