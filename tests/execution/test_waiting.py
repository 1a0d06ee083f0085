"""What a level waits for is awaited together, and given up together."""

import asyncio
import gc
import warnings

from execution.waiting import results_of


async def _fails() -> None:
    raise LookupError("not there")


async def _gives(value: int) -> int:
    await asyncio.sleep(0)
    return value


class EmptyError(Exception):
    """An exception that is false."""

    def __len__(self) -> int:
        return 0


async def _fails_with_nothing() -> None:
    raise EmptyError


async def test_what_fails_stands_as_its_exception_in_its_own_place() -> None:
    [one, other, empty] = await results_of([_gives(1), _fails(), _fails_with_nothing()])
    assert one == 1
    assert repr(other) == "LookupError('not there')"
    assert type(empty) is EmptyError
    [alone] = await results_of([_fails()])
    assert repr(alone) == "LookupError('not there')"


async def test_what_is_given_up_before_its_first_step_leaves_nothing_that_nobody_awaits() -> None:
    said: list[str] = []

    async def asked(number: int) -> None:
        said.append(f"{number} begun")
        try:
            await asyncio.Event().wait()
        finally:
            said.append(f"{number} given up")

    async def wrapped(number: int, inner: object) -> None:
        await inner  # type: ignore[misc]

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        task = asyncio.create_task(results_of([wrapped(n, asked(n)) for n in range(2)]))
        # Its own first step, and not that of the two.
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        gc.collect()
    assert task.cancelled()
    assert [str(warning.message) for warning in warned] == []
    assert said == ["0 begun", "1 begun", "0 given up", "1 given up"]
