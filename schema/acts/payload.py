"""What every payload is made of: the changed object, read afresh, and what a person can mend."""

from typing import Any

import strawberry

from execution.column import COLUMN, Column
from resolvers.batching import Batch, load
from resolvers.errors import UserErrorCode
from schema.edges import Info, asking, column
from schema.enums import described

described(
    UserErrorCode,
    "UserErrorCode",
    "What a person can mend. Nothing has changed where there is one.",
    {
        UserErrorCode.WRONG_LOGIN_OR_PASSWORD: "The login or the password is wrong.",
        UserErrorCode.REFRESH_TOKEN_REFUSED: (
            "The refresh token is unknown, was used before, or its session is over: told alike."
        ),
        UserErrorCode.WRONG_PASSWORD: "The current password is wrong.",
        UserErrorCode.WEAK_PASSWORD: "The new password is easily guessed.",
        UserErrorCode.WRONG_CODE: (
            "The code or its ticket is wrong, was used, or is too old: told alike."
        ),
        UserErrorCode.NOT_PERMITTED: (
            "There is no such thing, or it is not the viewer's to change: told alike."
        ),
        UserErrorCode.INVALID: "A value of the input cannot be used; the message says why.",
        UserErrorCode.ALREADY_DECIDED: "The application was decided or withdrawn meanwhile.",
        UserErrorCode.ALREADY_MEMBER: "The viewer is a member already.",
        UserErrorCode.GROUP_NOT_OPEN: "The group takes no applications at the moment.",
        UserErrorCode.POWER_NOT_DELEGATED: "The city does not delegate that power to the group.",
        UserErrorCode.POWER_NOT_HELD: "Only powers one holds oneself can be handed on.",
        UserErrorCode.OWN_OFFICE: "Nobody changes his own office or term.",
        UserErrorCode.TERM_OVERLAPS: "The member holds the office in a part of that time already.",
        UserErrorCode.CHANGED_MEANWHILE: "Somebody else was first; the message says with what.",
        UserErrorCode.KEY_REUSED: "The idempotency key was used for another request.",
    },
)


@strawberry.type(description="What a person can mend: shown beside the field it is about.")
class UserError:
    field: list[str] = column("The path of the input it is about, outermost first.")
    code: UserErrorCode = column("Stable; for programs.")
    message: str = column("For people.")


def errors() -> Any:
    """The ``errors`` of a payload."""
    return column("Empty when the change was made, or had been made before.")


def changed(by_ids: Batch, *, description: str) -> Any:
    """The changed object of a payload, read after the change as anybody would read it."""

    async def resolve(root: strawberry.Parent[Any], info: Info) -> Any:
        if root["result"] is None:
            return None
        return await load(info.context, by_ids, root["result"])

    ask = asking(by_ids)

    def resolve_column(column: Column) -> Any:
        # A mutation field has one payload: of a refusal, or of a change.
        (payload,) = column.sources
        if payload["result"] is None:
            return [None]
        return ask(column, [payload["result"]])

    return strawberry.field(
        resolver=resolve, description=description, metadata={COLUMN: resolve_column}
    )


def key_field() -> Any:
    """The ``idempotencyKey`` of an input."""
    return strawberry.field(
        description=(
            "Made by the client, such as a UUID, and sent again when the answer was lost:"
            " the same request under the same key is carried out once."
        )
    )


def said(description: str, **options: Any) -> Any:
    """A field of an input."""
    return strawberry.field(description=description, **options)
