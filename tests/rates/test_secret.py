"""The secret that counters are hidden by: made once, shared by servers, refused when unusable."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.rates import RateSecretError, rate_secret


def test_it_is_made_on_first_start_for_its_owner_alone_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rate-secret"
    made = rate_secret(path)
    assert len(made) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert rate_secret(path) == made
    assert list(path.parent.iterdir()) == [path]


def test_servers_that_start_at_once_have_the_same(tmp_path: Path) -> None:
    path = tmp_path / "rate-secret"
    with ThreadPoolExecutor(16) as starting:
        made = set(starting.map(lambda _: rate_secret(path), range(64)))
    assert made == {path.read_bytes()}


def test_another_installation_has_another(tmp_path: Path) -> None:
    assert rate_secret(tmp_path / "one") != rate_secret(tmp_path / "other")


def test_what_is_too_short_to_hide_anything_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rate-secret"
    path.write_bytes(b"hunter2")
    with pytest.raises(RateSecretError) as refused:
        rate_secret(path)
    assert str(refused.value) == f"{path} is too short: give 32 random bytes, or remove it"


def test_a_folder_that_cannot_be_written_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RateSecretError, match="KAIRAN_RATE_SECRET_FILE"):
        rate_secret(tmp_path / "file" / "rate-secret")
