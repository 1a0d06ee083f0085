"""docs/http.md says what the server does."""

import re
from pathlib import Path

from server.settings.table import TABLE
from tests.server.test_headers import STATUSES

TEXT = (Path(__file__).parents[2] / "docs" / "http.md").read_text(encoding="utf-8")


def test_every_limit_is_written_with_its_default() -> None:
    written = dict(re.findall(r"^\| `KAIRAN_(\w+)` \| (\d+) \|", TEXT, re.MULTILINE))
    bounds = {"BODY_MAX", "HEADER_MAX", "URL_MAX", "HEADER_SECONDS", "BODY_SECONDS"}
    assert written == {
        setting.name: setting.default
        for setting in TABLE
        if setting.name in bounds | {"CONNECTIONS_MAX"}
    }


def test_every_setting_that_is_named_is_one() -> None:
    named = set(re.findall(r"KAIRAN_([A-Z_]+)", TEXT))
    assert named <= {setting.name for setting in TABLE}


def test_every_status_is_explained() -> None:
    rows = re.findall(r"^\| ([0-9, ]+) \|", TEXT, re.MULTILINE)
    explained = {int(status) for row in rows for status in row.split(", ")}
    assert explained == set(STATUSES.values()) | {294, 408, 413, 414, 429, 431, 503}
