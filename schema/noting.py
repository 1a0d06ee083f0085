"""Notes for the ledger of what is about to leave, and about whom."""

from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any

from permissions.rows import Rows
from permissions.rule import Rule
from resolvers.operation import Operation


def add_to_page(page: dict[str, Any], field: str, rule: Rule, found: Sequence[Any]) -> None:
    """Remember whom a page names. Set and not added: many parents may lead to one and the same
    page, and each of them says the same.
    """
    page.setdefault("released", {})[field] = (rule, found)


def note_pages(
    operation: Operation,
    pages: Sequence[dict[str, Any]],
    named: Callable[[dict[str, Any]], Sequence[Any]],
    path: Callable[[int], tuple[str | int, ...]],
) -> None:
    """Note the people that pages name, now that some or all of their nodes leave.

    :param named: gives those of a page that leave.
    :param path: gives the place of what leaves of one page.
    """
    leaving: dict[str, tuple[Rule, list[Any], list[int]]] = {}
    for position, page in enumerate(pages):
        released = page.get("released")
        if not released:
            continue
        nodes = named(page)
        ids = None if nodes is page["nodes"] else {row["id"] for row in nodes}
        for field, (rule, found) in released.items():
            here = [row for row in found if ids is None or row["id"] in ids]
            if here:
                _, rows, owners = leaving.setdefault(field, (rule, [], []))
                rows += here
                owners += repeat(position, len(here))
    for field, (rule, rows, owners) in leaving.items():
        operation.reading.releases.note(
            rule, field, Rows(rows), b"\1" * len(rows), _among(path, owners)
        )


def _among(
    path: Callable[[int], tuple[str | int, ...]], positions: Sequence[int]
) -> Callable[[int], tuple[str | int, ...]]:
    return lambda n: path(positions[n])
