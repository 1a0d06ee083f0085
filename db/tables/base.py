"""What every tenant table has in common: its schema, and ``city`` in front of every key.

``city`` is the municipality's first code as an integer (1204 for Asahikawa). It leads every
primary, unique and foreign key and every index, so that rows of one city are neighbours on disk, a
distributed PostgreSQL can place them together, and a statement that forgets its city finds no index
to hide behind.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKeyConstraint, Index, MetaData, Text
from sqlalchemy import DateTime as SqlDateTime
from sqlmodel import Field, SQLModel

SCHEMA = "kairan"

# Names are spelled out so that Alembic can compare and drop what it made, on any server.
metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    },
)


class Table(SQLModel):
    """A table of the ``kairan`` schema. Subclasses say ``table=True`` and name their table."""

    metadata = metadata


class TenantTable(Table):
    """A table whose rows belong to one city.

    The key to ``cities`` stands only on the tables nothing else ties to a city: each check locks
    the city's one row, which receipts and ledger rows must not queue on.
    """

    city: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


def of_city() -> ForeignKeyConstraint:
    """The foreign key to ``cities``, for a table with no other tie to its city."""
    return ForeignKeyConstraint(["city"], [f"{SCHEMA}.cities.city"])


def belongs_to(
    table: str, columns: Sequence[str], to: Sequence[str] = ("id",), **options: Any
) -> ForeignKeyConstraint:
    """A foreign key to another tenant table, within one city.

    :param table: the table pointed at, without its schema.
    :param columns: columns of this table after ``city``, in order.
    :param to: columns of that table after ``city``, in order.
    """
    return ForeignKeyConstraint(
        ["city", *columns],
        [f"{SCHEMA}.{table}.city", *(f"{SCHEMA}.{table}.{column}" for column in to)],
        **options,
    )


def city_index(name: str, *columns: Any, **options: Any) -> Index:
    """An index that begins with ``city``."""
    return Index(name, "city", *columns, **options)


def text_list(default: str | None = None) -> Any:
    """A ``text[]`` column, empty unless ``default`` names a server default."""
    return Field(
        sa_type=ARRAY(Text),
        sa_column_kwargs={"nullable": False, "server_default": default},
    )


def moment(*, nullable: bool = False) -> Any:
    """A ``timestamptz`` column."""
    return Field(
        sa_type=SqlDateTime(timezone=True),  # type: ignore[call-overload]
        sa_column_kwargs={"nullable": nullable},
        **({"default": None} if nullable else {}),
    )


__all__ = [
    "SCHEMA",
    "UUID",
    "Table",
    "TenantTable",
    "belongs_to",
    "city_index",
    "datetime",
    "metadata",
    "moment",
    "of_city",
    "text_list",
]
