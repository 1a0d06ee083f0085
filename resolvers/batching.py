"""Turns a batch function into what an ordinary resolver awaits: the reference path.

A batch function takes all parents of a level and the operation, and gives a list as long:
``async def of_groups(groups, operation, *, first, after) -> list``. One statement serves them all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any

from aiodataloader import DataLoader

from resolvers.operation import Operation

Batch = Callable[..., Awaitable[Sequence[Any]]]


def _key(parent: Any) -> Hashable:
    """A parent's identity. A row's holds its group, so that one person under two groups is two."""
    if (
        isinstance(parent, Hashable)
        and not isinstance(parent, Mapping)
        and not hasattr(parent, "keys")
    ):
        return parent
    return (parent.get("group_id"), parent.get("circular_id"), parent["id"])


async def load(operation: Operation, batch: Batch, parent: Any, **arguments: Any) -> Any:
    """``batch`` for one parent, together with all siblings that ask in the same turn.

    Loaders belong to the transaction: what was loaded under older facts is never answered again.
    """
    transaction = await operation.transaction()
    name = (batch, tuple(sorted(arguments.items())))
    loader = transaction.loaders.get(name)
    if loader is None:

        async def load_all(parents: list[Any]) -> list[Any]:
            if not transaction.is_open:
                raise LookupError("the transaction is over: nobody waits for these rows any more")
            found = await operation.run(batch(parents, operation, **arguments))
            return list(found)

        loader = transaction.loaders[name] = DataLoader(load_all, get_cache_key=_key)
    # Fields that ask for the same parent share one future: one that is given up, because an error
    # took its parent, must not cancel it for the others. What it answers then may interest nobody.
    future = loader.load(parent)
    future.add_done_callback(_heard)
    return await asyncio.shield(future)


def _heard(future: asyncio.Future[Any]) -> None:
    """Or else asyncio reports an exception that nobody asked for."""
    if not future.cancelled():
        future.exception()
