"""The keys of running servers: a new one is noticed, the old one verifies, all go on."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from db.entering import Caller
from server.commands.keys import listed, retired, rotated
from server.keys import file as key_file
from server.keys.file import SigningKey, SigningKeyError
from server.keys.ring import KeyRing
from server.keys.tokens import BadToken, Tokens

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
KEN, SESSION = uuid4(), uuid4()


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@dataclass
class Worker:
    """One process that serves, with a clock of its own that a test moves."""

    path: Path
    tick: float = 100.0
    tokens: Tokens = field(init=False)

    def __post_init__(self) -> None:
        ring = KeyRing(self.path, seconds=600, ticks=lambda: self.tick)
        self.tokens = Tokens(ring, "kairan", "kairan", 600)

    def signs(self, at: datetime) -> str:
        """A token."""
        return self.tokens.issue(city=1204, person=KEN, session=SESSION, at=at).text

    def takes(self, token: str, at: datetime) -> bool:
        """Whether a token is good here."""
        try:
            return self.tokens.read(token, at=at) == Caller(1204, KEN, SESSION)
        except BadToken:
            return False


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "signing-key.pem"


def rotate(path: Path, at: datetime, signs_from: datetime | None = None) -> SigningKey:
    return rotated(path, 600, at, signs_from or at + timedelta(seconds=3))


def test_a_new_key_signs_nobody_out(path: Path) -> None:
    one, other = Worker(path), Worker(path)
    before = one.signs(NOON)
    new = rotate(path, NOON)
    one.tick += 1
    other.tick += 1
    # Announced and not yet at work: every server has time to notice it.
    assert one.tokens.keys.signing(after(2)).id != new.id
    assert one.tokens.keys.signing(after(3)).id == new.id
    token = one.signs(after(3))
    for worker in (one, other):
        assert worker.takes(token, after(4))
        assert worker.takes(before, after(599))


def test_an_old_key_verifies_until_its_last_token_is_over_and_then_no_more(path: Path) -> None:
    worker = Worker(path)
    old = worker.tokens.keys.signing(NOON)
    rotate(path, NOON)
    worker.tick += 1
    # The last it can have signed, and the time that clocks may differ by.
    assert worker.tokens.keys.verifying(old.id, after(3 + 600 + 59)) is not None
    assert worker.tokens.keys.verifying(old.id, after(3 + 600 + 60)) is None
    assert len(worker.tokens.keys.published(after(3 + 600 + 59))) == 2
    assert len(worker.tokens.keys.published(after(3 + 600 + 60))) == 1


def test_a_worker_that_has_not_looked_yet_takes_the_token_of_one_that_has(path: Path) -> None:
    early, late = Worker(path), Worker(path)
    late.tick += 10
    assert late.takes(late.signs(NOON), NOON)  # it looks at the file, and not again for a second
    rotate(path, NOON)
    early.tick += 1
    late.tick += 0.5
    token = early.signs(after(3))
    assert late.takes(token, after(3))


def test_made_up_names_have_the_file_looked_at_once_a_second_at_most(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Worker(path)
    stranger = Worker(path.with_name("other.pem"))
    forged = stranger.signs(NOON)
    looks = 0
    honest = Path.stat

    def counted(self: Path, **more: bool) -> object:
        nonlocal looks
        looks += self == path
        return honest(self, **more)

    monkeypatch.setattr(Path, "stat", counted)
    for _ in range(1000):
        worker.tick += 0.01
        assert not worker.takes(forged, NOON)
    # Ten seconds: once a second for every request, and once for names that nobody knows.
    assert 10 <= looks <= 22


def test_a_mistake_in_the_file_leaves_the_keys_in_use(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    worker = Worker(path)
    token, content = worker.signs(NOON), path.read_bytes()
    for mistake in (b"", b"let me in", content[:70]):
        path.write_bytes(mistake)
        worker.tick += 1
        assert worker.takes(token, NOON)
    path.write_bytes(content)
    path.chmod(0o644)
    worker.tick += 1
    assert worker.takes(token, NOON)
    path.unlink()
    worker.tick += 1
    assert worker.takes(worker.signs(NOON), NOON)
    assert "the keys in use stay" in caplog.text
    assert "BEGIN" not in caplog.text


def test_what_is_in_force_follows_from_the_file_alone(path: Path) -> None:
    """Whoever starts later agrees with who was there, key by key and second by second."""
    running = Worker(path)
    moment = NOON
    for _ in range(4):
        rotate(path, moment)
        running.tick += 1
        started = Worker(path)
        for seconds in (0, 2, 3, 300, 662, 663):
            at = moment + timedelta(seconds=seconds)
            rings = running.tokens.keys, started.tokens.keys
            assert len({ring.signing(at).id for ring in rings}) == 1
            assert len({tuple(key.id for key in ring.published(at)) for ring in rings}) == 1
        moment += timedelta(seconds=400)


def test_keys_without_a_date_verify_for_as_long_as_they_are_there(path: Path) -> None:
    keys = [SigningKey(Ed25519PrivateKey.generate()) for _ in range(2)]
    Worker(path)
    key_file.rewrite(path, keys)
    worker = Worker(path)
    assert worker.tokens.keys.signing(NOON).id == keys[1].id
    assert worker.tokens.keys.verifying(keys[0].id, after(10**8)) is not None


def test_rotating_keeps_what_verifies_and_drops_what_is_over(path: Path) -> None:
    first = key_file.made_or_read(path)[0]
    second = rotate(path, NOON)
    third = rotate(path, after(60))
    assert [key.id for key in key_file.read(path)] == [first.id, second.id, third.id]
    fourth = rotate(path, after(664))
    assert [key.id for key in key_file.read(path)] == [second.id, third.id, fourth.id]
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_the_file_keeps_its_mode_and_a_link_leads_to_the_new_one(tmp_path: Path) -> None:
    real, path = tmp_path / "real.pem", tmp_path / "link.pem"
    key_file.made_or_read(real)
    real.chmod(0o400)
    path.symlink_to(real)
    new = rotate(path, NOON)
    assert path.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o400
    assert key_file.read(real)[-1].id == new.id


def test_two_who_change_the_keys_at_once_do_not_lose_one(path: Path) -> None:
    key_file.made_or_read(path)
    before = path.read_bytes()
    under_way = path.with_name("signing-key.pem.new")
    under_way.touch()
    with pytest.raises(SigningKeyError, match="somebody else is changing the keys just now"):
        rotate(path, NOON)
    assert path.read_bytes() == before
    under_way.unlink()
    new = rotate(path, NOON)
    with pytest.raises(SigningKeyError, match=f"has a new key already, {new.id}"):
        rotate(path, after(1))


def test_a_key_that_is_retired_is_refused_at_once_but_not_the_one_that_signs(path: Path) -> None:
    worker = Worker(path)
    token = worker.signs(NOON)
    old = worker.tokens.keys.signing(NOON)
    with pytest.raises(SigningKeyError, match=f"{old.id} signs: run `kairan keys rotate` first"):
        retired(path, old.id, NOON)
    new = rotate(path, NOON)
    with pytest.raises(SigningKeyError, match="rotate` first"):
        retired(path, old.id, after(2))
    with pytest.raises(SigningKeyError, match="has no key nonsense"):
        retired(path, "nonsense", NOON)
    retired(path, old.id, after(3))
    worker.tick += 1
    assert not worker.takes(token, after(4))
    assert worker.takes(worker.signs(after(4)), after(4))
    assert [key.id for key in key_file.read(path)] == [new.id]


def test_the_list_says_what_each_key_does(path: Path) -> None:
    first = key_file.made_or_read(path)[0]
    second = rotate(path, NOON)
    assert listed(path, 600, after(1)) == [
        f"{first.id}  -                          signs",
        f"{second.id}  2026-11-23T03:00:03+00:00  will sign",
    ]
    assert listed(path, 600, after(4)) == [
        f"{first.id}  -                          verifies until 2026-11-23T03:11:03+00:00",
        f"{second.id}  2026-11-23T03:00:03+00:00  signs",
    ]
    assert listed(path, 600, after(663))[0].endswith("  is over")
