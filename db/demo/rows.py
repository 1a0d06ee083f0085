"""What is to be loaded: rows by table, in the order their keys need."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect

from db.tables.base import Table
from db.tables.catalogue import metadata


@dataclass(frozen=True)
class Records:
    """One table's rows as COPY takes them: a tuple each, in the order of ``columns``."""

    table: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class Rows:
    """Collects rows of any table. The SQLModel classes say what a row has; nothing repeats it."""

    def __init__(self) -> None:
        self._by_class: dict[type[Table], list[Table]] = defaultdict(list)

    def add(self, *rows: Table) -> None:
        """Take rows in, of one table or several."""
        for row in rows:
            self._by_class[type(row)].append(row)

    def count(self, model: type[Table]) -> int:
        """How many rows of that table there are."""
        return len(self._by_class[model])

    def records(self) -> Iterator[Records]:
        """Each table that has rows, those pointed at before those that point."""
        order = [table.name for table in metadata.sorted_tables]
        by_table = {inspect(model).local_table.name: model for model in self._by_class}
        for table in sorted(by_table, key=order.index):
            model = by_table[table]
            columns = tuple(column.key for column in inspect(model).columns)
            yield Records(
                table,
                columns,
                [
                    tuple(getattr(row, column) for column in columns)
                    for row in self._by_class[model]
                ],
            )
