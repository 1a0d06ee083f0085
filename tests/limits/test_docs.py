"""docs/limits.md says what is so, and what we print ourselves is within the limits."""

import re
from pathlib import Path

import pytest

from schema.build import build_schema
from schema.executor import core_of
from server.documents.documents import Documents
from server.documents.limits import COMPARISONS, TABLE

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
DOCUMENTS = Documents(core_of(build_schema()))


def test_every_limit_is_in_the_table_with_its_setting_and_default() -> None:
    rows = [
        tuple(cell.strip("`") for cell in line.strip("| ").split(" | ")[:3])
        for line in TEXT.splitlines()
        if line.startswith("| `")
    ]
    expected = [(each.name, f"KAIRAN_{each.setting}", str(each.default)) for each in TABLE]
    assert rows[1:] == [*expected, (COMPARISONS.name, "none", str(COMPARISONS.default))]


def test_the_example_costs_what_is_written() -> None:
    (query,) = re.findall(r"```graphql\n(.*?)```", TEXT, re.DOTALL)
    assert DOCUMENTS.prepare(query, None).cost({"first": 100}) == 1105
    assert TEXT.count("1105") == 2


def printed() -> list[tuple[str, str]]:
    """Every document in the README, the docs and GraphiQL's tabs."""
    found = [
        (path.name, document)
        for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
        for document in re.findall(
            r"```graphql\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL
        )
    ]
    examples = (ROOT / "server/http/static/graphiql/examples.js").read_text(encoding="utf-8")
    return found + [
        ("examples.js", each) for each in re.findall(r"`(#.*?)`,?\n", examples, re.DOTALL)
    ]


@pytest.mark.parametrize(("place", "document"), printed())
def test_what_we_print_ourselves_is_within_a_twentieth_of_the_limits(
    place: str, document: str
) -> None:
    if not re.search(r"^\s*(query|mutation|\{|#)", document):
        pytest.skip(f"{place}: a piece of a document")
    figures = DOCUMENTS.figures(document)
    assert all(each.cost <= 2500 for each in figures), place
    assert all(each.depth <= 12 for each in figures), place
