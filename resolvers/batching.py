"""Asks batch functions: for one parent, as an ordinary resolver does, or for a whole column.

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
    get = getattr(parent, "get", None)
    if get is None:
        identity: Hashable = parent
        return identity
    return (get("group_id"), get("circular_id"), parent["id"])


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


async def load_column(
    operation: Operation, batch: Batch, parents: Sequence[Any], **arguments: Any
) -> list[Any]:
    """``batch`` for all parents of a level, together with whatever other fields ask in this turn.

    Like the loaders of :func:`load` it asks once for the same parent, however often and wherever it
    stands in the document; unlike them it makes no future for each.
    """
    transaction = await operation.transaction()
    name = (load_column, batch, tuple(sorted(arguments.items())))
    columns = transaction.loaders.get(name)
    if columns is None:

        async def load_all(asked_of: Sequence[Any]) -> Sequence[Any]:
            if not transaction.is_open:
                raise LookupError("the transaction is over: nobody waits for these rows any more")
            return await operation.run(batch(asked_of, operation, **arguments))

        columns = transaction.loaders[name] = _Columns(load_all)
    return await columns.of(list(map(_key, parents)), parents)


class _Columns:
    """What one batch function has given, by parent, and what it is being asked.

    Fields of one level ask in the same turn of the event loop, one after the other; the function is
    called once, in the next.
    """

    def __init__(self, load_all: Callable[[Sequence[Any]], Awaitable[Sequence[Any]]]) -> None:
        self._load_all = load_all
        self._found: dict[Hashable, Any] = {}
        self._turns: dict[Hashable, asyncio.Future[None]] = {}
        self._next: dict[Hashable, Any] = {}
        self._turn: asyncio.Future[None] | None = None
        # The event loop keeps no task alive by itself.
        self._tasks: set[asyncio.Task[None]] = set()

    async def of(self, keys: Sequence[Hashable], parents: Sequence[Any]) -> list[Any]:
        """What the function gives for ``parents``, whose identities are ``keys``.

        Raises what it raised, for whoever asked in that turn or asks for the same again.
        """
        found, turns = self._found, self._turns
        awaited: dict[asyncio.Future[None], None] = {}
        for key, parent in zip(keys, parents, strict=True):
            if key not in found:
                awaited[turns.get(key) or self._asked(key, parent)] = None
        for turn in awaited:
            # Shared with other fields: one that is given up must not take it from them.
            await asyncio.shield(turn)
        return [found[key] for key in keys]

    def _asked(self, key: Hashable, parent: Any) -> asyncio.Future[None]:
        if self._turn is None:
            loop = asyncio.get_running_loop()
            self._turn = loop.create_future()
            self._turn.add_done_callback(_heard)
            loop.call_soon(self._begin)
        self._next[key] = parent
        self._turns[key] = self._turn
        return self._turn

    def _begin(self) -> None:
        turn, self._turn = self._turn, None
        asked, self._next = self._next, {}
        assert turn is not None
        task = asyncio.create_task(self._load(asked, turn))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _load(self, asked: Mapping[Hashable, Any], turn: asyncio.Future[None]) -> None:
        try:
            values = await self._load_all(list(asked.values()))
            self._found.update(zip(asked, values, strict=True))
        except Exception as error:  # noqa: BLE001  # told to whoever waits
            turn.set_exception(error)
        except BaseException:
            turn.cancel()
            raise
        else:
            turn.set_result(None)
