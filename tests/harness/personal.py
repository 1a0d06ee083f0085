"""Every personal value that a test puts in place or sends, so that no log may hold it."""

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
    # The log is written in plain words, and drawn text happens to be one of them now and then.
    is_a_word = text.isascii() and text.isalpha() and text.islower()
    words = any(not character.isascii() or character.isalpha() for character in text)
    if not is_a_word and len(text) >= (SHORTEST if words else 2 * SHORTEST):
        PERSONAL.add(text)
