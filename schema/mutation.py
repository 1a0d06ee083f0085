"""What can be changed. Each field runs in a transaction of its own, one after the other."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

import resolvers.accounts
from schema.edges import Info, column


def mutation(resolver: Any, *, description: str) -> Any:
    """A field of the Mutation type."""
    return strawberry.field(resolver=resolver, description=description)


@strawberry.type(description="What a person can mend: shown beside the field it is about.")
class UserError:
    field: list[str] = column("The path of the input it is about, outermost first.")
    code: str = column("Stable; for programs.")
    message: str = column("For people.")


@strawberry.input(description="Who is signing in.")
class SignInInput:
    login: str = strawberry.field(description="The login, an e-mail address; case aside.")
    password: str = strawberry.field(description="The password.")


@strawberry.type(description="A new session, or why there is none.")
class SignInPayload:
    access_token: str | None = column(
        "To send as `Authorization: Bearer ...`. It says who you are, and nothing of your offices:"
        " those are looked up on every request."
    )
    expires_at: datetime | None = column("When the token stops being one.")
    errors: list[UserError] = column("Empty on success.")


async def _sign_in(
    info: Info,
    input: Annotated[  # noqa: A002
        SignInInput, strawberry.argument(description="Login and password.")
    ],
) -> Any:
    return await resolvers.accounts.sign_in(
        info.context, login=input.login, password=input.password
    )


@strawberry.type(description="What can be changed, one field after the other.")
class Mutation:
    sign_in: SignInPayload = mutation(_sign_in, description="Sign in with login and password.")
