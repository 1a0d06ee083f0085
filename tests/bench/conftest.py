"""The smallest city that the bench can ask, and all of its contenders on it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bench.city import loaded_city
from bench.contenders import CONTENDERS, Contender, Place, Server, running
from bench.database import Database, prepared
from bench.size import Size
from bench.tokens import tokens
from bench.wire import Counter, counting
from server.keys.tokens import Tokens

# All six requests can be asked of one server.
SETTINGS = {"KAIRAN_PAGE_MAX": "2000"}


@dataclass(frozen=True)
class Asked:
    """A contender's server, and who counts its statements."""

    server: Server
    counter: Counter


@dataclass(frozen=True)
class Field:
    """The contenders on one city."""

    database: Database
    issuer: Tokens
    by_name: dict[str, Asked]


@pytest.fixture(scope="session")
def field() -> Iterator[Field]:
    """All four, started as the bench starts them."""
    with TemporaryDirectory(prefix="kairan-") as made, ExitStack() as stack:
        folder = Path(made)
        # PostgreSQL passes through, whoever it runs as.
        folder.chmod(0o711)
        addresses = stack.enter_context(loaded_city(Size(10), lambda _line: None, folder))
        database = stack.enter_context(prepared(addresses))

        def start(contender: Contender) -> Asked:
            counter = stack.enter_context(counting(database.url_for(contender.has_walls)))
            place = Place(counter.database_url, folder, SETTINGS)
            return Asked(stack.enter_context(running(contender, place)), counter)

        with ThreadPoolExecutor() as together:
            by_name = dict(zip(CONTENDERS, together.map(start, CONTENDERS.values()), strict=True))
        yield Field(database, tokens(folder / "signing-key.pem"), by_name)
