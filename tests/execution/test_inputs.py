"""What a converter makes of a value is what Strawberry makes of it, whatever the type."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Annotated, Any, NewType

import pytest
import strawberry
from graphql import execute, parse
from strawberry.annotation import StrawberryAnnotation
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.relay import GlobalID
from strawberry.relay.types import InvalidGlobalIDError
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import InputContext, convert_argument

from execution.column import COLUMN
from execution.executor import BreadthFirstExecutor
from execution.inputs import converter

Box = NewType("Box", list[int])


@strawberry.enum
class Colour(Enum):
    RED = "red"


@strawberry.input
class Point:
    x: int
    y_axis: int = 7
    called: str | None
    tags: list[str] = strawberry.field(default_factory=lambda: ["t"])
    moved: strawberry.Maybe[int | None]
    kept: strawberry.Maybe[int]
    renamed: int = strawberry.field(name="other", default=0)
    next: Annotated["Point", strawberry.lazy("tests.execution.test_inputs")] | None = None
    colours: list[Colour | None] | None = None
    who: GlobalID | None = None
    one_of: "Either | None" = None


@strawberry.input(one_of=True)
class Either:
    left: int | None = strawberry.UNSET
    point: Point | None = strawberry.UNSET


@strawberry.input
class Narrow:
    words: list[str]

    def __post_init__(self) -> None:
        if len(self.words) > 1:
            raise ValueError("one word at most")


def _made(_type: type, value: Mapping[str, Any], context: InputContext) -> Any:
    assert context.info is not None
    return (value, context.path, context.info.context)


@strawberry.input
class OfItsOwn:
    x: int


OfItsOwn.__strawberry_definition__.from_input = _made  # type: ignore[attr-defined]


@strawberry.input
class Holding:
    own: list[OfItsOwn] | None = None
    again: "Holding | None" = None


def in_columns(resolver: Any) -> Any:
    """A field with a column form that says what came."""

    async def resolve_column(_column: Any, **arguments: Any) -> list[Any]:
        return [resolver(**arguments)]

    return strawberry.field(resolver=resolver, metadata={COLUMN: resolve_column})


def held_of(holding: Holding) -> str:
    return str(holding.own)


def kept_of(own: list[OfItsOwn]) -> str:
    return str(own)


@strawberry.type
class Query:
    held: str = in_columns(held_of)
    kept: str = in_columns(kept_of)

    @strawberry.field
    def asked(self, point: Point, narrow: Narrow, holding: Holding, box: Box) -> int:
        return 0


SCHEMA = strawberry.Schema(
    Query,
    config=StrawberryConfig(scalar_map={Box: strawberry.scalar(name="Box", parse_value=list)}),
)
ID = str(GlobalID("Group", "1"))


def resolved(type_: Any) -> Any:
    return StrawberryAnnotation(type_, namespace=globals()).resolve()


def by_strawberry(type_: Any, value: Any) -> Any:
    return convert_argument(
        value, resolved(type_), SCHEMA.schema_converter.scalar_registry, SCHEMA.config
    )


def by_us(type_: Any, value: Any) -> Any:
    convert = converter(resolved(type_), SCHEMA)
    assert convert is not None
    return convert(value)


POINT = {
    "x": 1,
    "yAxis": 2,
    "called": "p",
    "tags": ["a"],
    "moved": None,
    "kept": 3,
    "other": 4,
    "next": {"x": 5, "next": {"x": 6, "colours": [Colour.RED, None]}},
    "who": ID,
    "oneOf": {"point": {"x": 8, "moved": 9}},
}


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (int, 1),
        (int | None, None),
        (strawberry.ID, "1"),
        (date, date(2026, 1, 1)),
        (Colour, Colour.RED),
        (Box, [1]),
        (list[int], [1, 2]),
        (list[int] | None, None),
        (list[Colour | None], [Colour.RED, None]),
        (list[list[int] | None], [[1], None]),
        (list[Point | None], [{"x": 1}, None]),
        (GlobalID, ID),
        (list[GlobalID | None], [ID, None]),
        (strawberry.Maybe[int], 1),  # type: ignore[misc]
        (strawberry.Maybe[int | None], None),  # type: ignore[misc]
        (strawberry.Maybe[list[Point] | None], [{"x": 1}]),  # type: ignore[misc]
        (Point, POINT),
        (Point, {"x": 1}),
        (Point, {"x": 1, "called": None, "next": None, "colours": None}),
        (Point | None, None),
        (Point | None, strawberry.UNSET),
        (list[int], strawberry.UNSET),
        (Either, {"left": 1}),
        (Either, {"point": POINT}),
        (Narrow, {"words": ["a"]}),
    ],
)
def test_it_makes_the_same_of(type_: Any, value: Any) -> None:
    made = by_us(type_, value)
    assert made == by_strawberry(type_, value)
    assert type(made) is type(by_strawberry(type_, value))


@pytest.mark.parametrize(
    ("type_", "value", "error"),
    [
        (Narrow, {"words": ["a", "b"]}, ValueError),
        (list[Narrow], [{"words": ["a", "b"]}], ValueError),
        (GlobalID, "nobody", InvalidGlobalIDError),
        (Point, {"x": 1, "kept": None}, StrawberryInputCoercionError),
        (list[int], 5, TypeError),
    ],
)
def test_it_raises_the_same_of(type_: Any, value: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as theirs:
        by_strawberry(type_, value)
    with pytest.raises(error) as ours:
        by_us(type_, value)
    assert str(ours.value) == str(theirs.value)


def test_a_list_is_nobody_elses() -> None:
    words, point = ["a"], {"x": 1, "tags": ["b"]}
    by_us(list[str], words).append("more")
    by_us(Point, point).tags.append("more")
    by_us(Point, {"x": 1}).tags.append("more")
    assert (words, point["tags"], by_us(Point, {"x": 1}).tags) == (["a"], ["b"], ["t"])


@pytest.mark.parametrize("type_", [OfItsOwn, list[OfItsOwn], Holding, strawberry.Maybe[Holding]])  # type: ignore[misc]
def test_an_input_that_builds_itself_is_strawberrys_wherever_it_stands(type_: Any) -> None:
    assert converter(resolved(type_), SCHEMA) is None


async def test_it_is_told_where_it_stands_and_in_which_operation_each_time() -> None:
    document = parse("query($own: [OfItsOwn!]) { held(holding: {own: $own}) kept(own: $own) }")
    core = SCHEMA._schema
    for number in range(3):
        answer = await execute(  # type: ignore[misc]
            core,
            document,
            variable_values={"own": [{"x": number}]},
            context_value=f"operation {number}",
            executor_class=BreadthFirstExecutor,
        )
        assert answer.errors is None
        told = f"[({{'x': {number}}}, ('%s', 0), 'operation {number}')]"
        assert answer.data == {"held": told % "holding', 'own", "kept": told % "own"}
