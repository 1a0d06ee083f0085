"""Ids of new rows."""

from datetime import datetime
from uuid import UUID

import uuid_utils


def new_id(at: datetime) -> UUID:
    """A UUIDv7 of the moment ``at`` (RFC 9562): sorts by time, and places ledger rows by month."""
    return UUID(bytes=uuid_utils.uuid7(nanoseconds=round(at.timestamp() * 1_000_000) * 1000).bytes)
