"""What waits for a code from a mailbox, and what the code lets somebody do, by definer functions.

They take the city from what ``app.enter`` set: nobody who calls them need be signed in.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from db.reading import Reading, Row

_KEEP = "select app.keep_code($1, $2, $3, $4, $5)"
_TRY = "select app.try_code($1, $2, $3, $4) as sealed"
_OPEN = "select app.open_account($1, $2, $3, $4::text::jsonb, $5) as opened"
_OWN_LOGIN = "select login, password_hash from app.own_login()"
_CHANGE = "select app.change_password($1, $2, $3) as ended"
_RESET = "select app.reset_password($1, $2, $3) as ended"


async def keep(
    reading: Reading, *, ticket_hash: bytes, code_hash: bytes, sealed: bytes, until: datetime
) -> None:
    """Keep a sealed parcel until a moment, and take away some that waited too long."""
    await reading.fetch(_KEEP, ticket_hash, code_hash, sealed, reading.at, until)


async def attempt(
    reading: Reading, *, ticket_hash: bytes, code_hash: bytes, tries: int
) -> bytes | None:
    """The parcel, which is then gone; None for no parcel and for a wrong code, which is counted."""
    rows = await reading.fetch(_TRY, ticket_hash, code_hash, reading.at, tries)
    return rows[0]["sealed"]  # type: ignore[no-any-return]


async def open_account(
    reading: Reading, person: UUID, *, login: str, password_hash: str, profile: dict[str, Any]
) -> bool:
    """Open a resident's account; False where the login is taken. Raises ReferenceUnknown."""
    told = orjson.dumps(profile).decode()
    rows = await reading.fetch(_OPEN, person, login, password_hash, told, reading.at)
    return bool(rows[0]["opened"])


async def own_login(reading: Reading) -> Row | None:
    """The viewer's ``login`` and ``password_hash``, or None for who has none."""
    rows = await reading.fetch(_OWN_LOGIN)
    return rows[0] if rows else None


async def change_password(reading: Reading, *, verified: str, new: str) -> int | None:
    """Another hash for the viewer: how many other sessions ended, None where it is not verified."""
    rows = await reading.fetch(_CHANGE, verified, new, reading.at)
    return rows[0]["ended"]  # type: ignore[no-any-return]


async def reset_password(reading: Reading, person: UUID, *, new: str) -> int | None:
    """Another hash for somebody: how many sessions ended, None for nobody of this city."""
    rows = await reading.fetch(_RESET, person, new, reading.at)
    return rows[0]["ended"]  # type: ignore[no-any-return]
