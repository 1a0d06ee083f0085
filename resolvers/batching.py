"""Asks batch functions: for one parent, as an ordinary resolver does, or for a whole column.

A batch function takes all parents of a level and the operation, and gives a list as long:
``async def of_groups(groups, operation, *, first, after) -> list``. One statement serves them all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, Protocol

from aiodataloader import DataLoader

from resolvers.operation import Operation

Batch = Callable[..., Awaitable[Sequence[Any]]]


def _keys(parents: Sequence[Any]) -> list[Hashable]:
    """The parents' identities. A row's holds its group, so that one person under two groups is two.

    What is no row is an identity itself.
    """
    try:
        return [(row.get("group_id"), row.get("circular_id"), row["id"]) for row in parents]
    except AttributeError:
        return list(parents)


def _key(parent: Any) -> Hashable:
    return _keys([parent])[0]


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


class Asking(Protocol):
    """A field that asks for all objects of a level."""

    context: Operation

    @property
    def is_alone(self) -> bool:
        """Whether nobody else asks anything while this field waits; to be asked when it does."""


async def load_column(
    field: Asking, batch: Batch, parents: Sequence[Any], /, **arguments: Any
) -> list[Any]:
    """``batch`` for all parents of a level, together with whatever other fields ask in this turn.

    Like the loaders of :func:`load` it asks once for the same parent, however often and wherever it
    stands in the document; unlike them it makes no future for each.
    """
    operation = field.context
    transaction = await operation.transaction()
    name = (load_column, batch, *sorted(arguments.items()))
    columns = transaction.loaders.get(name)
    if columns is None:

        def load_all(asked_of: Sequence[Any]) -> Awaitable[Sequence[Any]]:
            if not transaction.is_open:
                raise LookupError("the transaction is over: nobody waits for these rows any more")
            return operation.run(batch(asked_of, operation, **arguments))

        columns = transaction.loaders[name] = _Columns(load_all)
    found: list[Any] = await columns.of(_keys(parents), parents, is_alone=field.is_alone)
    return found


class _Turn:
    """What is asked of a batch function at once: by the identities of the parents."""

    __slots__ = ("asked", "over")

    def __init__(self) -> None:
        self.asked: dict[Hashable, Any] = {}
        self.over: asyncio.Future[None] | None = None

    def end(self) -> asyncio.Future[None]:
        """When it is over: made where somebody else than whoever asks the function waits for it, or
        comes upon what it raised.
        """
        if self.over is None:
            self.over = asyncio.get_running_loop().create_future()
            self.over.add_done_callback(_heard)
        return self.over


class _Columns:
    """What one batch function has given, by parent, and what it is being asked.

    Fields that ask in the same turn of the event loop are answered by one call of it, in the next.
    Whoever asked first calls it, and needs no task for that: the fields of an operation are given
    up together or not at all. A field that asks alone is spared the turn.
    """

    def __init__(self, load_all: Callable[[Sequence[Any]], Awaitable[Sequence[Any]]]) -> None:
        self._load_all = load_all
        self._found: dict[Hashable, Any] = {}
        self._turns: dict[Hashable, _Turn] = {}
        self._next: _Turn | None = None
        # What the first field was given, alone. Mostly there is no other, that would look for it.
        self._first: tuple[dict[Hashable, Any], Sequence[Any]] | None = None

    async def of(
        self, keys: Sequence[Hashable], parents: Sequence[Any], *, is_alone: bool
    ) -> list[Any]:
        """What the function gives for ``parents``, whose identities are ``keys``.

        Raises what it raised, for whoever asked in that turn or asks for the same again.
        """
        if self._first is not None:
            asked, values = self._first
            self._found.update(zip(asked, values, strict=True))
            self._turns.update(dict.fromkeys(asked, _Turn()))
            self._first = None
        elif is_alone and not self._turns:
            asked = dict(zip(keys, parents, strict=True))
            values = await self._load_all(list(asked.values()))
            self._first = (asked, values)
            if len(asked) == len(values) == len(keys):
                return list(values)
            return await self.of(keys, parents, is_alone=True)
        turns, next_ = self._turns, self._next
        is_first = False
        others: dict[_Turn, None] = {}
        for key, parent in zip(keys, parents, strict=True):
            turn = turns.get(key)
            if turn is None:
                if next_ is None:
                    next_ = self._next = _Turn()
                    is_first = True
                turns[key] = next_
                next_.asked[key] = parent
                turn = next_
            others[turn] = None
        if is_first:
            assert next_ is not None
            await self._asked(next_, is_alone=is_alone)
            del others[next_]
        for turn in others:
            # Shared with other fields: one that is given up must not take it from them.
            if turn.asked:
                await asyncio.shield(turn.end())
        found = self._found
        return [found[key] for key in keys]

    async def _asked(self, turn: _Turn, *, is_alone: bool) -> None:
        try:
            try:
                # Whoever else asks in this turn asks along.
                if not is_alone:
                    await asyncio.sleep(0)
            finally:
                self._next = None
            values = await self._load_all(list(turn.asked.values()))
            self._found.update(zip(turn.asked, values, strict=True))
        except Exception as error:
            turn.end().set_exception(error)
            raise
        except BaseException:
            if turn.over is not None:
                turn.over.cancel()
            raise
        turn.asked = {}
        if turn.over is not None:
            turn.over.set_result(None)
