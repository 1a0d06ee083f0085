"""What the server wires once and every operation uses."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from db.pool import Pool
from db.quota import ReleaseQuota
from db.statements.sessions import Limits
from resolvers.foresight import Foresight
from resolvers.hashing import Hashing
from resolvers.letters import Post
from resolvers.rates import Rates


class TokenIssuer(Protocol):
    """Makes access tokens; knows nothing of offices."""

    def issue(
        self, *, city: int, person: UUID, session: UUID, at: datetime, until: datetime | None = None
    ) -> "IssuedToken":
        """A token for an open session, good until ``until`` at the latest."""


@dataclass(frozen=True)
class IssuedToken:
    """An access token and when it stops being one."""

    text: str
    expires_at: datetime


@dataclass(frozen=True)
class Services:
    """What the server wires once and every operation uses."""

    pool: Pool
    clock: Callable[[], datetime]
    tokens: TokenIssuer
    page_max: int
    session_limits: Limits
    rates: Rates
    hashing: Hashing
    quota: ReleaseQuota
    post: Post
    # The name of the executor, by which the whole server is tried with either.
    executor: str = "breadth-first"
    # One after the other begins a change again; a lock of asyncio's belongs to no loop until used.
    again: asyncio.Lock = field(default_factory=asyncio.Lock)
    foresight: Foresight = field(default_factory=Foresight)
