"""The key that signs tokens: made once, readable to its owner alone, and refused by name."""

import stat
import subprocess
import sys
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

from server.tokens import SigningKeyError, Tokens, signing_key

ROOT = Path(__file__).parents[2]
KEY_ID = """
import sys
from pathlib import Path
from server.tokens import Tokens, signing_key
sys.stdin.read(1)
print(Tokens(signing_key(Path(sys.argv[1])), "i", "a", 1).key_id)
"""


def key_id(path: Path) -> str:
    """The name of the key in ``path``."""
    return Tokens(signing_key(path), "kairan", "kairan", 600).key_id


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
    made = {process.communicate(timeout=30)[0].strip() for process in starting}
    assert made == {key_id(path)}
    assert list(tmp_path.iterdir()) == [path]


def pem(key: Ed25519PrivateKey, password: bytes | None = None) -> bytes:
    """``key`` in a file's form."""
    sealed = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed)


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
    path.write_bytes(content)
    with pytest.raises(SigningKeyError) as raised:
        signing_key(path)
    assert str(raised.value).startswith(f"{path}: no signing key can be read or made there (")
    assert "name an Ed25519 key in PEM by KAIRAN_SIGNING_KEY_FILE" in str(raised.value)
    assert path.read_bytes() == content


def test_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signing-key.pem"
    for other in (generate_private_key(65537, 2048), Ed448PrivateKey.generate()):
        path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        with pytest.raises(SigningKeyError) as raised:
            signing_key(path)
        assert str(raised.value) == (
            f"{path} holds another kind of key: give an Ed25519 key in PEM"
        )


def test_a_place_where_no_file_can_be_is_named_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere" / "at all")
    for path in (tmp_path, tmp_path / "file" / "signing-key.pem", tmp_path / "dangling"):
        with pytest.raises(SigningKeyError, match="no signing key can be read or made there"):
            signing_key(path)


def test_a_key_says_nothing_of_itself(tmp_path: Path) -> None:
    tokens = Tokens(signing_key(tmp_path / "key.pem"), "kairan", "kairan", 600)
    assert "BEGIN" not in repr(tokens)
    assert tokens.key.private_bytes_raw().hex() not in repr(tokens)
