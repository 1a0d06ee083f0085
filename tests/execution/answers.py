"""Two answers to the same document, compared."""

from collections.abc import Iterable
from typing import Any

Path = tuple[str | int, ...]


class Different(AssertionError):
    """The two executors do not answer the same."""


def told(data: Any, errors: Iterable[tuple[Path, Any]]) -> set[tuple[Path, Any]]:
    """The places that errors made null, each with what was told of that very place.

    Their order is no part of an answer's meaning. Where an error took a whole branch, others may
    have happened in it before or not: which of them is told depends on what ran first.
    """
    places = set()
    for path, code in errors:
        null = null_at(data, path)
        places.add((null, code if null == path else None))
    # Where one is told of the place itself, the branch below it says nothing more.
    exact = {place for place, code in places if code is not None}
    return {(place, code) for place, code in places if code is not None or place not in exact}


def null_at(data: Any, path: Path) -> Path:
    """As much of a path as leads to something null. Raises Different where it leads nowhere."""
    place = data
    for length, key in enumerate(path):
        if place is None:
            return path[:length]
        try:
            place = place[key]
        except (KeyError, IndexError, TypeError) as error:
            raise Different(f"an error at {path}, where nothing is") from error
    return path
