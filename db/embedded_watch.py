"""Starts our own PostgreSQL again when it was killed: nobody else would."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from db.embedded import EmbeddedPostgres
from db.embedded_programs import EmbeddedError

log = logging.getLogger("kairan.postgres")

LOOK_SECONDS = 0.25
LONGEST_PAUSE = 10.0


@contextmanager
def kept_running(postgres: EmbeddedPostgres) -> Iterator[None]:
    """Inside, it is started again whenever its process is gone, and the log tells.

    A single connection that is killed is PostgreSQL's own affair: it recovers by itself.
    """
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(postgres, over), name="postgres-watch")
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _watch(postgres: EmbeddedPostgres, over: threading.Event) -> None:
    pause = LOOK_SECONDS
    while not over.wait(pause):
        try:
            if postgres.revive():
                log.error("PostgreSQL was gone: it was started again")
            pause = LOOK_SECONDS
        except (EmbeddedError, OSError) as error:
            pause = min(pause * 2, LONGEST_PAUSE)
            log.error(
                "PostgreSQL is gone and does not start: %s; next try in %.1f s",
                error,
                pause,
                extra={"failure": type(error)},
            )
