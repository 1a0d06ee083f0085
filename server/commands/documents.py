"""`kairan documents`: which documents apps may ask for by their hash, and what they cost."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from db import registry
from db.registry import RegistryError
from resolvers.errors import KairanError
from schema.build import build_schema
from schema.executor import core_of
from server.commands.database import DatabaseRefused, beside_or_owned_database
from server.documents import manifest
from server.documents.documents import DocumentRefused, Documents, Figures
from server.documents.manifest import Found, ManifestError
from server.settings.setting import SettingsError
from server.settings.settings import Settings


class DocumentsRefused(Exception):
    """Documents that a server with these settings would not run; a line for each."""


REFUSALS = (SettingsError, DatabaseRefused, ManifestError, RegistryError, DocumentsRefused)
_FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)


@click.group()
def documents() -> None:
    """The documents that apps ask for by their hash, and what a document costs.

    FILES are .graphql files, manifests as GraphQL Code Generator, Relay and Apollo write them, or
    folders of both. Running servers notice a change within seconds.
    """


@contextmanager
def _refusals_as_messages() -> Iterator[None]:
    try:
        yield
    except (
        SettingsError,
        DatabaseRefused,
        ManifestError,
        RegistryError,
        DocumentsRefused,
    ) as error:
        raise click.ClickException(str(error)) from error


@documents.command()
@_FILES
def register(files: tuple[Path, ...]) -> None:
    """Register the documents in FILES, all of them or, where one is refused, none."""
    with _refusals_as_messages():
        settings = Settings.from_environ(os.environ)
        found = manifest.read(files)
        checked(settings, found)
        texts = list(dict.fromkeys(each.text for each in found))
        with beside_or_owned_database(settings, click.echo) as owner_url:
            new = registry.register(owner_url, settings.city, texts, datetime.now(UTC))
        for text, is_new in zip(texts, new, strict=True):
            click.echo(f"{shown_id(text)}  {'registered' if is_new else 'was registered'}")


@documents.command("list")
def list_() -> None:
    """List what is registered: the id, since when, the operations."""
    with _refusals_as_messages():
        settings = Settings.from_environ(os.environ)
        with beside_or_owned_database(settings, click.echo) as owner_url:
            found = registry.registered(owner_url, settings.city)
        reader = _reader(settings)
        for each in found:
            try:
                names = ", ".join(figures.name for figures in reader.figures(each.text))
            except (KairanError, DocumentRefused) as error:
                names = f"is refused now: {_reasons(error)[0]}"
            since = each.registered_at.isoformat(timespec="seconds")
            click.echo(f"{shown_id(each.text)}  {since}  {names}")


@documents.command()
@click.argument("ids", nargs=-1, required=True)
def remove(ids: tuple[str, ...]) -> None:
    """Remove documents by their IDS: apps that still ask for them are refused."""
    with _refusals_as_messages():
        settings = Settings.from_environ(os.environ)
        hashes = [_hash_of(id_) for id_ in ids]
        with beside_or_owned_database(settings, click.echo) as owner_url:
            removed = registry.remove(owner_url, settings.city, hashes)
        for hash_, was_there in zip(hashes, removed, strict=True):
            outcome = "removed" if was_there else "was not registered"
            click.echo(f"sha256:{hash_.hex()}  {outcome}")


@documents.command()
@_FILES
def check(files: tuple[Path, ...]) -> None:
    """Show what the operations in FILES cost, and fail where one would be refused.

    Needs no database and no server: for front-end teams, before they release an app.
    """
    with _refusals_as_messages():
        settings = Settings.from_environ(os.environ)
        checked(settings, manifest.read(files), click.echo)


def checked(
    settings: Settings, found: Sequence[Found], say: Callable[[str], None] = lambda _line: None
) -> None:
    """Raise DocumentsRefused unless a server with ``settings`` runs all of ``found``.

    :param say: told the figures of each operation, a line each.
    """
    reader = _reader(settings)
    problems: list[str] = []
    for each in found:
        try:
            for figures in reader.figures(each.text):
                say(f"{each.place}: {described(figures, settings)}")
        except (KairanError, DocumentRefused) as error:
            problems.extend(f"{each.place}: {reason}" for reason in _reasons(error))
    if problems:
        raise DocumentsRefused("\n".join(problems))


def described(figures: Figures, settings: Settings) -> str:
    """An operation's figures beside what is taken at most."""
    most = settings.document_limits.most
    cost = f"cost {figures.cost}"
    if figures.highest_cost != figures.cost:
        cost += f" (with the largest pages {figures.highest_cost})"
    return f"{figures.name}: {cost} of {most['cost']}, depth {figures.depth} of {most['depth']}"


def shown_id(text: str) -> str:
    """The id of a document as clients send it."""
    return f"sha256:{registry.id_of(text).hex()}"


def _reader(settings: Settings) -> Documents:
    return Documents(core_of(build_schema()), settings.document_limits, page_max=settings.page_max)


def _reasons(error: KairanError | DocumentRefused) -> list[str]:
    if isinstance(error, KairanError):
        return [str(error)]
    return [_reason(each.message, each.locations or ()) for each in error.errors]


def _reason(message: str, locations: Iterable[object]) -> str:
    lines = [getattr(location, "line", None) for location in locations]
    return f"line {lines[0]}: {message}" if lines else message


def _hash_of(id_: str) -> bytes:
    hash_ = id_.removeprefix("sha256:")
    try:
        found = bytes.fromhex(hash_)
    except ValueError:
        found = b""
    if len(found) != 32:
        raise click.UsageError(f"{id_} is no id: give it as `kairan documents list` shows it")
    return found
