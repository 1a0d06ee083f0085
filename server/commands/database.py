"""Which database a command works on: the operator's by URL, or one of Kairan's own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from db.demo import load as demo
from db.embedded import Addresses, EmbeddedPostgres
from db.embedded_watch import kept_running
from db.preflight import refusals_now
from migrations import run as migrations
from server.processes.waiting import wait_for_database
from server.settings.settings import Settings


class DatabaseRefused(Exception):
    """We do not work on this database; the message says why and what to do."""


@contextmanager
def served_database(settings: Settings, say: Callable[[str], None]) -> Iterator[str]:
    """The URL that the server connects with, ready to serve; raises `DatabaseRefused`.

    Our own database is started, migrated, filled when asked, started again when it is killed, and
    stopped afterwards. Another one is waited for and looked at: the server's role cannot change
    it, and must not be able to.
    """
    if settings.database_url is None and settings.owner_database_url is not None:
        raise DatabaseRefused(
            "KAIRAN_OWNER_DATABASE_URL is set and KAIRAN_DATABASE_URL is not: the server needs"
            " the latter, with a role that owns nothing"
        )
    if settings.database_url is None:
        with own_database(settings, say) as (postgres, addresses):
            say("Bringing the tables up to date")
            migrations.upgrade(addresses.owner)
            if settings.demo and demo.is_empty(addresses.owner):
                say("Loading the demo city (once)")
                demo.load(addresses.owner)
            refuse_unfit(addresses.server)
            with kept_running(postgres):
                yield addresses.server
    else:
        if settings.demo:
            raise DatabaseRefused(
                "--demo is for the database of Kairan's own: leave it out,"
                " or unset KAIRAN_DATABASE_URL"
            )
        wait_for_database(settings.database_url, settings.database_wait, say)
        refuse_unfit(settings.database_url)
        yield settings.database_url


@contextmanager
def looked_at_database(settings: Settings) -> Iterator[str]:
    """The URL to look things up with, beside a running server or without one."""
    if settings.database_url is None:
        beside = EmbeddedPostgres(settings.data_dir / "postgres").addresses_if_running()
        if beside is not None:
            refuse_unfit(beside.server)
            yield beside.server
            return
    with served_database(replace(settings, database_wait=0), lambda _line: None) as url:
        yield url


@contextmanager
def beside_or_owned_database(settings: Settings, say: Callable[[str], None]) -> Iterator[str]:
    """The owner's URL, beside a running server or without one. Our own database is migrated."""
    if settings.database_url is None and settings.owner_database_url is None:
        beside = EmbeddedPostgres(settings.data_dir / "postgres").addresses_if_running()
        if beside is not None:
            yield beside.owner
            return
    with owned_database(settings, say) as url:
        if settings.owner_database_url is None:
            migrations.upgrade(url)
        yield url


@contextmanager
def owned_database(settings: Settings, say: Callable[[str], None]) -> Iterator[str]:
    """The owner's URL, for commands that change tables or fill them."""
    if settings.owner_database_url is not None:
        wait_for_database(settings.owner_database_url, settings.database_wait, say)
        yield settings.owner_database_url
    elif settings.database_url is not None:
        raise DatabaseRefused(
            "the role of KAIRAN_DATABASE_URL may not change tables:"
            " set KAIRAN_OWNER_DATABASE_URL to the same database as the role that owns them"
        )
    else:
        with own_database(settings, say) as (_postgres, addresses):
            yield addresses.owner


@contextmanager
def own_database(
    settings: Settings, say: Callable[[str], None]
) -> Iterator[tuple[EmbeddedPostgres, Addresses]]:
    """Kairan's own PostgreSQL, running; empty the first time."""
    folder = settings.data_dir / "postgres"
    say(f"Starting PostgreSQL in {folder}")
    postgres = EmbeddedPostgres(folder)
    with postgres as addresses:
        yield postgres, addresses


def refuse_unfit(url: str) -> None:
    """Raise unless the server may serve from `url`."""
    found = refusals_now(url, migrations.head())
    if found:
        raise DatabaseRefused("\n".join(found))
