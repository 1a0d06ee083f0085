"""Ending sessions of one's own. $1 is the city, $2 the person."""

from uuid import UUID

from db.reading import Reading

_END = """
    update kairan.sessions set ended_at = $4
    where city = $1 and person = $2 and id = $3 and ended_at is null and expires_at > $4
    returning id
"""
_END_OTHERS = """
    update kairan.sessions set ended_at = $4
    where city = $1 and person = $2 and id <> $3 and ended_at is null and expires_at > $4
    returning id
"""


async def end(reading: Reading, session: UUID) -> bool:
    """End a session of the viewer's; False where he has no such open one."""
    viewer = reading.viewer
    return bool(await reading.fetch(_END, viewer.city, viewer.person, session, reading.at))


async def end_others(reading: Reading) -> None:
    """End every session of the viewer's but the one he acts in."""
    viewer = reading.viewer
    await reading.fetch(_END_OTHERS, viewer.city, viewer.person, viewer.session, reading.at)
