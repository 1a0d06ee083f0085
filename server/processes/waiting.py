"""Waits at the start for a database that is starting too."""

import asyncio
import time
from collections.abc import Callable

from db.preflight import absence

_PAUSE = 0.5
_TELL_EVERY = 10.0


def wait_for_database(url: str, seconds: int, say: Callable[[str], None]) -> None:
    """Return when somebody answers at `url`, be it with a refusal, or after `seconds`.

    What is wrong with who answers, or that nobody did, is for `refusals` to tell.
    """
    began = time.monotonic()
    told: tuple[str, float] = ("", -_TELL_EVERY)
    while (reason := asyncio.run(absence(url))) is not None:
        passed = time.monotonic() - began
        if passed >= seconds:
            return
        if reason != told[0] or passed >= told[1] + _TELL_EVERY:
            say(f"Waiting for the database ({seconds - passed:.0f} s more): {reason}")
            told = (reason, passed)
        time.sleep(min(_PAUSE, seconds - passed))
