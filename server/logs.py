"""Where the log goes."""

import logging
import sys


def configure_logs() -> None:
    """To stderr, one line each."""
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # A database that is gone is told by us, a line for each request, and not with its traceback.
    logging.getLogger("asyncpg").setLevel(logging.ERROR)
