"""A batch function is asked once for each parent, whoever asks and however often."""

import asyncio
from collections.abc import Sequence

import pytest

from resolvers.batching import _Columns


class Doubling:
    """A batch function that doubles, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.columns = _Columns(self._load)

    async def _load(self, numbers: Sequence[int]) -> Sequence[int]:
        self.asked.append(list(numbers))
        await asyncio.sleep(0)
        if 13 in numbers:
            raise LookupError("nobody doubles 13")
        # Of 7 nothing is told, as if the function were wrong.
        return [number * 2 for number in numbers if number != 7]

    async def ask(self, *numbers: int, is_alone: bool) -> list[int]:
        return await self.columns.of(numbers, numbers, is_alone=is_alone)


@pytest.mark.parametrize("is_alone", [True, False])
async def test_the_same_parent_is_asked_for_once_wherever_it_stands(is_alone: bool) -> None:
    doubling = Doubling()
    assert await doubling.ask(3, 1, 3, is_alone=is_alone) == [6, 2, 6]
    assert await doubling.ask(5, 1, is_alone=is_alone) == [10, 2]
    assert await doubling.ask(3, 5, is_alone=is_alone) == [6, 10]
    assert doubling.asked == [[3, 1], [5]]


async def test_whoever_asks_in_company_is_answered_with_the_others() -> None:
    doubling = Doubling()
    assert await doubling.ask(1, 2, is_alone=True) == [2, 4]
    one, other = await asyncio.gather(
        doubling.ask(2, 3, is_alone=False), doubling.ask(3, 4, 1, is_alone=False)
    )
    assert (one, other) == ([4, 6], [6, 8, 2])
    assert doubling.asked == [[1, 2], [3, 4]]


async def test_whoever_asks_alone_is_answered_in_the_same_turn() -> None:
    doubling = Doubling()
    asking = doubling.ask(1, is_alone=True)
    asking.send(None)
    assert doubling.asked == [[1]]
    asking.close()


@pytest.mark.parametrize("is_alone", [True, False])
async def test_an_error_is_told_to_each_who_asks_for_the_same(is_alone: bool) -> None:
    doubling = Doubling()
    for _ in range(2):
        with pytest.raises(LookupError, match="nobody doubles 13"):
            await doubling.ask(12, 13, is_alone=is_alone)
    assert await doubling.ask(14, is_alone=is_alone) == [28]


@pytest.mark.parametrize("is_alone", [True, False])
async def test_values_are_never_shifted_to_another_parent(is_alone: bool) -> None:
    with pytest.raises(ValueError, match="zip"):
        await Doubling().ask(6, 7, 8, is_alone=is_alone)
