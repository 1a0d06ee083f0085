"""All tables, imported so that ``metadata`` knows them: what Alembic compares a database with."""

from db.tables import (
    accounts,
    changes,
    circulars,
    cities,
    documents,
    groups,
    memberships,
    offices,
    rates,
    releases,
    residents,
)
from db.tables.base import metadata

MODULES = (
    *(accounts, changes, circulars, cities, documents, groups, memberships, offices),
    *(rates, releases, residents),
)

__all__ = ["MODULES", "metadata"]
