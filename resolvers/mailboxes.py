"""Mail addresses: as a login, and as a contact."""

import unicodedata

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

# RFC 5321, 4.5.3.1.3, without the angle brackets.
LOGIN_LENGTH = 254


def login_of(typed: str) -> str:
    """What somebody types as his login, as it is stored: blanks, case and width aside.

    An address has its domain in ASCII (IDNA); what is none is taken as it is.
    """
    found = _read(typed)
    plain = unicodedata.normalize("NFKC", typed).strip()
    return ((found.ascii_email if found else None) or plain).lower()


def new_login(typed: str) -> str | None:
    """The same for an account that is to be opened; None where it is no mail address."""
    found = _read(typed)
    return found.ascii_email.lower() if found is not None and found.ascii_email else None


def contact(typed: str) -> str | None:
    """A contact address as it is shown; None where it is none. Nobody asks its domain."""
    found = _read(typed)
    return found.normalized if found is not None else None


def _read(typed: str) -> ValidatedEmail | None:
    if len(typed) > 2 * LOGIN_LENGTH:
        return None
    # A keyboard in Japanese mode types full-width letters, which mean the same.
    text = unicodedata.normalize("NFKC", typed).strip()
    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
