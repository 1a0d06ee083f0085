"""Passwords are hashed beside the event loop, a few at once, and only so many wait.

Argon2id takes 64 MiB and a tenth of a second each, on purpose (RFC 9106). Without a bound a few
hundred sign-ins at once take the memory of the machine and the time of every other request.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from resolvers.errors import ErrorCode, KairanError

T = TypeVar("T")

# How long a client is told to wait: by then as many as may wait are through, on a slow machine too.
RETRY_AFTER = 5


class Hashing:
    """The places of one process at the hasher.

    :param at_once: how many are hashed at the same time.
    :param waiting: how many may wait for a place; beyond it nobody does.
    """

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._room = at_once + waiting

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """``work(*arguments)`` in a thread, in the order of asking.

        :raises KairanError: OVERLOADED, at once: too many wait already.
        """
        if self._room == 0:
            raise KairanError(
                ErrorCode.OVERLOADED,
                f"Too many people are signing in. Try again in {RETRY_AFTER} seconds.",
                retryAfter=RETRY_AFTER,
            )
        self._room -= 1
        try:
            async with self._places:
                thread = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
                try:
                    return await asyncio.shield(thread)
                except asyncio.CancelledError:
                    # A thread cannot be called off: its place is taken until it is through.
                    await asyncio.wait([thread])
                    raise
        finally:
            self._room += 1
