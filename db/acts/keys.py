"""Requests that were answered already, by a key the client made. $1 the city, $2 the person."""

from dataclasses import dataclass
from uuid import UUID

from db.reading import Reading

_FIND = """
    select k.mutation, k.request_hash, k.object_id
    from kairan.idempotency_keys k
    where k.city = $1 and k.person = $2 and k.key = $3
"""
_KEEP = """
    insert into kairan.idempotency_keys
        (city, person, key, mutation, request_hash, object_id, used_at)
    values ($1, $2, $3, $4, $5, $6, $7)
"""


@dataclass(frozen=True)
class Answered:
    """What a key was used for, and the object it led to."""

    mutation: str
    request_hash: str
    object_id: UUID


async def find(reading: Reading, key: str) -> Answered | None:
    """What the viewer used ``key`` for, if anything."""
    rows = await reading.fetch(_FIND, reading.viewer.city, reading.viewer.person, key)
    return Answered(**rows[0]) if rows else None


async def keep(reading: Reading, key: str, answered: Answered) -> None:
    """Remember what ``key`` led to. Raises Conflict where it was used meanwhile."""
    await reading.fetch(
        _KEEP,
        reading.viewer.city,
        reading.viewer.person,
        key,
        answered.mutation,
        answered.request_hash,
        answered.object_id,
        reading.at,
    )
