"""Notes for the ledger of what is about to leave, and about whom."""

from collections.abc import Callable, Sequence
from typing import Any

from permissions.rows import Rows
from permissions.rule import Rule
from resolvers.operation import Operation


def add_to_page(page: dict[str, Any], field: str, found: list[tuple[Rule, Any]]) -> None:
    """Remember whom a page names. Set and not added: many parents may lead to one and the same
    page, and each of them says the same.
    """
    page.setdefault("released", {})[field] = found


def note_page(
    operation: Operation,
    page: dict[str, Any],
    leaving: Sequence[Any],
    path: Callable[[], tuple[str | int, ...]],
) -> None:
    """Note the people a page names, now that ``leaving``, some or all of its nodes, leave.

    :param path: gives the place of what leaves.
    """
    released = page.get("released")
    if not released:
        return
    ids = {row["id"] for row in leaving}
    for field, found in released.items():
        rows = [row for _, row in found if row["id"] in ids]
        if rows:
            release(
                operation,
                found[0][0],
                field,
                Rows(rows),
                range(len(rows)),
                lambda _position: path(),
            )


def release(
    operation: Operation,
    rule: Rule,
    field: str,
    rows: Rows,
    there: Sequence[int],
    path: Callable[[int], tuple[str | int, ...]],
) -> None:
    for group_id, holding, positions in rule.releases(operation.viewer, rows, there):
        operation.reading.releases.note(
            rule,
            field=field,
            group_id=group_id,
            holding=holding,
            subjects=rows.at("resident_id", positions),
            path=_among(path, positions),
        )


def _among(
    path: Callable[[int], tuple[str | int, ...]], positions: Sequence[int]
) -> Callable[[int], tuple[str | int, ...]]:
    return lambda n: path(positions[n])
