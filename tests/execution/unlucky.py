"""A library in which anything may go wrong. What does follows from the numbers of its things alone,
so that it is the same however they are asked for.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import PermissionExtension
from strawberry.schema.config import StrawberryConfig

from tests.execution.unlucky_columns import column_of, kin_column, kin_of, named_of, said_of
from tests.execution.unlucky_notes import Note, note_of, noted, notes_of
from tests.execution.unlucky_things import Context, Item, Mishap, Mood, On, pause, some
from tests.execution.veils import Knock, Late, Quiet, SlowVeil, Suffix, Torn, Veil


def at_once(name: str, value: Any, **odds: int) -> Any:
    """A field that is resolved object by object."""

    def resolver(root: Any) -> Any:
        return some(root.number, name, value(root) if callable(value) else value, **odds)

    return strawberry.field(resolver=resolver)


def awaited(name: str, value: Any, **odds: int) -> Any:
    """The same, awaited."""

    async def resolver(root: Any) -> Any:
        await pause(root.number)
        return some(root.number, name, value(root) if callable(value) else value, **odds)

    return strawberry.field(resolver=resolver)


def batch(resolver: Any, extensions: Sequence[FieldExtension] = ()) -> Any:
    """A field with a column form."""
    column = {"resolve_column": column_of(resolver)}
    return strawberry.field(resolver=resolver, metadata=column, extensions=list(extensions))


def shown(root: Any) -> str | None:
    """What is behind a veil, where anything is."""
    return some(root.number, "shown", f"v{root.number}")  # type: ignore[no-any-return]


async def shown_later(root: Any) -> str | None:
    """The same, awaited."""
    await pause(root.number)
    return some(root.number, "shown later", f"l{root.number}")  # type: ignore[no-any-return]


def near_of(root: Any, n: int = 1) -> Any:
    """Another thing."""
    return some(root.number, "near", Item(root.number * 5 + n))


def pieces_of(root: Any) -> Any:
    """Items of every kind: values, none, awaitables, errors; in a list, a tuple or a generator."""
    found = [piece(root.number, n) for n in range(3)]
    return [found, tuple(found), (each for each in found)][root.number % 3]


def piece(number: int, n: int) -> Any:
    """One of them."""
    kind = (number * 3 + n) % 11
    if kind == 3:
        return shown_later(Item(number))
    return {1: None, 2: Mishap(f"piece {number}")}.get(kind, f"p{n}")


async def stream_of(root: Any) -> Any:
    """A list that comes bit by bit, and may break off."""

    async def bits() -> AsyncIterator[Any]:
        for n in range(2):
            await pause(n)
            yield some(root.number + n, "bit", Item(root.number + n), error=12)

    return bits()


async def loaded_of(root: Any, info: strawberry.Info[Any, Any]) -> Any:
    """By a batch loader."""
    return await info.context.loader.load(root.number)


def tally_now(info: strawberry.Info[Any, Any]) -> int:
    """How much has been written down so far."""
    return len(info.context.log)


async def tally_later(info: strawberry.Info[Any, Any]) -> int:
    """The same, a few turns later."""
    for _ in range(3):
        await pause(1)
    return len(info.context.log)


def guarded(*extensions: FieldExtension) -> Any:
    """A field behind extensions."""
    return batch(shown, extensions)


@strawberry.interface
class Thing:
    number: int
    name: str = strawberry.field(name="titel")
    nick: str | None
    mood: Mood | None
    weight: float | None
    size: int | None
    on: On | None
    must_on: On
    moody: str | None
    late: str | None
    label: str | None = at_once("label", lambda root: f"s{root.number}")
    must_label: str = at_once("must label", lambda root: f"m{root.number}", error=2, none=2)
    slow: str | None = awaited("slow", lambda root: f"w{root.number}")
    must_slow: int = awaited("must slow", lambda root: root.number, error=2, none=2)
    wrong: int | None = at_once("wrong", "no number", error=2)
    grid: list[list[int | None] | None] | None = at_once("grid", lambda root: root.grid)
    strict_grid: list[list[int]] | None = at_once("strict grid", lambda root: root.grid, error=2)
    lines: list[list[str] | None] = at_once("lines", lambda root: root.lines, error=2, none=2)
    pieces: list[str | None] | None = strawberry.field(resolver=pieces_of)
    strict_pieces: list[str] | None = strawberry.field(resolver=pieces_of)
    stream: list["Thing | None"] | None = strawberry.field(resolver=stream_of)
    near: "Thing | None" = strawberry.field(resolver=near_of)
    near_by_column: "Thing | None" = batch(near_of)
    must_near: "Thing" = at_once(
        "must near", lambda root: Item(root.number * 5 + 3), error=2, none=2
    )
    loaded: "Thing | None" = strawberry.field(resolver=loaded_of)
    found: list[Annotated["Found", strawberry.lazy("tests.execution.unlucky")]] | None = awaited(
        "found", lambda root: [Item(root.number * 3 + n) for n in range(3)]
    )
    kin: list["Thing | None"] | None = strawberry.field(
        resolver=kin_of, metadata={"resolve_column": kin_column}
    )
    must_kin: list["Thing"] = strawberry.field(
        resolver=kin_of, metadata={"resolve_column": kin_column}
    )
    veiled_kin: list["Thing"] | None = strawberry.field(
        resolver=kin_of, metadata={"resolve_column": kin_column}, extensions=[Veil("veiled kin")]
    )
    notes: list[Note | None] | None = noted(notes_of)
    must_notes: list[Note] | None = noted(notes_of)
    note: Note | None = noted(note_of)
    said: str | None = batch(said_of)
    says: str | None = strawberry.field(resolver=said_of)
    suffixed: str | None = batch(said_of, [Suffix("suffixed")])
    named: str = batch(named_of, [Suffix("named")])
    tally: int = strawberry.field(resolver=tally_now)
    slow_tally: int = strawberry.field(resolver=tally_later)
    veiled: str | None = guarded(Veil("veiled"))
    read_veiled: str | None = strawberry.field(extensions=[Veil("read veiled")])
    twice_veiled: str | None = guarded(Veil("first"), Veil("second"))
    must_veiled: str = guarded(Veil("must veiled"))
    torn: str | None = guarded(Torn("torn"))
    slowly_veiled: str | None = batch(shown_later, [SlowVeil("slowly veiled")])
    mixed_veiled: str | None = batch(shown_later, [SlowVeil("slow first"), Veil("then quick")])
    knocked: str | None = strawberry.field(resolver=shown_later, extensions=[Knock("knocked")])
    quiet: str | None = strawberry.field(
        resolver=shown, extensions=[PermissionExtension([Quiet()], fail_silently=True)]
    )
    loud: str | None = strawberry.field(
        resolver=shown_later, extensions=[PermissionExtension([Late()])]
    )
    must_loud: str = strawberry.field(
        resolver=shown_later, extensions=[PermissionExtension([Late()])]
    )


@strawberry.type
class Book(Thing):
    pages: int | None = at_once("pages", 300)

    @classmethod
    def is_type_of(cls, value: Any, _info: Any) -> bool:
        """Books are even."""
        return bool(value.number % 2 == 0)


@strawberry.type
class Box(Thing):
    inside: list[Book | None] = at_once(
        "inside", lambda root: [Item(root.number + n) for n in (1, 2)]
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: Any) -> bool:
        """Boxes are odd, and nothing is what has the number 35."""
        return bool(value.number % 2 == 1 and value.number != 35)


Found = Annotated[Book | Box, strawberry.union("Found")]


@strawberry.type
class Query:
    @strawberry.field
    def thing(self, number: int = 1) -> Thing | None:
        return Item(number)  # type: ignore[return-value]

    @strawberry.field
    async def must_thing(self, number: int = 2) -> Thing:
        return some(number, "must thing", Item(number))  # type: ignore[no-any-return]

    @strawberry.field
    def things(self, ids: list[int]) -> list[Thing | None]:
        return [Item(number) if number >= 0 else None for number in ids]  # type: ignore[misc]

    @strawberry.field
    async def found(self, n: int = 3) -> list[Found]:
        return [Item(number) for number in range(n % 30)]  # type: ignore[misc]

    @strawberry.field
    def book(self, key: strawberry.ID) -> Book | None:
        return Item(len(key) * 3)  # type: ignore[return-value]

    @strawberry.field
    def note(self, number: int = 1) -> Note | None:
        return Item(number)  # type: ignore[return-value]

    kin: list[Thing | None] | None = strawberry.field(
        resolver=kin_of, metadata={"resolve_column": kin_column}
    )


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def put(
        self, info: strawberry.Info[Context, Any], number: int, waits: int = 0
    ) -> Thing | None:
        info.context.log.append(("begins", number))
        for _ in range(waits % 5):
            await pause(1)
        info.context.log.append(("ends", number))
        return some(number, "put", Item(number))  # type: ignore[no-any-return]

    @strawberry.mutation
    def must_put(self, info: strawberry.Info[Context, Any], number: int) -> Thing:
        info.context.log.append(("at once", number))
        return some(number, "must put", Item(number))  # type: ignore[no-any-return]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def things(self, ids: list[int]) -> AsyncIterator[Thing | None]:
        for number in ids[:4]:
            await pause(number)
            yield some(number, "event", Item(number))

    @strawberry.subscription
    async def must_things(self, ids: list[int]) -> AsyncIterator[Thing]:
        for number in ids[:4]:
            if number == 13:
                raise Mishap("no more of them")
            yield Item(number)  # type: ignore[misc]


def unlucky(executor: Any = None) -> strawberry.Schema:
    """The schema on an executor; None for Strawberry's own."""
    chosen: dict[str, Any] = {} if executor is None else {"execution_context_class": executor}
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Book, Box],
        config=StrawberryConfig(),
        **chosen,
    )
