"""The fields a log line may have: a closed list, each with the shape of what may stand in it.

Privacy by shape and not by care: a value that could be somebody's name, address or telephone number
fits no field, so a careless log call loses its value and not a person's secret.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

WITHHELD = "(withheld)"


@dataclass(frozen=True)
class Field:
    """What a field means, and which values it takes."""

    meaning: str
    fits: Callable[[object], bool]


def _shape(pattern: str) -> Callable[[object], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _number(value: object) -> bool:
    return isinstance(value, int | float)


def _named_by_us(value: object) -> bool:
    """A member of an enumeration or a class: the program named it, no client did."""
    return isinstance(value, Enum | type)


def _place(value: object) -> bool:
    return isinstance(value, Path)


def _codes(value: object) -> bool:
    return isinstance(value, list) and all(map(_shape(r"[A-Z][A-Z_]{0,63}"), value))


def _frames(value: object) -> bool:
    # Made by `server.watch.failure`, which knows what it may tell.
    return isinstance(value, list)


FIELDS: dict[str, Field] = {
    "request_id": Field(
        "Names the request, as the header `X-Request-Id` of its answer does.",
        # Our own, or the one that a trusted proxy gave it (server/http/headers.py).
        _shape("[0-9A-Za-z._-]{8,128}"),
    ),
    "trace_id": Field("The trace of the request, where it is sampled.", _shape("[0-9a-f]{32}")),
    "viewer": Field(
        "A pseudonym of whoever asked, for one day; absent for nobody.", _shape("[0-9a-f]{16}")
    ),
    "kind": Field(
        "`query` or `mutation`; `none` where no operation was found.", _shape("[a-z]{4,12}")
    ),
    "operation": Field(
        "What the document calls its operation: letters, digits and underscores, at most 64; a"
        " long run of digits is `N`.",
        _shape("[_A-Za-z][_0-9A-Za-z]{0,63}"),
    ),
    "status": Field("The HTTP status; 499 where the client was gone first.", _number),
    "duration_ms": Field("Milliseconds from the request's head to the answer's end.", _number),
    "errors": Field("The codes of GraphQL errors in the answer, each once.", _codes),
    "user_errors": Field("The codes in the `errors` of payloads.", _codes),
    "statements": Field("SQL statements run, without BEGIN and COMMIT.", _number),
    "releases": Field("Ledger rows written.", _number),
    "people": Field("People whose personal fields left.", _number),
    "withheld": Field("Entries of `extensions.withheld`.", _number),
    "exception": Field(
        "What was raised and what led to it: types, SQLSTATE, constraint, and our lines of code;"
        " never a message.",
        _frames,
    ),
    "failure": Field("What went wrong, by the name of its class or code.", _named_by_us),
    "cause": Field("What led to it, by the name of its class.", _named_by_us),
    "rule": Field("A row of the table of rules.", _shape(r"[A-Z]\w{0,63}\.[A-Za-z*]{1,64}")),
    "field": Field("A field of the schema, by its name there.", _shape(r"[_A-Za-z]\w{0,63}")),
    "file": Field("A file or folder of the server's.", _place),
    "count": Field("How many.", _number),
    "at": Field(
        "Of a library's line, whose words are not known to be safe: where it was written.",
        _shape(r"[\w.]{1,100}:\d{1,6}"),
    ),
    "unlisted": Field("Fields of a log call that are not in this list: left out.", _frames),
}

# They are made by the pipeline itself.
OWN = {
    "time": "When, in UTC (ISO 8601).",
    "level": "`debug`, `info`, `warning`, `error` or `critical`.",
    "logger": "Which part of the program speaks.",
    "event": "What happened, in words that are part of the program.",
}


def fitting(found: dict[str, object]) -> dict[str, object]:
    """The fields of ``found`` that may be told, each only with a value of its shape."""
    kept: dict[str, object] = {}
    unlisted = []
    for name, value in found.items():
        field = FIELDS.get(name)
        if field is None:
            unlisted.append(name)
        elif value is not None:
            kept[name] = _plain(value) if field.fits(value) else WITHHELD
    if unlisted:
        kept["unlisted"] = unlisted
    return kept


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, type):
        return value.__name__
    return str(value) if isinstance(value, Path) else value
