"""Rows of one statement, put back in the order of the parents that asked for them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any


def one_each(rows: Iterable[Any], keys: Sequence[Any], column: str = "id") -> list[Any]:
    """For each key the row whose ``column`` equals it, or None."""
    found = {row[column]: row for row in rows}
    return [found.get(key) for key in keys]


def many_each(rows: Iterable[Any], keys: Sequence[Any], column: str) -> list[list[Any]]:
    """For each key the rows whose ``column`` equals it, in the order they came."""
    found = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return [found[key] for key in keys]


def known(keys: Iterable[Any]) -> list[Any]:
    """The distinct keys that are there, to ask for each once."""
    return list(dict.fromkeys(key for key in keys if key is not None))
