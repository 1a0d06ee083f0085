"""Another password: of somebody who is signed in, and of somebody who forgot his."""

from typing import Any
from uuid import UUID

from db.acts import codes
from db.statements import accounts, residents
from db.transaction import Transaction
from resolvers import letters, tickets
from resolvers.acts.act import Act, Refused, perform, refuse
from resolvers.errors import UserErrorCode, user_errors
from resolvers.mailboxes import LOGIN_LENGTH, login_of
from resolvers.operation import Operation
from resolvers.passwords import NOBODYS_HASH, choose, hash_of, matches
from resolvers.rates import Kind
from resolvers.sign_ups import WRONG_CODE, personal

_PURPOSE = "PASSWORD_RESET"
_TOLD = ("display_name", "family_name", "given_name", "kana", "phone", "email", "birth_date")


async def change_password(operation: Operation, *, current: str, new: str) -> dict[str, Any]:
    """Change the password of whoever is signed in, resident or staff; his other sessions end.

    The two hashes are made between two transactions, so that nobody waits for a connection
    meanwhile: the second changes the password only if it is still the one that was verified.
    """

    async def look(act: Act) -> dict[str, Any]:
        act.permit(person=act.viewer.person)
        found = await codes.own_login(act.transaction)
        rows = await residents.viewer(act.transaction) if act.viewer.is_resident else ()
        told = {column: rows[0][column] for column in _TOLD} if rows else {}
        return {"login": found, "told": told}

    looked = await perform(operation, "changePassword", look, isolation="read committed")
    if looked["errors"]:
        return _refused(looked["errors"])
    found, told = looked["result"]["login"], looked["result"]["told"]
    try:
        await choose(new, "newPassword", personal(found["login"] if found else "", told))
    except Refused as error:
        return _refused(error.errors)
    # Guessed with somebody's open browser, it is a guess like any other.
    await operation.limit(Kind.SIGN_IN, found["login"] if found else "")
    hashing = operation.services.hashing
    verified = found["password_hash"] if found else NOBODYS_HASH
    right = await hashing.run(matches, verified, current)
    hashed = await hashing.run(hash_of, new)

    async def change(act: Act) -> int:
        ended = None
        if right and found is not None:
            ended = await codes.change_password(act.transaction, verified=verified, new=hashed)
        if ended is None:
            message = "The current password is wrong."
            refuse(UserErrorCode.WRONG_PASSWORD, message, "currentPassword")
        return ended

    changed = await perform(operation, "changePassword", change, isolation="read committed")
    if changed["errors"]:
        return _refused(changed["errors"])
    await operation.forgive(Kind.SIGN_IN, found["login"])
    operation.services.post.send(letters.password_changed(found["login"]))
    return {"ended_sessions": changed["result"], "errors": []}


async def request_password_reset(operation: Operation, *, login: str) -> dict[str, Any]:
    """Mail a code to whoever has this login; the answer is the same where nobody has."""
    address = login_of(login)
    usable = len(login) <= LOGIN_LENGTH and "\0" not in login
    await operation.limit(Kind.MAIL, address)
    find = accounts.find(operation.services.pool, address if usable else "")
    identity = await operation.run(find)
    if identity is not None and identity.city != operation.caller.city:
        identity = None

    async def wait(transaction: Transaction) -> tickets.Ticket:
        person = str(identity.person) if identity is not None else None
        return await tickets.issue(transaction, _PURPOSE, {"person": person, "login": address})

    ticket = await operation.change(wait, isolation="read committed")
    if identity is not None:
        operation.services.post.send(letters.reset_code(address, ticket.code, tickets.MINUTES))
    return {"ticket": ticket.text, "expires_at": ticket.expires_at, "errors": []}


async def reset_password(
    operation: Operation, *, ticket: str, code: str, new: str
) -> dict[str, Any]:
    """Set the password of whoever the code was mailed to; all his sessions end."""
    await tickets.count_try(operation, ticket)
    try:
        await choose(new, "newPassword", ())
    except Refused as error:
        return _refused(error.errors)
    # Before it is known whether the code is right, so that time does not tell.
    hashed = await operation.services.hashing.run(hash_of, new)

    async def reset(transaction: Transaction) -> tuple[str, int] | None:
        parcel = await tickets.redeem(transaction, _PURPOSE, ticket, code)
        if parcel is None or parcel["person"] is None:
            return None
        ended = await codes.reset_password(transaction, UUID(parcel["person"]), new=hashed)
        return None if ended is None else (parcel["login"], ended)

    done = await operation.change(reset, isolation="read committed")
    if done is None:
        return _refused([WRONG_CODE])
    login, ended = done
    operation.services.post.send(letters.password_changed(login))
    return {"ended_sessions": ended, "errors": []}


def _refused(errors: list[dict[str, Any]]) -> dict[str, Any]:
    return {"ended_sessions": None, "errors": user_errors(errors)}
