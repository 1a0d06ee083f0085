"""Entering: the database learns who asks, and tells what he is to the city."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import orjson

from permissions.viewer import Viewer, viewer_from_facts


@dataclass(frozen=True)
class Caller:
    """Whom the token names: a person and a session, or nobody, in a city."""

    city: int
    person: UUID | None = None
    session: UUID | None = None


# The facts are asked for by every transaction; what they mean, once they were understood, is not
# worked out again while they are the same to the letter.
@lru_cache(1024)
def viewer_of(facts: str, caller: Caller) -> Viewer:
    """The viewer that the facts make of the caller.

    :param facts: what ``app.enter`` answered, as text.
    """
    return viewer_from_facts(
        orjson.loads(facts), city=caller.city, person=caller.person, session=caller.session
    )
