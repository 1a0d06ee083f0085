"""What operators read of the log and the metrics is what there is; nobody logs past the list."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from permissions.words import Reason
from resolvers.errors import ErrorCode
from server.watch.fields import FIELDS, OWN
from server.watch.metrics import Metrics
from server.watch.processes import Processes

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "watching.md").read_text(encoding="utf-8")
PROGRAM = [
    file
    for package in ("server", "schema", "resolvers", "db", "permissions", "migrations", "execution")
    for file in sorted((ROOT / package).rglob("*.py"))
]
LOGGING = {"debug", "info", "warning", "error", "exception", "critical", "log"}


def table(heading: str) -> dict[str, list[str]]:
    """The cells of each row of the table that begins with ``heading``, by the name in the first."""
    rows = PAGE[PAGE.index(f"| {heading} |") :].split("\n\n")[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {row[0].strip("`"): row[1:] for row in cells}


def exposed_metrics() -> dict[str, set[str]]:
    """The metrics there are, with their labels."""
    metrics = Metrics(version="0", pool_size=1)
    Processes(metrics.registry, lambda: {0: 1})
    found: dict[str, set[str]] = {}
    for family in metrics.registry.collect():
        name = f"{family.name}_total" if family.type == "counter" else family.name
        found[name] = {label for sample in family.samples for label in sample.labels} - {"le"}
    return found


def test_the_page_lists_every_metric_with_its_labels_and_no_other() -> None:
    told = {
        name: set(re.findall(r"`(\w+)`", labels)) for name, (labels, *_) in table("Metric").items()
    }
    assert told == exposed_metrics()


def test_the_page_says_of_every_metric_what_it_means() -> None:
    assert all(row[1] for row in table("Metric").values())


def test_alerts_speak_of_metrics_codes_and_reasons_that_there_are() -> None:
    rules = PAGE[PAGE.index("```yaml") :].split("```")[1]
    names = set(re.findall(r"\b(?:kairan|process)_[a-z_]+", rules))
    known = exposed_metrics()
    assert {re.sub("_(bucket|count|sum)$", "", name) for name in names} <= known.keys()
    assert len(names) > 8
    codes = {
        code for found in re.findall(r'code=~?"([A-Z_|]+)"', rules) for code in found.split("|")
    }
    assert codes <= {*ErrorCode, "WRONG_LOGIN_OR_PASSWORD"}
    assert {*re.findall(r'reason="(\w+)"', rules)} <= {*Reason}


def test_the_page_lists_every_field_of_the_log_with_its_meaning_and_no_other() -> None:
    meanings = OWN | {name: field.meaning for name, field in FIELDS.items()}
    assert {name: cells[0] for name, cells in table("Field").items()} == meanings


def log_calls(file: Path) -> Iterator[ast.Call]:
    """The calls of a logger in ``file``."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in LOGGING
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in ("log", "logger")
        ):
            yield node


def wrong_with(call: ast.Call) -> str | None:
    """Why a log call may tell what it must not; None if it cannot."""
    if not call.args or not isinstance(call.args[0], ast.Constant):
        return "its words are not written out"
    for given in call.keywords:
        if given.arg == "extra":
            if not isinstance(given.value, ast.Dict):
                return "its fields are not written out"
            names = [
                key.value if isinstance(key, ast.Constant) else None for key in given.value.keys
            ]
            if unlisted := [name for name in names if name not in FIELDS]:
                return f"no such fields: {unlisted}"
    return None


def test_whoever_logs_writes_out_the_words_and_uses_the_fields_there_are() -> None:
    calls = [(file, call) for file in PROGRAM for call in log_calls(file)]
    assert len(calls) > 20
    found = {
        f"{file.relative_to(ROOT)}:{call.lineno}": wrong
        for file, call in calls
        if (wrong := wrong_with(call)) is not None
    }
    assert found == {}


@pytest.mark.parametrize(
    "call",
    ['log.info(f"{name} came")', "log.info(str(error))", 'log.info("x", extra={"login": login})'],
)
def test_a_log_call_that_could_tell_a_name_is_found(call: str) -> None:
    [statement] = ast.parse(call).body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    assert wrong_with(statement.value)
