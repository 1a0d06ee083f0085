"""Registered documents, as the server reads them: by definer functions, without entering a city."""

from db.failures import ASYNCPG_ERRORS, translated
from db.pool import Pool


async def ids(pool: Pool, city: int) -> frozenset[bytes]:
    """The SHA-256 of each document that is registered. Raises DatabaseFailed."""
    try:
        rows = await pool.fetch("select app.registered_ids($1) as id", city)
    except ASYNCPG_ERRORS as error:
        raise translated(error) from error
    return frozenset(row["id"] for row in rows)


async def text(pool: Pool, city: int, id_: bytes) -> str | None:
    """A document by its SHA-256; None when it was removed. Raises DatabaseFailed."""
    try:
        found: str | None = await pool.fetchval("select app.registered_document($1, $2)", city, id_)
    except ASYNCPG_ERRORS as error:
        raise translated(error) from error
    return found
