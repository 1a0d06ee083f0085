"""The key that signs tokens: made once, readable to its owner alone, and refused by name."""

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from server.keys.file import SigningKey, SigningKeyError, made_or_read
from server.keys.ring import KeyRing
from server.keys.tokens import Tokens

ROOT = Path(__file__).parents[2]
KEY_ID = """
import sys
from pathlib import Path
from server.keys.file import made_or_read
sys.stdin.read(1)
print(made_or_read(Path(sys.argv[1]))[0].id)
"""


def key_id(path: Path) -> str:
    """The name of the key in ``path``."""
    (key,) = made_or_read(path)
    return key.id


def test_a_key_is_made_for_its_owner_alone_and_used_again(tmp_path: Path) -> None:
    path = tmp_path / "data" / "signing-key.pem"
    first = key_id(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key_id(path) == first
    assert list(path.parent.iterdir()) == [path]
    assert key_id(tmp_path / "other.pem") != first


def test_servers_that_start_together_make_one_key(tmp_path: Path) -> None:
    path = tmp_path / "signing-key.pem"
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", KEY_ID, str(path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in starting:
        assert process.stdin is not None
        process.stdin.write(".")
        process.stdin.flush()
    made = {process.communicate(timeout=100)[0].strip() for process in starting}
    assert made == {key_id(path)}
    assert list(tmp_path.iterdir()) == [path]


def pem(key: Ed25519PrivateKey, password: bytes | None = None) -> bytes:
    """``key`` in a file's form."""
    sealed = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed)


def put(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file for its owner alone, or with another mode."""
    path.write_bytes(content)
    path.chmod(mode)


ED25519 = Ed25519PrivateKey.generate()
UNUSABLE = {
    "an empty file": b"",
    "words": b"let me in",
    "half a key": pem(ED25519)[:60],
    "a sealed key": pem(ED25519, b"password"),
    "a public key": ED25519.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    ),
}


@pytest.mark.parametrize("content", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_file_without_a_usable_key_is_named_with_the_cure(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "signing-key.pem"
    put(path, content)
    with pytest.raises(SigningKeyError) as raised:
        made_or_read(path)
    assert str(raised.value).startswith(f"{path}: no signing key can be read or made there (")
    assert "name an Ed25519 key in PEM by KAIRAN_SIGNING_KEY_FILE" in str(raised.value)
    assert path.read_bytes() == content


def test_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signing-key.pem"
    for other in (generate_private_key(65537, 2048), Ed448PrivateKey.generate()):
        put(path, other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        with pytest.raises(SigningKeyError) as raised:
            made_or_read(path)
        assert str(raised.value) == (
            f"{path} holds another kind of key: give an Ed25519 key in PEM"
        )


def test_a_place_where_no_file_can_be_is_named_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere" / "at all")
    for path in (tmp_path, tmp_path / "file" / "signing-key.pem", tmp_path / "dangling"):
        with pytest.raises(SigningKeyError, match="no signing key can be read or made there"):
            made_or_read(path)


def test_a_key_says_nothing_of_itself(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "key.pem", seconds=600)
    (key,) = ring.published(datetime(2026, 11, 23, tzinfo=UTC))
    tokens = Tokens(ring, "kairan", "kairan", 600)
    for said in (repr(key), repr(ring), repr(tokens)):
        assert "BEGIN" not in said
        assert key.private.private_bytes_raw().hex() not in said
        assert "Ed25519PrivateKey" not in said


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o660, 0o644, 0o666, 0o777])
def test_a_key_that_others_can_read_or_write_is_refused_with_the_cure(
    tmp_path: Path, mode: int
) -> None:
    path = tmp_path / "key.pem"
    put(path, pem(ED25519), mode)
    with pytest.raises(SigningKeyError) as raised:
        made_or_read(path)
    assert str(raised.value) == (
        f"{path} can be read or written by others than its owner (mode {mode:04o}): whoever reads"
        f" it can sign in as anybody. Run `chmod 600 {path}`, and `kairan keys rotate` if somebody"
        " may have read it"
    )
    path.chmod(0o400)
    assert len(made_or_read(path)) == 1


def test_roots_file_may_be_readable_to_our_group_as_mounted_secrets_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "key.pem"
    put(path, pem(ED25519), 0o440)
    # To this process the file is somebody else's.
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    assert len(made_or_read(path)) == 1
    path.chmod(0o444)
    with pytest.raises(SigningKeyError, match="chmod 600"):
        made_or_read(path)


def test_several_keys_of_any_tool_stand_in_one_file_and_the_last_is_the_newest(
    tmp_path: Path,
) -> None:
    path, others = tmp_path / "key.pem", [Ed25519PrivateKey.generate() for _ in range(3)]
    put(path, b"# ours\n\n" + b"\r\n".join(map(pem, others)))
    keys = made_or_read(path)
    assert [key.private.private_bytes_raw() for key in keys] == [
        key.private_bytes_raw() for key in others
    ]
    assert [key.signs_from for key in keys] == [None, None, None]


def test_a_date_above_a_key_says_from_when_it_signs(tmp_path: Path) -> None:
    path, old, new = tmp_path / "key.pem", Ed25519PrivateKey.generate(), ED25519
    dated = b"Signs-From: 2026-11-23T12:00:00+09:00\n" + pem(new)
    put(path, dated + pem(old))
    keys = made_or_read(path)
    assert [key.signs_from for key in keys] == [None, datetime(2026, 11, 23, 3, tzinfo=UTC)]
    assert keys[1].private.private_bytes_raw() == new.private_bytes_raw()
    for wrong in ("tomorrow", "2026-11-23T12:00:00", "\u3042"):
        put(path, f"Signs-From: {wrong}\n".encode() + pem(new))
        with pytest.raises(SigningKeyError, match="give a moment such as 2026-11-23T03:00:00"):
            made_or_read(path)


def test_the_name_of_a_key_is_its_thumbprint(tmp_path: Path) -> None:
    """The example of RFC 8037, appendices A.1 to A.3."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(seed))
    assert key.jwk == {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "alg": "EdDSA",
        "use": "sig",
        "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    }


def test_no_key_that_is_made_has_a_name_like_an_option(tmp_path: Path) -> None:
    # One in 64 would.
    made = [key_id(tmp_path / f"{number}.pem") for number in range(400)]
    assert [name for name in made if name.startswith("-")] == []
