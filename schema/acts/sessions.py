"""Signing in, staying signed in, signing out."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

import resolvers.accounts
from resolvers import sessions
from resolvers.operation import Operation
from schema.acts.payload import UserError, errors, said
from schema.edges import column


@strawberry.input(description="Who is signing in.")
class SignInInput:
    login: str = said("The login, an e-mail address; case aside.")
    password: str = said("The password.")
    device: str | None = said(
        "A label for the session, such as `iPhone`, at most 60 characters: by it the person knows"
        " the sign-in again in the list of sessions.",
        default=None,
    )


@strawberry.type(description="An open session with new tokens, or why there is none.")
class SignInPayload:
    access_token: str | None = column(
        "To send as `Authorization: Bearer ...`. It says who you are, and nothing of your offices:"
        " those are looked up on every request."
    )
    expires_at: datetime | None = column("When the access token stops being one.")
    refresh_token: str | None = column(
        "What `refresh` takes, once: it answers with the next. Opaque, and as secret as a password."
    )
    refresh_expires_at: datetime | None = column(
        "When the session, and the refresh token with it, ends unless it is refreshed before."
    )
    errors: list[UserError] = column("Empty on success.")


@strawberry.input(description="A session to go on with.")
class RefreshInput:
    refresh_token: str = said("The refresh token that was given last.")


@strawberry.input(description="What to sign out of.")
class SignOutInput:
    everywhere: bool = said("Whether all your other sessions end too.", default=False)


@strawberry.type(description="You are signed out where `errors` is empty.")
class SignOutPayload:
    errors: list[UserError] = errors()


@strawberry.input(description="A session to end.")
class EndSessionInput:
    session_id: strawberry.ID = said("One of your own sessions.")


@strawberry.type(description="The session is over where `errors` is empty.")
class EndSessionPayload:
    result: strawberry.ID | None = column(
        "The id of the session that ended: what to take out of a cache.", name="endedSessionId"
    )
    errors: list[UserError] = errors()


async def sign_in(operation: Operation, input: SignInInput) -> Any:  # noqa: A002
    return await resolvers.accounts.sign_in(
        operation, login=input.login, password=input.password, device=input.device
    )


async def refresh(operation: Operation, input: RefreshInput) -> Any:  # noqa: A002
    return await sessions.refresh(operation, refresh_token=input.refresh_token)


async def sign_out(
    operation: Operation,
    input: Annotated[  # noqa: A002
        SignOutInput | None, strawberry.argument(description="This session alone if absent.")
    ] = None,
) -> Any:
    return await sessions.sign_out(operation, everywhere=input is not None and input.everywhere)


async def end_session(operation: Operation, input: EndSessionInput) -> Any:  # noqa: A002
    return await sessions.end_session(operation, session_id=input.session_id)
