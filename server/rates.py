"""Wires the counters: which limits the operator set, and the secret that hides what is counted."""

import contextlib
import os
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from db.pool import Pool
from db.rates import PostgresStorage
from resolvers.rates import Kind, Limits, Rates
from server.keys.file import SigningKeyError
from server.settings.settings import Settings

_BYTES = 32


class RateSecretError(SigningKeyError):
    """The file of the secret cannot be used; the message names the file and the cure."""


def rate_secret(path: Path) -> bytes:
    """The secret in ``path``, made there (readable to its owner alone) if the file is missing.

    Not the signing key: that one is replaced now and then, and servers that count under different
    secrets count each by itself.

    :raises RateSecretError: it cannot be read or made.
    """
    try:
        if not path.exists():
            _write_new(path)
        secret = path.read_bytes()
    except OSError as error:
        raise RateSecretError(
            f"{path}: no secret can be read or made there ({error});"
            " name a file in a folder that can be written by KAIRAN_RATE_SECRET_FILE"
        ) from error
    if len(secret) < _BYTES:
        raise RateSecretError(f"{path} is too short: give {_BYTES} random bytes, or remove it")
    return secret


def _write_new(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all, and the first of several servers wins: link() does not replace.
    new = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        with contextlib.suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink()


def storage_of(
    settings: Settings, pool: Pool, clock: Callable[[], datetime], secret: bytes
) -> PostgresStorage:
    """The counters of the city that is served."""
    return PostgresStorage(pool=pool, city=settings.city, secret=secret, clock=clock)


def rates_of(settings: Settings, storage: PostgresStorage, clock: Callable[[], datetime]) -> Rates:
    """What is counted at the door, with the limits that were set."""
    return Rates(
        storage,
        clock,
        {
            Kind.SIGN_IN: Limits(
                settings.rate_sign_in,
                settings.rate_sign_in_address,
                key=settings.rate_login,
                alarm=settings.rate_alarm,
            ),
            Kind.CODE: Limits(
                settings.rate_code,
                settings.rate_code_address,
                key=settings.rate_login,
                alarm=settings.rate_alarm,
            ),
            Kind.MAIL: Limits(settings.rate_mail, settings.rate_mail_address),
            Kind.REFRESH: Limits(settings.rate_refresh, settings.rate_refresh_address),
        },
    )
