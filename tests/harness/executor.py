"""Which executor the servers of this run are on: the whole suite passes under either."""

import os

EXECUTOR = "KAIRAN_EXECUTOR"


def chosen_executor() -> dict[str, str]:
    """The one setting that a run hands on to all its servers: ``make test-reference``."""
    return {EXECUTOR: os.environ[EXECUTOR]} if EXECUTOR in os.environ else {}
