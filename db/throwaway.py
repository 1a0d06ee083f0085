"""A PostgreSQL that is gone afterwards: for tests, and to see what migrations make of nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from db.embedded import Addresses, EmbeddedPostgres


@contextmanager
def throwaway_postgres(
    last_words: Callable[[str], None] | None = None,
) -> Iterator[Addresses]:
    """An empty database `kairan` with its roles, in a folder of its own; fast, and not safe.

    :param last_words: told PostgreSQL's own log before it is gone.
    """
    with TemporaryDirectory(prefix="kairan-") as folder:
        # Where we are root, PostgreSQL is not, and has to pass through.
        Path(folder).chmod(0o711)
        postgres = EmbeddedPostgres(Path(folder) / "postgres", fast_and_unsafe=True)
        with postgres as addresses:
            yield addresses
        if last_words is not None:
            last_words(postgres.said())
