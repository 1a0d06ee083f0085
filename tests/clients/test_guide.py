"""docs/clients.md shows the files that are checked, and nothing else as code."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
GUIDE = (HERE.parents[1] / "docs" / "clients.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"(?:\[`(?P<name>[^`]+)`\]\(\.\./tests/clients/(?P<path>[^)]+)\)\n\n)?"
    r"```(?P<language>\w+)\n(?P<code>.*?)```",
    re.DOTALL,
)
BLOCKS = [found.groupdict() for found in BLOCK.finditer(GUIDE)]
SHOWN = [block for block in BLOCKS if block["path"]]


def test_every_block_of_typescript_names_its_file() -> None:
    assert len(SHOWN) >= 14
    unnamed = [block for block in BLOCKS if block["path"] is None]
    # An answer as it goes over the wire.
    assert [block["language"] for block in unnamed] == ["json"]


@pytest.mark.parametrize("block", SHOWN, ids=lambda block: block["path"])
def test_a_block_is_the_file_that_is_checked_or_a_part_of_it(block: dict[str, str]) -> None:
    assert block["name"] == block["path"]
    assert block["code"] in (HERE / block["path"]).read_text(encoding="utf-8")


def test_every_file_of_the_example_app_is_shown_or_linked() -> None:
    shown = {block["path"] for block in SHOWN}
    files = {
        str(file.relative_to(HERE))
        for file in [*(HERE / "app").glob("*.ts"), *(HERE / "app/relay").glob("*.ts")]
    }
    # Two documents that the checks ask for.
    assert files - shown == {"app/groups.ts", "app/me.ts"}
