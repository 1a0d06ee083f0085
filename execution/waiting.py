"""Awaiting what a level asks for: all of it together."""

from asyncio import Future, ensure_future, sleep, wait
from collections.abc import Awaitable, Sequence
from typing import Any


async def results_of(wanted: Sequence[Awaitable[Any]]) -> list[Any]:
    """What each of ``wanted`` gives, or the exception it raises, in their order.

    Given up, it gives up all of them. Raises what is no error of a field: that one of them was
    cancelled, or that the process is to end.
    """
    if len(wanted) == 1:
        try:
            return [await wanted[0]]
        except Exception as error:  # noqa: BLE001  # the error of whoever wanted it
            return [error]
    tasks: list[Future[Any]] = [ensure_future(each) for each in wanted]
    try:
        await wait(tasks)
    except BaseException:
        # A coroutine that is cancelled before its first step never awaits what it was given, and
        # Python complains of that.
        await sleep(0)
        for task in tasks:
            task.cancel()
        await wait(tasks)
        raise
    return [_result(task) for task in tasks]


def _result(task: Future[Any]) -> Any:
    error = task.exception()
    return task.result() if error is None else error
