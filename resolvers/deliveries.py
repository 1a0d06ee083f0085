"""Circulars that reached somebody because their body was in an answer."""

import logging
from collections.abc import Callable

from db.acts import circulars
from db.transaction import Transaction
from permissions.releases import Path
from resolvers.operation import Operation

log = logging.getLogger("kairan.deliveries")


async def deliver(operation: Operation, left: Callable[[Path], bool]) -> None:
    """Note the circulars whose body was in the answer, after it left.

    Losing a note is harmless, the next reading makes it again; it must never fail an answer.

    :param left: whether the value at a path was in the answer.
    """
    if operation.caller.person is None:
        return
    bodies, operation.bodies = operation.bodies, []
    delivered = sorted({each for path, each in bodies if left(tuple(path()))})
    if not delivered:
        return

    async def note(transaction: Transaction) -> None:
        own = [standing.membership_id for standing in transaction.viewer.standings.values()]
        await circulars.deliver(transaction, delivered, own)

    try:
        # Another tab may be first, which is as good.
        await operation.change(note, isolation="read committed")
    except Exception:
        log.warning("receipts of %d circulars were lost", len(delivered), exc_info=True)
