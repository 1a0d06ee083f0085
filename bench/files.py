"""Where results are kept, and the page that shows them."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.chart import chart
from bench.report import TOLD_AT, Report
from bench.results import Result

FOLDER = Path(__file__).parent / "results"
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- results: written by make bench -->", "<!-- end of results -->"


def write(report: Report, folder: Path = FOLDER, page: Path = PAGE) -> None:
    """Keep a run as latest.json, .md and .svg, and show its figures in docs/performance.md."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "latest.json", [asdict(each) for each in report.results.all])
    _write_json(
        folder / "latest-scale.json", {"machine": dict(report.machine), **asdict(report.extras)}
    )
    (folder / "latest.md").write_text(report.markdown(), encoding="utf-8")
    (folder / "latest.svg").write_text(chart(report.results, TOLD_AT), encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    page.write_text(shown(text, report.summary()), encoding="utf-8")


def shown(page: str, figures: str) -> str:
    """A page with other figures between its two marks. Raises ValueError where they are not."""
    before, begin, rest = page.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no {BEGIN} ... {END}")
    return f"{before}{begin}\n\n{figures}\n\n{end}{after}"


def read(file: Path) -> list[Result]:
    """The results of a latest.json."""
    found: Sequence[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return [Result(**each) for each in found]


def _write_json(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
