"""Where this process logs, by the settings."""

import contextlib
import logging
import sys
from collections.abc import Iterator

from server.settings.settings import Settings
from server.watch.logs import last_words, logging_to


@contextlib.contextmanager
def logged(settings: Settings) -> Iterator[None]:
    """Inside, to stderr: a JSON object a line, or lines for a person at a terminal."""
    terminal = sys.stderr.isatty()
    json = settings.log_format == "json" or (settings.log_format == "auto" and not terminal)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # A database that is gone is told by us, a line for each request.
    logging.getLogger("asyncpg").setLevel(logging.ERROR)
    with logging_to(sys.stderr.buffer, level=settings.log_level, json=json, colours=terminal):
        with last_words():
            yield
