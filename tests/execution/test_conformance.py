"""graphql-core's own execution tests pass breadth first, but for a list of differences."""

import os
import re
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DIFFERENCES = Path(__file__).with_name("differences.txt")


@pytest.fixture(scope="module")
def their_tests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tests of the version installed, from its source distribution."""
    folder = tmp_path_factory.mktemp("graphql-core")
    name = f"graphql-core=={version('graphql-core')}"
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
            *("--disable-pip-version-check", "--no-binary", "graphql-core", name),
        ],
        cwd=folder,
        check=True,
        timeout=100,
    )
    [archive] = folder.glob("graphql_core-*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    [unpacked] = (path for path in folder.iterdir() if path.is_dir())
    # What is tested is the package that is installed.
    (unpacked / "src").rename(unpacked / "not-this-one")
    return unpacked


def test_they_pass_but_for_the_listed_differences(their_tests: Path) -> None:
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", ".", "-q", "-rf"),
            # By its bare name: they have a package named tests, too.
            *("-p", "grafted"),
            *("--timeout", "8", "-o", "python_classes=PyTest*", "-o", "asyncio_mode=strict"),
            *("-W", "ignore::pytest.PytestDeprecationWarning", "tests/execution"),
        ],
        cwd=their_tests,
        env={"PYTHONPATH": f"{ROOT}:{Path(__file__).parent}", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    said = finished.stdout
    failed = {
        line.removeprefix("FAILED tests/execution/").partition(" - ")[0]
        for line in said.splitlines()
        if line.startswith(("FAILED ", "ERROR "))
    }
    listed = {
        line
        for line in DIFFERENCES.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    assert failed == listed, (said + finished.stderr)[-3000:]
    passed = re.search(r"(\d+) failed, (\d+) passed", said)
    assert passed is not None
    assert int(passed[1]) == len(listed)
    assert int(passed[2]) > 700
    executed = re.search(r"root fields executed breadth first: (\d+)", said)
    assert executed is not None
    assert int(executed[1]) > 500
