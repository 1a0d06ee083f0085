"""Rows as rules see them: whom they are about, and through which group. Never a value."""

from collections.abc import Mapping, Sequence, Set
from typing import Any, overload

from permissions.verdict import Verdict

Row = Mapping[str, Any]


_NOWHERE: frozenset[int] = frozenset()


class Rows(Sequence[Row]):
    """The rows of one level of an answer, judged by one rule after the other.

    What they say of people and groups is read once for all of these rules, and a level whose rows
    all say the same is judged at a glance. No verdict is kept: what is read here is no more than
    the rows themselves say, whoever asks.
    """

    __slots__ = ("_columns", "_distinct", "_parts", "_places", "rows")

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self._columns: dict[str, list[Any]] = {}
        self._distinct: dict[str, frozenset[Any]] = {}
        self._places: dict[tuple[str, frozenset[Any]], frozenset[int]] = {}
        self._parts: dict[tuple[str, tuple[int, ...]], list[Any]] = {}

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Rows":
        """The rows as they are, or made into some."""
        return rows if isinstance(rows, cls) else cls(rows)

    def column(self, name: str) -> list[Any]:
        """One value for each row. Raises KeyError if a row has none: it cannot be judged."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = [row[name] for row in self.rows]
        return column

    def distinct(self, name: str) -> frozenset[Any]:
        """The values of a column, each once. Raises KeyError as :meth:`column` does."""
        distinct = self._distinct.get(name)
        if distinct is None:
            distinct = self._distinct[name] = frozenset(self.column(name))
        return distinct

    def among(self, name: str, values: Set[Any]) -> Verdict:
        """Which rows have one of ``values`` in a column."""
        if not values:
            return Verdict.NONE
        here = self.distinct(name)
        if here <= values:
            return Verdict.ALL
        if here.isdisjoint(values):
            return Verdict.NONE
        return Verdict([value in values for value in self.column(name)])

    def outside(self, name: str, values: Set[Any]) -> Verdict:
        """Which rows have none of ``values`` in a column."""
        if self.distinct(name).isdisjoint(values):
            return Verdict.ALL
        return Verdict([value not in values for value in self.column(name)])

    def positions_of(self, name: str, values: frozenset[Any]) -> frozenset[int]:
        """Where one of ``values`` stands in a column."""
        if self.distinct(name).isdisjoint(values):
            return _NOWHERE
        found = self._places.get((name, values))
        if found is None:
            found = self._places[name, values] = frozenset(
                [n for n, value in enumerate(self.column(name)) if value in values]
            )
        return found

    def by(self, name: str, positions: Sequence[int]) -> dict[Any, Sequence[int]]:
        """The positions of rows by what they have in a column."""
        here = self.distinct(name)
        if len(here) == 1:
            return dict.fromkeys(here, positions) if positions else {}
        column = self.column(name)
        found: dict[Any, list[int]] = {}
        for position in positions:
            found.setdefault(column[position], []).append(position)
        return dict(found)

    def at(self, name: str, positions: Sequence[int]) -> Sequence[Any]:
        """What some rows have in a column: for the same positions the same list."""
        key = (name, tuple(positions))
        found = self._parts.get(key)
        if found is None:
            column = self.column(name)
            found = self._parts[key] = list(map(column.__getitem__, positions))
        return found

    def one_of_each_group(self, positions: Sequence[int]) -> list[Row]:
        """A row of each group that rows at ``positions`` belong to; also of none."""
        try:
            groups = self.by("group_id", positions)
        except KeyError:
            here = [self.rows[position] for position in positions]
            return list({row.get("group_id"): row for row in here}.values())
        return [self.rows[found[0]] for found in groups.values()]

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, position: int) -> Row: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[Row]: ...
    def __getitem__(self, position: int | slice) -> Row | Sequence[Row]:
        return self.rows[position]
