"""Ids of new rows."""

from datetime import datetime
from uuid import UUID

import uuid_utils


def new_id(at: datetime) -> UUID:
    """A UUIDv7 of the moment ``at`` (RFC 9562): sorts by time, and places ledger rows by month."""
    return UUID(bytes=uuid_utils.uuid7(nanoseconds=round(at.timestamp() * 1_000_000) * 1000).bytes)


def first_id(at: datetime) -> UUID:
    """The smallest UUIDv7 of the moment ``at``: what is newer is larger."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
