"""What is made of the figures: ratios, medians, the page, and when memory grows."""

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bench.chart import chart
from bench.cpu import Meter
from bench.files import BEGIN, END, read, shown, write
from bench.report import Extras, Report
from bench.results import Result, Results
from bench.scale import ByWorkers, Grows, Scaled, refuse_growth

KEYS = {
    *("contender", "request", "connections", "rps", "p50_ms", "p99_ms"),
    *("server_cpu_ms", "pg_cpu_ms", "statements", "bytes"),
}


def result(contender: str, request: str, server: float, pg: float) -> Result:
    return Result(contender, request, 16, 500.0, 20.0, 40.0, server, pg, 6, 41_757)


MEASURED = Results(
    [
        result("kairan", "roster", 1.5, 0.5),
        result("strawberry", "roster", 27.0, 3.0),
        result("handwritten", "roster", 0.5, 0.5),
        result("kairan", "roster-2000", 12.0, 8.0),
    ]
)
REPORT = Report(
    MEASURED,
    {"Processor": "2 cores"},
    Extras(
        ByWorkers(
            [Scaled(1, 500.0, 1.5, 0.5), Scaled(2, 900.0, 1.5, 0.6)],
            [Scaled(1, 40.0, 24.0, 0.0), Scaled(2, 78.0, 25.0, 0.0)],
        ),
        [Scaled(10, 510.0, 1.4, 0.5), Scaled(1300, 500.0, 1.5, 0.5)],
        [100.0, 101.5],
    ),
)
FIGURES = """\
| request | kairan | kairan-reference | strawberry | handwritten | ratio | at most | aimed for |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| roster | 2.00 |  | 30.00 | 1.00 | 2.00x | 2.20x | 1.80x |
| roster-2000 | 20.00 |  |  |  |  | 2.20x | 1.80x |

- The server alone on `roster`: 3.00x (at most 4.00x, aimed for 3.30x).
- Ordinary Strawberry takes 15.00x what Kairan takes on `roster` (to reach: 12.00x).
- A member costs Kairan 13.3 µs on a roster of 150 and 10.0 µs on one of 2,000.
- The roster at 64 connections by processes (`--workers`): 1: 500/s at 2.00 ms, 2: 900/s at 2.10 ms.
- The schema itself, without PostgreSQL, likewise: 1: 40/s at 24.00 ms, 2: 78/s at 25.00 ms.
- The same roster by groups in the city: 10: 510/s at 1.90 ms, 1,300: 500/s at 2.00 ms.
- Memory of the server after each 10,000 requests, in MiB: 100.0, 101.5."""


def test_the_ratio_is_of_server_and_postgresql_together() -> None:
    assert MEASURED.ratio("kairan", "roster", 16) == 2.0
    assert MEASURED.server_ratio("kairan", "roster", 16) == 3.0
    assert MEASURED.ratio("kairan", "roster", 64) is None


def test_the_figures_stand_beside_their_targets() -> None:
    assert REPORT.summary().endswith(FIGURES)


def test_a_run_is_kept_and_the_page_shows_it(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"# Performance\n{BEGIN}\nold\n{END}\nMore\n")
    write(REPORT, tmp_path, page)
    kept = json.loads((tmp_path / "latest.json").read_text())
    assert all(each.keys() == KEYS for each in kept)
    assert read(tmp_path / "latest.json") == MEASURED.all
    assert json.loads((tmp_path / "latest-scale.json").read_text())["memory"] == [100.0, 101.5]
    assert FIGURES in (tmp_path / "latest.md").read_text()
    assert "kairan 2.00 ms (2.0x)" in (tmp_path / "latest.svg").read_text()
    text = page.read_text()
    assert FIGURES in text
    assert text.endswith("<!-- end of results -->\nMore\n")
    assert "old" not in text


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="written by make bench"):
        shown("# Performance\n", "figures")


def test_longer_bars_are_dearer() -> None:
    lines = chart(MEASURED, 16).splitlines()
    widths = [float(line.split('width="')[1].split('"')[0]) for line in lines if 'x="150"' in line]
    kairan, strawberry, handwritten, kairan_2000 = widths
    assert handwritten < kairan < kairan_2000 < strawberry


def test_memory_that_grows_after_the_caches_are_full_fails() -> None:
    refuse_growth([80.0, 100.0, 101.0, 104.9])
    with pytest.raises(Grows, match=r"memory grew by 5\.1 MiB"):
        refuse_growth([80.0, 100.0, 101.0, 105.1])


def test_the_time_of_a_child_that_ended_meanwhile_counts() -> None:
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    meter = Meter(psutil.Process().pid)
    own = psutil.Process().cpu_times()
    subprocess.run([sys.executable, "-c", burn], check=True)
    now = psutil.Process().cpu_times()
    mine = now.user + now.system - own.user - own.system
    assert meter.seconds() - mine > 0.25
