"""Every personal value that a test puts in place or sends, so that no log may hold it."""

import re
from pathlib import Path
from typing import Any

# Columns and arguments whose text is about a person, or is what somebody wrote.
NAMES = frozenset(
    {
        *("display_name", "family_name", "given_name", "kana", "postal_code", "address"),
        *("building", "phone", "email", "login", "password", "message"),
        *("displayName", "name", "familyName", "givenName", "postalCode", "search"),
        *("newPassword", "oldPassword", "currentPassword"),
    }
)
# Shorter ones are parts of ordinary words.
SHORTEST = 4

ROOT = Path(__file__).parents[2]
# The words the program is written in, and so its log: drawn text happens to be one now and then.
WORDS = frozenset(
    word
    for package in ("server", "schema", "resolvers", "db", "permissions", "execution")
    for file in (ROOT / package).rglob("*.py")
    if "demo" not in file.parts
    for word in re.findall("[a-z]+", file.read_text(encoding="utf-8"))
)

PERSONAL: set[str] = set()


def note(found: Any) -> None:
    """Remember the personal text in ``found``: columns, variables, or lists of them."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name in NAMES and isinstance(value, str):
                remember(value)
            else:
                note(value)
    elif isinstance(found, list):
        for value in found:
            note(value)


def remember(value: str) -> None:
    """Remember one value that could be told from an ordinary word."""
    text = value.strip()
    words = any(not character.isascii() or character.isalpha() for character in text)
    if text not in WORDS and len(text) >= (SHORTEST if words else 2 * SHORTEST):
        PERSONAL.add(text)
