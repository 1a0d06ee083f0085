"""Signing up: one answer whoever the address belongs to; the account opens from its mailbox."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import jaconv

from db.acts import codes
from db.statements import accounts as statements
from db.transaction import Transaction
from resolvers import letters, sessions, tickets
from resolvers.acts import profiles
from resolvers.acts.act import Refused
from resolvers.errors import UserErrorCode, user_errors
from resolvers.mailboxes import new_login
from resolvers.operation import Operation
from resolvers.passwords import choose, hash_of
from resolvers.rates import Kind

_PURPOSE = "SIGN_UP"
WRONG_CODE = {
    "field": ["input", "code"],
    "code": UserErrorCode.WRONG_CODE,
    "message": "The code is wrong, was used, or is too old. After five wrong ones ask for another.",
}


async def sign_up(
    operation: Operation, *, login: str, password: str, told: Mapping[str, Any]
) -> dict[str, Any]:
    """Let an account wait for the code that is mailed; of a known address nothing is told.

    Known or not, it is the same work and the same answer: argon2 runs, what was typed is kept, a
    letter leaves after the answer. Only the letter says which, to whoever reads that mailbox.

    :param told: the profile, by column.
    :raises KairanError: RATE_LIMITED, OVERLOADED.
    """

    async def check(transaction: Transaction) -> tuple[dict[str, Any], list[Refused]]:
        return await profiles.read(transaction, told)

    address = new_login(login)
    profile, refused = await operation.change(check, isolation="read committed")
    if address is None:
        message = "Give an e-mail address, such as hanako@example.jp."
        refused.insert(0, Refused(UserErrorCode.INVALID, message, "login"))
    try:
        await choose(password, "password", personal(address or "", profile))
    except Refused as error:
        refused.append(error)
    if refused or address is None:
        errors = user_errors(Refused.together(refused).errors)
        return {"ticket": None, "expires_at": None, "errors": errors}
    await operation.limit(Kind.MAIL, address)
    hashed = await operation.services.hashing.run(hash_of, password)
    parcel = {"login": address, "hash": hashed, "profile": profile}
    known = await operation.run(statements.find(operation.services.pool, address)) is not None

    async def wait(transaction: Transaction) -> tickets.Ticket:
        return await tickets.issue(transaction, _PURPOSE, parcel)

    ticket = await operation.change(wait, isolation="read committed")
    operation.services.post.send(
        letters.account_exists(address)
        if known
        else letters.sign_up_code(address, ticket.code, tickets.MINUTES)
    )
    return {"ticket": ticket.text, "expires_at": ticket.expires_at, "errors": []}


async def confirm_sign_up(
    operation: Operation, *, ticket: str, code: str, device: str | None = None
) -> dict[str, Any]:
    """Open the account that waited for this code, and a session; or one error for anything else.

    :raises KairanError: RATE_LIMITED.
    """
    try:
        label = sessions.device_label(device)
    except Refused as refused:
        return sessions.not_opened(refused.errors[0])
    await tickets.count_try(operation, ticket)
    person = uuid4()

    async def open_it(transaction: Transaction) -> bool:
        parcel = await tickets.redeem(transaction, _PURPOSE, ticket, code)
        return parcel is not None and await codes.open_account(
            transaction,
            person,
            login=parcel["login"],
            password_hash=parcel["hash"],
            profile=parcel["profile"],
        )

    if not await operation.change(open_it, isolation="read committed"):
        return sessions.not_opened(WRONG_CODE)
    return await sessions.open_session(
        operation, city=operation.caller.city, person=person, kind="RESIDENT", device=label
    )


def personal(login: str, told: Mapping[str, Any]) -> list[object]:
    """What one who knows a person would try as a password: a name, how it is read, a number."""
    kana = told.get("kana")
    read = jaconv.kana2alphabet(jaconv.kata2hira(kana)) if isinstance(kana, str) else ""
    return [login, *told.values(), read, *read.split()]
