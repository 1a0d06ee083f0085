"""`kairan keys`: which keys sign tokens, a new one, one less."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from server.keys import file as key_file
from server.keys.file import SigningKey, SigningKeyError
from server.keys.ring import SETTLING, signing, verifies_until, verifying_for
from server.settings.setting import SettingsError
from server.settings.settings import Settings


@click.group()
def keys() -> None:
    """The keys that sign access tokens, in KAIRAN_SIGNING_KEY_FILE.

    Running servers notice a change within a second.
    """


@contextmanager
def _settings() -> Iterator[Settings]:
    try:
        yield Settings.from_environ(os.environ)
    except (SettingsError, SigningKeyError) as error:
        raise click.ClickException(str(error)) from error


@keys.command("list")
def list_() -> None:
    """Show the keys: the name, from when it signs, whether it signs or verifies."""
    with _settings() as settings:
        for line in listed(settings.signing_key_file, settings.token_ttl, datetime.now(UTC)):
            click.echo(line)


@keys.command()
@click.option(
    "--in",
    "seconds",
    type=click.IntRange(SETTLING.seconds, 86_400),
    default=SETTLING.seconds,
    show_default=True,
    help="Seconds until the new key signs; give 300 where others keep a copy of jwks.json.",
)
def rotate(seconds: int) -> None:
    """Make a new key. It signs in a moment; the one before verifies until its tokens are over."""
    with _settings() as settings:
        at = datetime.now(UTC)
        made = rotated(
            settings.signing_key_file, settings.token_ttl, at, at + timedelta(seconds=seconds)
        )
        assert made.signs_from is not None
        click.echo(f"{made.id} signs from {made.signs_from.isoformat(timespec='seconds')}")


@keys.command()
@click.argument("name")
def retire(name: str) -> None:
    """Take the key NAME out at once: its tokens are refused, and clients refresh theirs.

    For a key that somebody else may have read. The one that signs stays: rotate first.
    """
    with _settings() as settings:
        retired(settings.signing_key_file, name, datetime.now(UTC))
        click.echo(f"{name} is no key any more")


def listed(path: Path, token_seconds: int, at: datetime) -> list[str]:
    """A line for each key, oldest first."""
    found = key_file.read(path)
    lines = []
    for key in found:
        until = verifies_until(found, key, verifying_for(token_seconds))
        if key is signing(found, at):
            state = "signs"
        elif key.since > at:
            state = "will sign"
        elif until is None:
            state = "verifies until it is retired"
        elif until > at:
            state = f"verifies until {until.isoformat(timespec='seconds')}"
        else:
            state = "is over"
        since = "-" if key.signs_from is None else key.signs_from.isoformat(timespec="seconds")
        lines.append(f"{key.id}  {since:<25}  {state}")
    return lines


def rotated(path: Path, token_seconds: int, at: datetime, signs_from: datetime) -> SigningKey:
    """The new key, written beside those that still verify."""
    found = key_file.made_or_read(path)
    if found[-1].since > at:
        raise SigningKeyError(
            f"{path} has a new key already, {found[-1].id}, that signs from"
            f" {found[-1].since.isoformat(timespec='seconds')}: wait for it, or retire it"
        )
    ends = {key.id: verifies_until(found, key, verifying_for(token_seconds)) for key in found}
    keeping = [key for key in found if (until := ends[key.id]) is None or until > at]
    return key_file.add(path, signs_from=signs_from.replace(microsecond=0), keeping=keeping)


def retired(path: Path, name: str, at: datetime) -> None:
    """Take a key out of the file. Raises SigningKeyError for one that signs, or is not there."""
    found = key_file.read(path)
    if all(key.id != name for key in found):
        raise SigningKeyError(f"{path} has no key {name}: `kairan keys list` names them")
    if signing(found, at).id == name:
        raise SigningKeyError(
            f"{name} signs: run `kairan keys rotate` first, and this when the new one does"
        )
    key_file.rewrite(path, [key for key in found if key.id != name])
