"""Sessions: opened, renewed, shown to whose they are, ended."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from db.acts import sessions as acts
from db.statements import sessions as statements
from resolvers.acts.act import Act, known, not_permitted, optional_text, perform
from resolvers.errors import UserErrorCode, user_errors
from resolvers.operation import Operation
from resolvers.rates import Kind
from resolvers.refresh_tokens import RefreshToken, new_turn

log = logging.getLogger("kairan.sessions")

DEVICE_LENGTH = 60


def device_label(given: str | None) -> str | None:
    """What a session is to be called; None where nothing was given. Raises Refused."""
    return optional_text(given, DEVICE_LENGTH, "device")


async def open_session(
    operation: Operation, *, city: int, person: UUID, kind: str, device: str | None = None
) -> dict[str, Any]:
    """Open a session for somebody who proved who he is: the row of a SignInPayload."""
    services = operation.services
    at = services.clock()
    token = RefreshToken.first(city, uuid4())
    until = services.session_limits.first_end(at)
    await operation.run(
        statements.open_session(
            services.pool,
            city=city,
            session=token.session,
            person=person,
            kind=kind,
            at=at,
            until=until,
            device=device,
            hashes=token.hashes,
        )
    )
    return _opened(operation, token, person, at=at, until=until)


def _opened(
    operation: Operation, token: RefreshToken, person: UUID, *, at: datetime, until: datetime
) -> dict[str, Any]:
    access = operation.services.tokens.issue(
        city=token.city, person=person, session=token.session, at=at, until=until
    )
    return {
        "access_token": access.text,
        "expires_at": access.expires_at,
        "refresh_token": token.text,
        "refresh_expires_at": until,
        "errors": [],
    }


def not_opened(error: dict[str, Any]) -> dict[str, Any]:
    """The row of a SignInPayload that says why there is no session."""
    user_errors([error])
    return {
        "access_token": None,
        "expires_at": None,
        "refresh_token": None,
        "refresh_expires_at": None,
        "errors": [error],
    }


async def refresh(operation: Operation, *, refresh_token: str) -> dict[str, Any]:
    """New tokens for a refresh token, which is spent by it; one refusal for any that is not good.

    A token that comes a second time ends its session: two hold it, and one of them stole it. Only
    within the grace, and while the next is unused, it is taken for a lost answer.

    :raises KairanError: RATE_LIMITED.
    """
    shown = RefreshToken.read(refresh_token)
    # What is no token is nobody's: those who send such are counted each by himself.
    await operation.limit(Kind.REFRESH, str(shown.session) if shown else operation.address)
    if shown is None:
        return _refused()
    services = operation.services
    at, turn = services.clock(), new_turn()
    renewal = await operation.run(
        statements.renew(
            services.pool,
            city=shown.city,
            session=shown.session,
            shown=shown.hashes,
            then=shown.after(turn).hashes.token,
            turn=turn,
            at=at,
            limits=services.session_limits,
        )
    )
    if renewal.outcome == "REUSED":
        log.warning("a refresh token came a second time: its session is ended")
    if renewal.outcome != "RENEWED":
        return _refused()
    assert renewal.person is not None
    assert renewal.turn is not None
    assert renewal.expires_at is not None
    return _opened(
        operation, shown.after(renewal.turn), renewal.person, at=at, until=renewal.expires_at
    )


def _refused() -> dict[str, Any]:
    return not_opened(
        {
            "field": ["input", "refreshToken"],
            "code": UserErrorCode.REFRESH_TOKEN_REFUSED,
            "message": "Your session is over. Sign in again.",
        }
    )


async def sign_out(operation: Operation, *, everywhere: bool) -> dict[str, Any]:
    """End the session the viewer acts in, or all of his."""

    async def work(act: Act) -> None:
        act.permit(person=act.viewer.person)
        assert act.viewer.session is not None
        if everywhere:
            await acts.end_others(act.transaction)
        # Nothing to say where another request was first: it is over.
        await acts.end(act.transaction, act.viewer.session)

    return await perform(operation, "signOut", work, isolation="read committed")


async def end_session(operation: Operation, *, session_id: str) -> dict[str, Any]:
    """End a session of the viewer's; what is not his, or is over, is refused alike."""

    async def work(act: Act) -> str:
        act.permit(person=act.viewer.person)
        if not await acts.end(act.transaction, known("Session", session_id)):
            not_permitted()
        return session_id

    return await perform(operation, "endSession", work, isolation="read committed")


async def own(parents: Sequence[Any], operation: Operation) -> list[Any]:
    """The viewer's open sessions, for each of ``parents``, who are the viewer."""
    if operation.viewer.person is None:
        return [[] for _ in parents]
    rows = await statements.own(operation.reading)
    return [rows for _ in parents]
