"""A signed token as text (JWS Compact Serialization, RFC 7515), read without any leniency.

One value has one spelling: whatever a lenient reader would take for the same is refused, so that no
two readers can differ on what a token says (RFC 8725, sections 2.4 and 3.10).
"""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

_SEGMENT = re.compile(r"[A-Za-z0-9_-]+")
# Ours has some 110 characters. Nothing longer is parsed before the signature is verified.
_LONGEST_HEADER = 256


class NotCompact(ValueError):
    """The text is no signed token in its one spelling."""


@dataclass(frozen=True)
class Compact:
    """A token in its parts; nothing of it is verified yet."""

    header: dict[str, Any]
    payload: bytes


def split(text: str) -> Compact:
    """The parts of a token. Raises NotCompact."""
    segments = text.split(".")
    if len(segments) != 3:
        raise NotCompact("not three parts")
    if len(segments[0]) > _LONGEST_HEADER:
        raise NotCompact("the header is too long")
    header, payload, _signature = map(_decoded, segments)
    return Compact(object_of(header), payload)


def object_of(raw: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8 that names nothing twice. Raises NotCompact."""
    try:
        found = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_named_once, parse_constant=_no_number
        )
    except NotCompact:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCompact("no JSON") from error
    if not isinstance(found, dict):
        raise NotCompact("no object")
    return found


def _decoded(segment: str) -> bytes:
    if not _SEGMENT.fullmatch(segment):
        raise NotCompact("no base64url")
    try:
        raw = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except ValueError as error:
        raise NotCompact("no base64url") from error
    # The last character has bits to spare.
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != segment:
        raise NotCompact("another spelling of base64url")
    return raw


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCompact("a name stands twice")
    return found


def _no_number(word: str) -> NoReturn:
    raise NotCompact(f"{word} is no number")
