"""Looks for people in logs: by the shape of what is about them, and by every known value."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from db.demo.city import demo_city

# What changes from line to line and is nobody's: without it a log has few different lines.
_FLEETING = re.compile(
    r'"(?:time|request_id|trace_id|viewer)":"[^"]*",?|"duration_ms":[0-9.]+,?'
    r"|^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ UTC \[\d+\]"
)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")

SHAPES = {
    "Japanese": re.compile("[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]+"),
    "a mail address": re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    "a telephone number": re.compile(r"(?<![\w.-])0\d{1,4}-\d{1,4}-\d{3,4}(?![\w-])"),
    "a token": re.compile(r"eyJ[\w-]{8,}"),
    "a password's hash": re.compile(r"\$argon2\w*\$"),
    "somebody's or something's id": re.compile(
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
    ),
}

_TABLES = frozenset({"profiles", "member_details", "logins", "residents"})
_NOT_TOLD = frozenset({"password_hash", "status", "kind"})


def demo_values() -> set[str]:
    """Every name, address, number, login and id of the people in the demo city."""
    found: set[str] = set()
    for records in demo_city(date(2026, 11, 23)).records():
        if records.table not in _TABLES:
            continue
        told = [place for place, name in enumerate(records.columns) if name not in _NOT_TOLD]
        for row in records.rows:
            found.update(str(row[place]) for place in told if row[place] is not None)
    # Numbers of cities, true and false are words of any log.
    return {value for value in found if len(value) > 5 or not value.isascii()}


def leaks(log: str, values: Iterable[str]) -> Iterator[str]:
    """A line for each personal value in ``log``: what it is, the value, and the line around it."""
    lines = sorted({_FLEETING.sub("", line) for line in log.splitlines()})
    text = "\n".join(lines)
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    for what, shape in SHAPES.items():
        for found in shape.finditer(text):
            yield _leak(what, text, found)
    for value in values:
        if value in text:
            alone = re.search(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])", text)
            if alone is not None:
                yield _leak("a value of a person", text, alone)


def _leak(what: str, text: str, found: re.Match[str]) -> str:
    start = text.rfind("\n", 0, found.start()) + 1
    line = text[start:].partition("\n")[0]
    return f"{what}, {found[0]!r}, in: {line[:300]}"
