"""A server on a database of its own, for what must not happen to everybody's."""

from tests.server.conftest import database, faults

__all__ = ["database", "faults"]
