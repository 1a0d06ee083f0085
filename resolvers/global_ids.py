"""Ids and cursors as clients see them: opaque, one per object, holding nothing personal.

A member's id is the membership's: it belongs to the group, and says nothing of the resident.
"""

import base64
import binascii
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

_SEPARATOR = b":"
_CURSOR = "cursor"
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class _Frame(NamedTuple):
    """What ids of one type have in common.

    :ivar prefix: stands before the 16 bytes of the UUID, and ``filling`` after them, so that each
        id is encoded by itself. Of the ``wide`` characters that makes, the first ``shown`` count.
    """

    prefix: bytes
    filling: bytes
    wide: int
    shown: int


@lru_cache(256)
def _frame(type_name: str) -> _Frame:
    prefix = type_name.encode() + _SEPARATOR
    length = len(prefix) + 16
    return _Frame(prefix, bytes(-length % 3), -(-length // 3) * 4, -(-length * 4 // 3))


def to_global_id(type_name: str, local: UUID) -> str:
    """The ``ID`` of an object: its type and UUID in unpadded base64url."""
    prefix, _, _, shown = _frame(type_name)
    encoded = binascii.b2a_base64(prefix + local.bytes, newline=False)
    return encoded[:shown].translate(_URL_SAFE).decode()


def to_global_ids(type_name: str, locals_: Sequence[UUID]) -> list[str]:
    """The same for many: encoded as one text, and cut into ids again."""
    if not locals_:
        return []
    prefix, filling, wide, shown = _frame(type_name)
    packed = (filling + prefix).join([local.bytes for local in locals_])
    encoded = binascii.b2a_base64(prefix + packed + filling, newline=False)
    text = encoded.translate(_URL_SAFE).decode()
    return [text[start : start + shown] for start in range(0, len(text), wide)]


def from_global_id(text: str) -> tuple[str, UUID] | None:
    """The type and UUID of an ``ID``; None for whatever :func:`to_global_id` did not make."""
    try:
        packed = base64.b64decode(
            text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True
        )
        type_name, separator, local = packed.partition(_SEPARATOR)
        if not separator or len(local) != 16:
            return None
        found = (type_name.decode("ascii"), UUID(bytes=local))
    except (UnicodeError, binascii.Error):
        return None
    # base64 has several spellings of one value; only ours is an id, or caches would split.
    return found if to_global_id(*found) == text else None


def local_id(type_name: str, text: str | None) -> UUID | None:
    """The UUID of an ``ID`` of one type; None for any other text."""
    found = from_global_id(text) if text is not None else None
    return found[1] if found is not None and found[0] == type_name else None


def to_cursor(local: UUID) -> str:
    """A cursor: the id of the row it stands on."""
    return to_global_id(_CURSOR, local)


def from_cursor(text: str) -> UUID | None:
    """The row a cursor stands on; None for anything else."""
    return local_id(_CURSOR, text)
