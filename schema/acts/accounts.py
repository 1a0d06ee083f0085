"""Signing up, one's own profile, one's password."""

from datetime import date, datetime
from typing import Any

import strawberry
from strawberry import UNSET

from resolvers import oneself, sign_ups
from resolvers.acts import passwords, profiles
from resolvers.operation import Operation
from schema.acts.payload import UserError, changed, errors, said
from schema.edges import column
from schema.resident import Resident

# The fields of both inputs: their names are the columns' names.
_FAMILY_NAME = "The family name (姓), as the person writes it: variants of a character are kept."
_GIVEN_NAME = "The given name (名), as the person writes it."
_KANA = "How the name is read. Hiragana and half-width kana are taken, and stored as katakana."
_POSTAL_CODE = "Seven digits, full-width too, with or without a hyphen: `070-8525` is stored."
_ADDRESS = "The address, as the person writes it."
_BUILDING = "Building and room."
_AREA = "The area the person lives in."
_PHONE = "A number of Japan with its area code, or one with `+` and its country's."
_EMAIL = "Where to write to the person. It is no login, and changing it changes no login."
_BIRTH_DATE = "The day of birth, from 1900-01-01 to today."
_NEW_PASSWORD = (
    "10 to 256 characters that are not easily guessed; of which kinds is up to the person."  # noqa: S105
)


@strawberry.input(description="Who wants an account. All but the first three may be left out.")
class SignUpInput:
    login: str = said("An e-mail address of the person's own: the code is mailed to it.")
    password: str = said(_NEW_PASSWORD)
    display_name: str = said("The name to go by, which fellow members see; 会員 will do.")
    family_name: str | None = said(_FAMILY_NAME, default=None)
    given_name: str | None = said(_GIVEN_NAME, default=None)
    kana: str | None = said(_KANA, default=None)
    postal_code: str | None = said(_POSTAL_CODE, default=None)
    address: str | None = said(_ADDRESS, default=None)
    building: str | None = said(_BUILDING, default=None)
    area_id: strawberry.ID | None = said(_AREA, default=None)
    phone: str | None = said(_PHONE, default=None)
    email: str | None = said(_EMAIL, default=None)
    birth_date: date | None = said(_BIRTH_DATE, default=None)


@strawberry.input(
    description="What to change: a field that is absent stays as it is, null withdraws it."
)
class UpdateProfileInput:
    display_name: str | None = said(
        "The name to go by; it cannot be withdrawn. Where you go by another one in a group, that"
        " one stays.",
        default=UNSET,
    )
    family_name: str | None = said(_FAMILY_NAME, default=UNSET)
    given_name: str | None = said(_GIVEN_NAME, default=UNSET)
    kana: str | None = said(_KANA, default=UNSET)
    postal_code: str | None = said(_POSTAL_CODE, default=UNSET)
    address: str | None = said(_ADDRESS, default=UNSET)
    building: str | None = said(_BUILDING, default=UNSET)
    area_id: strawberry.ID | None = said(_AREA, default=UNSET)
    phone: str | None = said(_PHONE, default=UNSET)
    email: str | None = said(_EMAIL, default=UNSET)
    birth_date: date | None = said(_BIRTH_DATE, default=UNSET)


@strawberry.input(description="The code from the mailbox.")
class ConfirmSignUpInput:
    ticket: str = said("What `signUp` answered: the code is good only together with it.")
    code: str = said("The eight digits of the mail; blanks and full-width digits are taken.")
    device: str | None = said(
        "A label for the session, such as `iPhone`, at most 60 characters.", default=None
    )


@strawberry.input(description="Another password for whoever is signed in.")
class ChangePasswordInput:
    current_password: str = said("The password until now.")
    new_password: str = said(_NEW_PASSWORD)


@strawberry.input(description="Somebody who forgot the password.")
class RequestPasswordResetInput:
    login: str = said("The login, an e-mail address; case aside.")


@strawberry.input(description="The code from the mailbox, and another password.")
class ResetPasswordInput:
    ticket: str = said(
        "What `requestPasswordReset` answered: the code is good only together with it."
    )
    code: str = said("The eight digits of the mail; blanks and full-width digits are taken.")
    new_password: str = said(_NEW_PASSWORD)


@strawberry.type(
    description=(
        "A code is on its way to the mailbox, if there is anything to do: that the address is known"
        " here, or unknown, is told in the mail alone."
    )
)
class TicketPayload:
    ticket: str | None = column(
        "To keep until the person has the code, and to send with it. A secret of this client's."
    )
    expires_at: datetime | None = column("Until when the code is good; five wrong ones end it too.")
    errors: list[UserError] = column("Empty when the input could be used.")


@strawberry.type(description="Whether the password was changed.")
class PasswordPayload:
    ended_sessions: int | None = column(
        "How many sessions ended with it: every other one of the person's. Null if it stays."
    )
    errors: list[UserError] = column("Empty when the password was changed.")


@strawberry.type(description="Your own account as it is now.")
class ResidentPayload:
    resident: Resident | None = changed(oneself.by_ids, description="Yourself.")
    errors: list[UserError] = errors()


async def sign_up(operation: Operation, input: SignUpInput) -> Any:  # noqa: A002
    return await sign_ups.sign_up(
        operation, login=input.login, password=input.password, told=_told(input)
    )


async def confirm_sign_up(operation: Operation, input: ConfirmSignUpInput) -> Any:  # noqa: A002
    return await sign_ups.confirm_sign_up(
        operation, ticket=input.ticket, code=input.code, device=input.device
    )


async def update_profile(operation: Operation, input: UpdateProfileInput) -> Any:  # noqa: A002
    return await profiles.update_profile(operation, told=_told(input))


async def change_password(operation: Operation, input: ChangePasswordInput) -> Any:  # noqa: A002
    return await passwords.change_password(
        operation, current=input.current_password, new=input.new_password
    )


async def request_password_reset(operation: Operation, input: RequestPasswordResetInput) -> Any:  # noqa: A002
    return await passwords.request_password_reset(operation, login=input.login)


async def reset_password(operation: Operation, input: ResetPasswordInput) -> Any:  # noqa: A002
    return await passwords.reset_password(
        operation, ticket=input.ticket, code=input.code, new=input.new_password
    )


def _told(given: SignUpInput | UpdateProfileInput) -> dict[str, Any]:
    """What was told of the profile, by column: null too, but not what is absent."""
    return {
        name: value
        for name, value in vars(given).items()
        if value is not UNSET and name not in ("login", "password")
    }
