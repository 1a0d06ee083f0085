"""The city that the bench asks: loaded once into a PostgreSQL of its own, and kept.

``python -m bench.city`` loads it and says where; ``--groups 10`` loads a small one beside it.
"""

import asyncio
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import asyncpg
import click

from bench.city_made import made_city
from bench.load import load
from bench.size import FEWEST, WHOLE, Size
from db.embedded import Addresses, EmbeddedPostgres
from migrations import run as migrations

FOLDER = Path(".kairan/bench")
_ROOT = Path(__file__).parent.parent

# What the rows and tables are made by: a city that other code loaded is another city.
_MADE_BY = (
    "bench/city_*.py",
    "bench/landmarks.py",
    "bench/load.py",
    "bench/size.py",
    "db/demo/*.py",
    "migrations/sql/*.sql",
    "migrations/versions/*.py",
)

# Equal for every contender. Memory and write-ahead log as a small production server has them, so
# that no contender meets a checkpoint; what plans and durability hang on stays as it comes.
SETTINGS = {
    "shared_buffers": "512MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "max_connections": "200",
}

_RECREATE = (
    "drop database if exists kairan with (force)",
    "create database kairan owner kairan_owner template template0 encoding 'UTF8' locale 'C'",
    "revoke all on database kairan from public",
    "grant connect on database kairan to kairan_server",
)


def stamp(size: Size) -> dict[str, object]:
    """What a loaded city is recognised by."""
    digest = hashlib.sha256()
    for pattern in _MADE_BY:
        for file in sorted(_ROOT.glob(pattern)):
            digest.update(file.read_bytes())
    return {
        "groups": size.groups,
        "revision": migrations.head(),
        "made by": digest.hexdigest(),
        "settings": SETTINGS,
    }


def place_of(size: Size, folder: Path = FOLDER) -> Path:
    """Where a city of that size is kept: cities of several sizes stand side by side."""
    return folder / f"{size.groups}-groups"


@contextmanager
def loaded_city(
    size: Size, say: Callable[[str], None], folder: Path = FOLDER
) -> Iterator[Addresses]:
    """A running PostgreSQL with a city of that size, which is loaded first where there is none.

    It stops with the context. Raises `EmbeddedError`, for one where another process uses it.
    """
    place = place_of(size, folder)
    if not is_loaded(size, folder):
        _load(size, place, say)
    with EmbeddedPostgres(place) as addresses:
        yield addresses


def is_loaded(size: Size, folder: Path = FOLDER) -> bool:
    """Whether the city that is kept there is the one that would be loaded now."""
    try:
        kept = json.loads(_stamp_file(place_of(size, folder)).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(kept == stamp(size))


def _stamp_file(place: Path) -> Path:
    return place / "city.json"


def _load(size: Size, place: Path, say: Callable[[str], None]) -> None:
    """Load the city anew. Without a stamp from here on, until it is whole and stopped."""
    began = monotonic()
    say(
        f"Loading a city of {size.groups:,} groups into {place}: {size.residents:,} residents,"
        f" {size.memberships:,} memberships, {size.circulars:,} circulars,"
        f" {size.receipts:,} receipts (once; a minute or two for the whole city)"
    )
    with EmbeddedPostgres(place) as addresses:
        _stamp_file(place).unlink(missing_ok=True)
        asyncio.run(_recreate(addresses))
    # Started again, for some settings; without fsync, for it is loaded anew if this fails.
    with EmbeddedPostgres(place, fast_and_unsafe=True) as addresses:
        migrations.upgrade(addresses.owner)
        say("Making its people")
        rows = made_city(size)
        asyncio.run(load(addresses.superuser, rows))
    os.sync()
    _stamp_file(place).write_text(json.dumps(stamp(size), indent=2) + "\n", encoding="utf-8")
    say(f"Loaded in {monotonic() - began:.0f} s")


async def _recreate(addresses: Addresses) -> None:
    connection = await asyncpg.connect(addresses.in_database("postgres").superuser)
    try:
        for name, value in SETTINGS.items():
            await connection.execute(f"alter system set {name} = '{value}'")
        for statement in _RECREATE:
            await connection.execute(statement)
    finally:
        await connection.close()


@click.command()
@click.option(
    "--groups", default=WHOLE, show_default=True, type=click.IntRange(FEWEST), help="How many."
)
def main(groups: int) -> None:
    """Load the city that the bench asks, unless it is there."""
    size = Size(groups)
    with loaded_city(size, click.echo):
        click.echo(f"{place_of(size)} holds a city of {size.groups:,} groups")


if __name__ == "__main__":
    main()
