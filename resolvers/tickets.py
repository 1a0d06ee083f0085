"""What waits for a code from a mailbox, and the ticket that binds the code to whoever asked.

A code alone would not do: somebody could sign up with another's address just before she does, and
she would open the account with his password by typing the code that reached her last. So a code is
good only together with the ticket of the very request that it was mailed for, and only the holder
of a ticket can use up its tries.

The database keeps hashes and a sealed parcel, all made with the ticket, and never the ticket: who
reads it learns neither a code nor who wanted to sign up.
"""

import base64
import binascii
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from db.acts import codes as statements
from db.transaction import Transaction
from resolvers.operation import Operation
from resolvers.rates import Kind

# NIST SP 800-63B-4 allows a code of six digits by mail; with eight, five tries each of a thousand
# strangers' requests open one account in twenty thousand such attacks.
DIGITS = 8
TRIES = 5
# Some mail servers make a stranger's first message wait a quarter of an hour.
MINUTES = 60
_TICKET_BYTES = 32
_NONCE_BYTES = 12
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015\u2212\u30fc]+")


@dataclass(frozen=True)
class Ticket:
    """What the asker gets, and the code that goes to the mailbox."""

    text: str = field(repr=False)
    code: str = field(repr=False)
    expires_at: datetime


async def issue(transaction: Transaction, purpose: str, parcel: dict[str, Any]) -> Ticket:
    """Let ``parcel`` (what JSON can hold) wait for a new code. Raises DatabaseFailed.

    :param purpose: a ticket for one is none for another.
    """
    key = secrets.token_bytes(_TICKET_BYTES)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    expires_at = transaction.at + timedelta(minutes=MINUTES)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + _lock(key).encrypt(nonce, orjson.dumps(parcel), purpose.encode())
    await statements.keep(
        transaction,
        ticket_hash=_hash(key, f"ticket {purpose}"),
        code_hash=_hash(key, f"code {code}"),
        sealed=sealed,
        until=expires_at,
    )
    return Ticket(base64.urlsafe_b64encode(key).rstrip(b"=").decode(), code, expires_at)


async def redeem(
    transaction: Transaction, purpose: str, ticket: str, code: str
) -> dict[str, Any] | None:
    """The parcel, for the right code of this ticket, once; None for anything else, told alike.

    A wrong code is counted. Raises DatabaseFailed.
    """
    # What is no ticket is looked for all the same: it is to cost what a used one costs.
    key = _key_of(ticket) or secrets.token_bytes(_TICKET_BYTES)
    sealed = await statements.attempt(
        transaction,
        ticket_hash=_hash(key, f"ticket {purpose}"),
        code_hash=_hash(key, f"code {typed(code)}"),
        tries=TRIES,
    )
    if sealed is None:
        return None
    try:
        opened = _lock(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose.encode())
    except InvalidTag:
        return None
    parcel: dict[str, Any] = orjson.loads(opened)
    return parcel


async def count_try(operation: Operation, ticket: str) -> None:
    """Count that a code is tried. Raises KairanError: RATE_LIMITED."""
    await operation.limit(Kind.CODE, ticket[:64])


def typed(code: str) -> str:
    """A code as it was meant: full-width digits are digits, blanks and hyphens between are none."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", code[:64]))


def _key_of(ticket: str) -> bytes | None:
    try:
        key = base64.b64decode(ticket + "=", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return key if len(key) == _TICKET_BYTES else None


def _hash(key: bytes, what: str) -> bytes:
    return hmac.digest(key, what.encode("utf-8", "replace"), "sha256")


def _lock(key: bytes) -> AESGCM:
    return AESGCM(_hash(key, "seal"))
