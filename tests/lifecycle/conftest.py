"""A data folder that holds the demo city, for servers that are killed."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.lifecycle.listening import UNLIMITED, Listened


@pytest.fixture(scope="package")
def data_dir() -> Iterator[Path]:
    """The folder; its database is Kairan's own, and keeps its promises about crashes."""
    with TemporaryDirectory(prefix="kairan-test-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="module")
def several(data_dir: Path) -> Iterator[Listened]:
    """Three workers on the demo city, for all tests of a module."""
    with Listened(data_dir, "--demo", "--workers", "3", DRAIN_SECONDS="5", **UNLIMITED) as running:
        yield running.ready()
        if running.process.poll() is None:
            running.process.terminate()
            running.ended()
