"""The signing keys of a running server: the newest signs, those before verify for a while.

What is in force follows from the file and the clock alone, so that all workers and servers with the
same file agree. A change of the file is noticed while running: nobody is signed out by a new key.
"""

import itertools
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.keys import file as key_file
from server.keys.file import SigningKey, SigningKeyError

log = logging.getLogger("kairan.keys")

# How soon a change of the file is noticed, by looking at its date at most this often.
_LOOK_SECONDS = 1.0
# A new key signs only when every server has noticed it.
SETTLING = timedelta(seconds=3)
# Clocks differ, and a server may be slow to notice.
_MARGIN = timedelta(seconds=60)

Stamp = tuple[int, int, int]


class KeyRing:
    """The keys of one file.

    :param seconds: how long a token lives; so long does a key verify after the next one signs.
    :param ticks: seconds that only go forward.
    :raises SigningKeyError: there is no usable key.
    """

    def __init__(
        self, path: Path, *, seconds: int, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = path
        self._verifies = verifying_for(seconds)
        self._ticks = ticks
        keys = key_file.made_or_read(path)
        self._stamp = self._stamped()
        self._looked = self._searched = ticks()
        self._take(keys)

    def __repr__(self) -> str:
        return f"KeyRing({str(self._path)!r})"

    def signing(self, at: datetime) -> SigningKey:
        """The key that signs now."""
        self._look()
        return signing(self._keys, at)

    def verifying(self, name: str, at: datetime) -> Ed25519PublicKey | None:
        """The public key of that name; None for one that is unknown, or over."""
        self._look()
        key = self._by_name.get(name) or self._searched_for(name)
        if key is None or self._over(key, at):
            return None
        return key.public

    def published(self, at: datetime) -> list[SigningKey]:
        """The keys that tokens may be signed with, or soon will be."""
        self._look()
        return [key for key in self._keys if not self._over(key, at)]

    def _over(self, key: SigningKey, at: datetime) -> bool:
        until = self._until[key.id]
        return until is not None and at >= until

    def _searched_for(self, name: str) -> SigningKey | None:
        """Another server may know a key that we do not, for we look at the file but now and then.

        Whoever makes names up cannot have us look at it more than once a second.
        """
        now = self._ticks()
        if now - self._searched >= _LOOK_SECONDS:
            self._searched = now
            self._reread()
        return self._by_name.get(name)

    def _look(self) -> None:
        now = self._ticks()
        if now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            self._reread()

    def _reread(self) -> None:
        stamp = self._stamped()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._take(key_file.read(self._path))
        except SigningKeyError as error:
            # What was read before is good: a mistake in the file must not stop a running server.
            log.error("the keys in use stay: %s", error, extra={"file": self._path})
            return
        log.info("read %d signing keys from %s", len(self._keys), self._path)

    def _take(self, keys: list[SigningKey]) -> None:
        self._keys = keys
        self._by_name = {key.id: key for key in keys}
        self._until = {key.id: verifies_until(keys, key, self._verifies) for key in keys}

    def _stamped(self) -> Stamp | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


def verifying_for(seconds: int) -> timedelta:
    """How long a key verifies after the next one signs, where a token lives for ``seconds``."""
    return timedelta(seconds=seconds) + _MARGIN


def signing(keys: list[SigningKey], at: datetime) -> SigningKey:
    """Which of ``keys``, oldest first, signs at a moment: the newest that already does."""
    return next((key for key in reversed(keys) if key.since <= at), keys[0])


def verifies_until(keys: list[SigningKey], key: SigningKey, verifies: timedelta) -> datetime | None:
    """When ``key`` is over: a while after the next one signs.

    None where no next one is dated; such a key is good for as long as it is in the file.
    """
    later = itertools.dropwhile(lambda each: each is not key, keys)
    dates = [each.signs_from for each in itertools.islice(later, 1, None)]
    following = next((date for date in dates if date is not None), None)
    return None if following is None else following + verifies
