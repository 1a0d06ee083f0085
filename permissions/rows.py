"""Rows as rules see them: whom they are about, and through which group. Never a value."""

from collections.abc import Hashable, Mapping, Sequence, Set
from operator import itemgetter
from typing import Any, overload
from uuid import UUID

from permissions.verdict import Verdict
from permissions.viewer import Viewer

Row = Mapping[str, Any]


class Rows(Sequence[Row]):
    """The rows of one level of an answer, judged by one rule after the other.

    What they say of people and groups is read once for all of these rules, and a level whose rows
    all say the same is judged at a glance.
    """

    __slots__ = ("_columns", "_distinct", "_having", "_judged", "_viewer", "rows")

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self._columns: dict[str, list[Any]] = {}
        self._distinct: dict[str, frozenset[Any]] = {}
        self._having: dict[tuple[str, Any], Verdict] = {}
        self._viewer: Viewer | None = None
        self._judged: dict[Hashable, Any] = {}

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Rows":
        """The rows as they are, or made into some."""
        return rows if isinstance(rows, cls) else cls(rows)

    def judged(self, viewer: Viewer) -> dict[Hashable, Any]:
        """What rules found out about these very rows for ``viewer``, by what they went by.

        It lives as long as the level, and with other facts of the viewer it is empty again: no
        verdict reaches a row that it was not made for, nor outlives what it rests on.
        """
        if self._viewer is not viewer:
            self._viewer, self._judged = viewer, {}
        return self._judged

    def column(self, name: str) -> list[Any]:
        """One value for each row. Raises KeyError if a row has none: it cannot be judged."""
        column = self._columns.get(name)
        if column is None:
            # Some sequences of rows have their columns at hand.
            whole = getattr(self.rows, "column", None)
            column = list(map(itemgetter(name), self.rows)) if whole is None else whole(name)
            self._columns[name] = column
        return column

    def distinct(self, name: str) -> frozenset[Any]:
        """The values of a column, each once. Raises KeyError as :meth:`column` does."""
        distinct = self._distinct.get(name)
        if distinct is None:
            column = self.column(name)
            # Mostly all of a level are of one group. To compare ids is cheap, to hash them is not.
            is_uniform = column and column.count(column[0]) == len(column)
            distinct = frozenset(column[:1] if is_uniform else column)
            self._distinct[name] = distinct
        return distinct

    def having(self, name: str, id_: UUID | None) -> Verdict:
        """Which rows have ``id_`` in a column."""
        found = self._having.get((name, id_))
        if found is None:
            column, alike = self.column(name), id_
            if id_ is not None and len(column) > 1 and isinstance(column[0], UUID):
                # The database's ids are of a class that is quick to compare with its own kind only.
                alike = type(column[0])(str(id_))
            places = [n for n, each in enumerate(column) if each == alike]
            is_everywhere = len(places) == len(column)
            found = Verdict.ALL if is_everywhere else Verdict.only(places, len(column))
            self._having[name, id_] = found
        return found

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
