"""A token that was read once is known by its hash; what may change since is asked every time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from db.entering import Caller
from server.commands.keys import rotated
from server.keys import file as key_file
from server.keys import tokens as reading
from server.keys.ring import KeyRing
from server.keys.tokens import BadToken, Tokens

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
KEN = UUID("11111111-1111-4111-8111-111111111111")
SESSION = UUID("22222222-2222-4222-8222-222222222222")


class Door:
    """A reader of tokens whose looks at the key file and at signatures are counted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tick = 100.0
        self.tokens = Tokens(
            KeyRing(path, seconds=600, ticks=lambda: self.tick), "kairan", "kairan", 600
        )
        self.signatures = 0

    def token(self, session: UUID = SESSION, at: datetime = NOON) -> str:
        return self.tokens.issue(city=1204, person=KEN, session=session, at=at).text

    def takes(self, token: str, at: datetime) -> bool:
        try:
            return self.tokens.read(token, at=at) == Caller(1204, KEN, SESSION)
        except BadToken:
            return False


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Door:
    made = Door(tmp_path / "signing-key.pem")
    check = reading._signatures.decode_complete

    def counted(*given: object, **more: object) -> object:
        made.signatures += 1
        return check(*given, **more)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(reading._signatures, "decode_complete", counted)
    return made


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_the_signature_of_a_token_is_checked_once(door: Door) -> None:
    token = door.token()
    assert [door.takes(token, after(second)) for second in range(5)] == [True] * 5
    assert door.signatures == 1


def test_a_known_token_ends_in_its_time(door: Door) -> None:
    token = door.token()
    assert door.takes(token, after(599))
    assert not door.takes(token, after(600))
    assert not door.takes(token, after(-1))
    assert door.signatures == 1


def test_a_known_token_ends_with_its_key(door: Door) -> None:
    token = door.token(at=after(590))
    assert door.takes(token, after(590))
    rotated(door.path, 600, NOON, after(3))
    door.tick += 1
    assert door.takes(token, after(3 + 600 + 59))
    assert not door.takes(token, after(3 + 600 + 60))


def test_a_known_token_ends_when_its_key_is_taken_out_of_the_file(door: Door) -> None:
    token = door.token()
    assert door.takes(token, NOON)
    door.path.unlink()
    key_file.made_or_read(door.path)
    door.tick += 1
    assert not door.takes(token, NOON)


def test_what_was_refused_is_looked_at_again(door: Door) -> None:
    forged = Door(door.path.with_name("other.pem")).token()
    header, payload, _ = door.token().split(".")
    for wrong in (forged, f"{header}.{payload}.{'A' * 86}"):
        assert [door.takes(wrong, NOON) for _ in range(3)] == [False] * 3
    assert door.signatures == 3
    assert len(door.tokens._known) == 0


def test_a_token_that_is_not_its_time_yet_is_good_when_it_is(door: Door) -> None:
    token = door.token(at=after(5))
    assert not door.takes(token, NOON)
    assert door.takes(token, after(5))
    assert door.signatures == 1


def test_tokens_known_are_so_many_and_the_oldest_are_checked_again(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_KNOWN", 3)
    first = door.token()
    assert door.takes(first, NOON)
    for _ in range(3):
        door.tokens.read(door.token(uuid4()), at=NOON)
    assert len(door.tokens._known) == 3
    assert door.signatures == 4
    assert door.takes(first, NOON)
    assert door.signatures == 5


def test_the_token_itself_is_not_kept(door: Door) -> None:
    token = door.token()
    door.takes(token, NOON)
    assert token not in repr(vars(door.tokens))
    assert token.split(".")[2] not in repr(vars(door.tokens))
