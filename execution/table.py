"""Rows of one shape, whose columns are had without a look into each row."""

from collections.abc import Iterable
from typing import Any


class Table(list[Any]):
    """A list of rows that have the same names: a level of them gives whole columns.

    To look a name up in each row takes as long as to take six columns of all rows apart at once.
    Nobody changes it, nor the rows.

    :param names: what each row has, in the order of its values: those that it iterates over.
    """

    __slots__ = ("_columns", "_names")

    def __init__(self, rows: Iterable[Any], names: Iterable[str]) -> None:
        super().__init__(rows)
        self._names = tuple(names)
        self._columns: dict[str, tuple[Any, ...]] | None = None

    def column(self, name: str) -> list[Any]:
        """One value for each row. Raises KeyError for a name that they do not have."""
        if self._columns is None:
            # Of two columns of one name the last counts, as it does in a row.
            self._columns = dict(zip(self._names, zip(*self, strict=True), strict=True))
        return list(self._columns[name])
