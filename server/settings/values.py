"""What an operator may write as a value: one parser per kind, each saying what to give instead."""

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from limits import RateLimitItem, parse_many


class Malformed(ValueError):
    """What to give instead; the name and the value are added by the caller."""


def text(value: str) -> str:
    """Any text without blanks."""
    if not value or any(character.isspace() for character in value):
        raise Malformed("give a word without blanks")
    return value


def whole(unit: str, low: int, high: int) -> Callable[[str], int]:
    """A parser of whole numbers from `low` to `high`; `unit` is for the message."""

    def parse(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,12}", value) or not low <= int(value) <= high:
            raise Malformed(f"give {unit} from {low} to {high}")
        return int(value)

    return parse


def switch(value: str) -> bool:
    """on or off."""
    if value not in ("on", "off"):
        raise Malformed("give on or off")
    return value == "on"


def one_of(*words: str) -> Callable[[str], str]:
    """A parser of one of these words."""

    def parse(value: str) -> str:
        if value not in words:
            raise Malformed(f"give {' or '.join(words)}")
        return value

    return parse


def traces_address(value: str) -> str:
    """An http(s):// address; without a path, the one that OTLP names for traces is added."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    # Credentials belong into OTEL_EXPORTER_OTLP_HEADERS: this value is shown.
    if not usable or "@" in value or any(character.isspace() for character in value):
        raise Malformed("give http://HOST:4318 or the full address for traces")
    return value if parts.path.strip("/") else f"{value.rstrip('/')}/v1/traces"


def city_code(value: str) -> str:
    """A municipality code without its check digit (全国地方公共団体コード, first five digits)."""
    if not re.fullmatch(r"[0-9]{5}", value):
        raise Malformed("give the five digits of the municipality code")
    return value


def database_url(value: str) -> str:
    """A postgresql:// URL."""
    # urlsplit reads the port lazily, and raises a message that quotes the whole value.
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("postgresql", "postgres") and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Malformed("give postgresql://ROLE:PASSWORD@HOST/DATABASE")
    return value


def place(value: str) -> Path:
    """A path; a relative one starts at the folder that Kairan is started in."""
    if not value or "\0" in value:
        raise Malformed("give a path")
    return Path(value)


def networks(value: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Addresses and networks, separated by commas; nothing for none."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if value)
    except ValueError:
        raise Malformed(
            "give addresses or networks separated by commas, such as 10.0.0.0/8,2001:db8::7"
        ) from None


def origins(value: str) -> tuple[str, ...]:
    """Origins as browsers send them, separated by commas; nothing for none."""
    found = tuple(part.strip() for part in value.split(",") if value)
    for origin in found:
        # No `*`: an answer to somebody who is signed in is not for any page that asks.
        if not re.fullmatch(r"https?://(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?", origin) or (
            origin.endswith(":443" if origin.startswith("https:") else ":80")
        ):
            raise Malformed(
                "give origins as browsers send them, separated by commas: no path, no *, no"
                " default port, such as https://app.example"
            )
    return found


def rate(value: str) -> RateLimitItem | None:
    """A limit in the notation of ``limits``, or off."""
    if value == "off":
        return None
    try:
        (limit,) = parse_many(value)
    except ValueError:
        raise Malformed("give a number per time, or off") from None
    if not (1 <= limit.amount <= 1_000_000 and 1 <= limit.get_expiry() <= 86_400):
        raise Malformed("give 1 to 1000000 per second, up to per day, or off")
    return limit
