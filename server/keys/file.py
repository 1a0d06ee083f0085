"""The file of signing keys: Ed25519 in PEM (RFC 8410), one or several, each under the moment from
which it signs.

``Signs-From: 2026-11-23T03:00:00+00:00`` stands as explanatory text (RFC 7468, section 2) above its
key, so that any tool's PEM file is one of ours. A key without a date was always there; of several
without one, the last in the file is the newest.
"""

import base64
import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)
_SIGNS_FROM = re.compile(rb"^Signs-From:[ \t]*(\S+)[ \t]*\r?$", re.MULTILINE)
_ALWAYS = datetime.min.replace(tzinfo=UTC)


class SigningKeyError(Exception):
    """The key file cannot be used; the message names the file and the cure."""


@dataclass(frozen=True)
class SigningKey:
    """A key, and from when on it signs; None: since ever."""

    private: Ed25519PrivateKey = field(repr=False)
    signs_from: datetime | None = None

    @cached_property
    def public(self) -> Ed25519PublicKey:
        """The half that verifies."""
        return self.private.public_key()

    @cached_property
    def id(self) -> str:
        """Its name in a token's header (``kid``): the thumbprint of its public half (RFC 7638)."""
        required = {name: self.jwk_of_public[name] for name in ("crv", "kty", "x")}
        return _base64url(hashlib.sha256(orjson.dumps(required)).digest())

    @cached_property
    def jwk_of_public(self) -> dict[str, str]:
        """The public half as a JSON Web Key (RFC 7517, RFC 8037), yet without a name."""
        raw = self.public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "x": _base64url(raw), "alg": "EdDSA", "use": "sig"}

    @property
    def jwk(self) -> dict[str, str]:
        """The public half as it is published."""
        return {**self.jwk_of_public, "kid": self.id}

    @property
    def since(self) -> datetime:
        """From when on it signs, to compare with others."""
        return self.signs_from or _ALWAYS


def made_or_read(path: Path) -> list[SigningKey]:
    """The keys in ``path``, oldest first; one is made there if the file is missing.

    Raises SigningKeyError.
    """
    with _explained(path):
        if not path.exists():
            _write_first(path)
    return read(path)


def read(path: Path) -> list[SigningKey]:
    """The keys in ``path``, oldest first. Raises SigningKeyError."""
    with _explained(path):
        with path.open("rb") as file:
            _refuse_if_others_read(path, os.fstat(file.fileno()))
            content = file.read()
        keys = list(_parsed(path, content))
    return sorted(keys, key=lambda key: key.since)


def add(path: Path, *, signs_from: datetime, keeping: Sequence[SigningKey]) -> SigningKey:
    """Write a new key into the file, beside those of it that are to be kept."""
    made = replace(_generated(), signs_from=signs_from)
    rewrite(path, [*keeping, made])
    return made


def rewrite(path: Path, keys: Sequence[SigningKey]) -> None:
    """Put ``keys`` in place of what is in the file, whole or not at all. Raises SigningKeyError."""
    # A mounted secret is a link: what it leads to is replaced, and not the link.
    place = path.resolve()
    with _explained(path):
        before = place.stat()
        new = place.with_name(f"{place.name}.new")
        try:
            # Two that change it at once would lose one of the keys.
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise SigningKeyError(
                f"{new} is there: somebody else is changing the keys just now; if nobody is,"
                " remove that file"
            ) from None
        try:
            with os.fdopen(handle, "wb") as file:
                # Whoever changes the keys may be root, and the server is not.
                if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(file.fileno(), before.st_uid, before.st_gid)
                os.fchmod(file.fileno(), stat.S_IMODE(before.st_mode))
                file.write(b"".join(map(_written, keys)))
                file.flush()
                os.fsync(file.fileno())
            new.replace(place)
        except BaseException:
            new.unlink(missing_ok=True)
            raise


def _generated() -> SigningKey:
    while True:
        key = SigningKey(Ed25519PrivateKey.generate())
        # It would read as an option where an operator types the name.
        if not key.id.startswith("-"):
            return key


def _write_first(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all, and the first of several servers wins: link() does not replace.
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_written(_generated()))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink()


def _written(key: SigningKey) -> bytes:
    pem = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    if key.signs_from is None:
        return pem
    return f"Signs-From: {key.signs_from.isoformat(timespec='seconds')}\n".encode() + pem


def _parsed(path: Path, content: bytes) -> Iterator[SigningKey]:
    blocks = list(_BLOCK.finditer(content))
    if not blocks:
        # It says why this is no key.
        load_pem_private_key(content, password=None)
    above = 0
    for block in blocks:
        private = load_pem_private_key(block[0], password=None)
        if not isinstance(private, Ed25519PrivateKey):
            raise SigningKeyError(f"{path} holds another kind of key: give an Ed25519 key in PEM")
        key = SigningKey(private)
        dated = _SIGNS_FROM.search(content, above, block.start())
        if dated is not None:
            key = replace(key, signs_from=_moment(path, dated[1].decode("ascii", "replace")))
        yield key
        above = block.end()


def _moment(path: Path, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise SigningKeyError(
            f"{path}: Signs-From is '{text}': give a moment such as 2026-11-23T03:00:00+00:00"
        )
    return moment.astimezone(UTC)


def _refuse_if_others_read(path: Path, status: os.stat_result) -> None:
    """As PostgreSQL has it for its own key: readable to its owner alone; a file of root's, such as
    a mounted secret, may be readable to our group too.
    """
    others = 0o077 if status.st_uid == os.geteuid() else 0o037
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISREG(status.st_mode) and mode & others:
        raise SigningKeyError(
            f"{path} can be read or written by others than its owner (mode {mode:04o}):"
            f" whoever reads it can sign in as anybody. Run `chmod 600 {path}`, and"
            " `kairan keys rotate` if somebody may have read it"
        )


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        # TypeError: the key is sealed with a password.
        raise SigningKeyError(
            f"{path}: no signing key can be read or made there ({error}); name an Ed25519 key in"
            " PEM by KAIRAN_SIGNING_KEY_FILE, or a file in a folder that can be written"
        ) from error


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
