"""Work that is not broken off in the middle."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from db.failures import Conflict


async def to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Await ``work`` even where whoever waits is called off meanwhile, and then be called off.

    A COMMIT that was sent is done or not: only its answer tells, and it is told to the client.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        # It has a time limit of its own, as every statement has.
        await asyncio.wait([task])
        failed = task.exception()
        if failed is not None and not isinstance(failed, Conflict):
            # It says more than that the time was up. After a conflict one would only begin again.
            raise failed from None
        raise
