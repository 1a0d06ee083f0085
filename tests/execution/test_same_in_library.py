"""Whatever goes wrong in a library, breadth first the answer is the reference executor's.

Resolvers that raise, at once or when awaited; columns that do not fit; verdicts that are awaited,
or are none; lists that break off; serial mutations; subscriptions. Each document is asked several
times with other variables, and once so that no error hides another. ``KAIRAN_FUZZ=20`` tries twenty
times as many documents.
"""

import asyncio
import os
from random import Random

import pytest

from tests.execution.same_in_library import Library, swept
from tests.execution.unlucky_notes import WRITTEN

MORE = int(os.environ.get("KAIRAN_FUZZ", "1"))
EACH = 40


@pytest.mark.parametrize("part", range(6 * MORE))
def test_whatever_goes_wrong_in_a_library_the_answer_is_the_same(part: int) -> None:
    library = Library()

    async def ask() -> None:
        for seed in range(EACH * part, EACH * (part + 1)):
            await library.same(Random(seed))

    with swept():
        asyncio.run(ask())
    # Documents that nobody answers, or in which nothing goes wrong, would show nothing.
    assert library.valid > EACH / 2
    assert library.failing > library.valid


def test_what_was_written_for_it_is_answered_the_same() -> None:
    library = Library()
    with swept():
        asyncio.run(library.same_written())
    assert (library.valid, library.failing > 0) == (len(WRITTEN), True)
