"""A server on a database of its own, for what must not happen to everybody's."""

from tests.server.conftest import faults

__all__ = ["faults"]
