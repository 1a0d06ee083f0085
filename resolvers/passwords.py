"""Passwords: how they are compared, and which may be chosen."""

import asyncio
import re
import threading
import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn
from zxcvbn.matching import RANKED_DICTIONARIES

from resolvers.acts.act import refuse
from resolvers.errors import UserErrorCode

HASHER = PasswordHasher()
# An unknown login costs as much as a wrong password, so that time does not tell them apart. Written
# out, because making it would cost every start a tenth of a second; a test holds its cost equal.
NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4"
    "$hdWkC73kTH+FXKS239wpxw$lY/UvPlXJn8nWaPVpbYz3fj++/yvc58tNdyH5lm7F4U"
)
# What signing in takes at most, and what a new one may have.
PASSWORD_LENGTH = 1024
SHORTEST = 10
LONGEST = 256
# Enough to judge by: what it costs to look for patterns grows faster than the text.
_JUDGED = 64
# "Safely unguessable" in zxcvbn's words, from 10^8 guesses on.
_SCORE = 3
_OURS = ("kairan", "kairanban", "chonaikai", "jichikai", "回覧", "回覧板", "町内会", "自治会")
# zxcvbn keeps the words of the person it judges in a dictionary that all threads share.
_ONE_AT_A_TIME = threading.Lock()


def prepared(password: str) -> str:
    """A password as it is hashed: RFC 8265's OpaqueString, so that every keyboard gives the same.

    Other blanks become spaces, and NFC makes one of what a Mac types as two. Not NFKC: a full-width
    letter stays another one. What RFC 8265 forbids is refused when a password is chosen.
    """
    spaced = "".join(" " if unicodedata.category(c) == "Zs" else c for c in password)
    return unicodedata.normalize("NFC", spaced)


def hash_of(password: str) -> str:
    """The hash of a new password. Slow: run it by ``Services.hashing``."""
    return HASHER.hash(prepared(password))


def matches(hash_: str, password: str) -> bool:
    """Whether it is the password of a hash; as slow when it is not."""
    try:
        return HASHER.verify(hash_, prepared(password[:PASSWORD_LENGTH]))
    except (VerificationError, InvalidHashError):
        return False


async def choose(password: str, field: str, told: Iterable[object]) -> None:
    """Refuse a new password that is too short, too long or easily guessed, naming ``field``.

    Length and a comparison with common ones, and no rule about kinds of characters, as NIST
    SP 800-63B-4 (3.1.1.2) asks.

    :param told: what one who knows the person would try: address, names, numbers.
    """
    chosen = prepared(password)
    if not SHORTEST <= len(chosen) <= LONGEST:
        refuse(UserErrorCode.INVALID, f"Give {SHORTEST} to {LONGEST} characters.", field)
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in chosen):
        refuse(UserErrorCode.INVALID, "Remove the control characters.", field)
    if await asyncio.to_thread(_guessable, chosen, [str(one) for one in told if one]):
        refuse(
            UserErrorCode.WEAK_PASSWORD,
            "This is easily guessed. Make it longer, such as by words that do not belong together.",
            field,
        )


def _guessable(password: str, told: list[str]) -> bool:
    words = dict.fromkeys(word for text in told for word in _pieces(text))
    with _ONE_AT_A_TIME:
        try:
            judged = zxcvbn(password[:_JUDGED], [*_OURS, *words])
        finally:
            RANKED_DICTIONARIES.pop("user_inputs", None)
    return bool(judged["score"] < _SCORE)


def _pieces(text: str) -> list[str]:
    digits = "".join(c for c in text if c.isdigit())
    return [piece for piece in (text, *text.split("@"), *re.split("[@. -]", text), digits) if piece]
