"""Signing in."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from db.statements import accounts as statements
from resolvers.errors import UserErrorCode
from resolvers.operation import Operation

_HASHER = PasswordHasher()
# An unknown login costs as much as a wrong password, so that time does not tell them apart. Written
# out, because making it would cost every start a tenth of a second; a test holds its cost equal.
NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4"
    "$hdWkC73kTH+FXKS239wpxw$lY/UvPlXJn8nWaPVpbYz3fj++/yvc58tNdyH5lm7F4U"
)
LOGIN_LENGTH = 254
PASSWORD_LENGTH = 1024


async def sign_in(operation: Operation, *, login: str, password: str) -> dict[str, Any]:
    """Open a session for the right password; the same user error for anything else.

    No connection is held while argon2 runs, and it runs beside the event loop.
    """
    known = len(login) <= LOGIN_LENGTH and len(password) <= PASSWORD_LENGTH and "\0" not in login
    pool = operation.services.pool
    identity = await operation.run(statements.find(pool, login.strip().lower())) if known else None
    hashed = identity.password_hash if identity is not None else NOBODYS_HASH
    right = await asyncio.to_thread(_verify, hashed, password if known else "")
    if identity is None or not right:
        return {
            "access_token": None,
            "expires_at": None,
            "errors": [
                {
                    "field": ["input"],
                    "code": UserErrorCode.WRONG_LOGIN_OR_PASSWORD,
                    "message": "The login or the password is wrong.",
                }
            ],
        }
    return await opened(operation, identity)


async def opened(operation: Operation, identity: statements.Identity) -> dict[str, Any]:
    """The payload of a session opened for somebody whose password or code was right."""
    at = operation.services.clock()
    session = uuid4()
    until = at + timedelta(seconds=operation.services.session_seconds)
    pool = operation.services.pool
    await operation.run(statements.open_session(pool, identity, session, at=at, until=until))
    token = operation.services.tokens.issue(
        city=identity.city, person=identity.person, session=session, at=at
    )
    return {"access_token": token.text, "expires_at": token.expires_at, "errors": []}


def _verify(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
