"""Signing in."""

from typing import Any

from db.statements import accounts as statements
from resolvers import sessions
from resolvers.acts.act import Refused
from resolvers.errors import UserErrorCode
from resolvers.mailboxes import LOGIN_LENGTH, login_of
from resolvers.operation import Operation
from resolvers.passwords import NOBODYS_HASH, PASSWORD_LENGTH, matches
from resolvers.rates import Kind


async def sign_in(
    operation: Operation, *, login: str, password: str, device: str | None = None
) -> dict[str, Any]:
    """Open a session for the right password; the same user error for anything else.

    No connection is held while argon2 runs. What is tried too often is refused before it runs,
    whatever the login and the password.

    :raises KairanError: RATE_LIMITED, OVERLOADED.
    """
    try:
        label = sessions.device_label(device)
    except Refused as refused:
        return sessions.not_opened(refused.errors[0])
    name = login_of(login)
    await operation.limit(Kind.SIGN_IN, name)
    known = len(login) <= LOGIN_LENGTH and len(password) <= PASSWORD_LENGTH and "\0" not in login
    pool = operation.services.pool
    identity = await operation.run(statements.find(pool, name)) if known else None
    hashed = identity.password_hash if identity is not None else NOBODYS_HASH
    right = await operation.services.hashing.run(matches, hashed, password if known else "")
    if identity is None or not right:
        return sessions.not_opened(
            {
                "field": ["input"],
                "code": UserErrorCode.WRONG_LOGIN_OR_PASSWORD,
                "message": "The login or the password is wrong.",
            }
        )
    await operation.forgive(Kind.SIGN_IN, name)
    return await opened(operation, identity, device=label)


async def opened(
    operation: Operation, identity: statements.Identity, *, device: str | None = None
) -> dict[str, Any]:
    """The payload of a session opened for somebody whose password or code was right."""
    return await sessions.open_session(
        operation,
        city=identity.city,
        person=identity.person,
        kind=identity.kind,
        device=device,
    )
