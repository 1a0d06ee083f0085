"""The settings of mail: how they are written, and which of them go together."""

from collections.abc import Mapping
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import urlsplit

from server.settings.values import Malformed


def smtp_url(value: str) -> str:
    """An smtp:// or smtps:// URL."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Malformed("give smtp://USER:PASSWORD@HOST or smtps://USER:PASSWORD@HOST")
    return value


def sender(value: str) -> str:
    """A mail address, with a name before it or without."""
    try:
        group = Address(addr_spec=parseaddr(value)[1])
        usable = bool(group.username and group.domain) and value.isprintable()
    except (ValueError, HeaderParseError):
        usable = False
    if not usable:
        raise Malformed("give an address, or a name and an address: 回覧 <kairan@city.example>")
    return value


def mail_problems(values: Mapping[str, object]) -> list[str]:
    """A line for each setting of mail that does not go with another."""
    url = values.get("smtp_url")
    if url is None:
        return []
    problems = []
    if values.get("mail_from") == "kairan@localhost":
        problems.append("KAIRAN_MAIL_FROM is not set: give the address that messages are from")
    parts = urlsplit(str(url))
    if parts.username and parts.scheme == "smtp" and values.get("smtp_tls") is False:
        problems.append(
            "KAIRAN_SMTP_URL has a password and KAIRAN_SMTP_TLS is off: turn it on, or leave the"
            " password out"
        )
    return problems
