"""The door: the one look-up without a city, by a definer function."""

from dataclasses import dataclass
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
