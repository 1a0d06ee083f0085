"""What a statement needs to run: rows for SQL, as one viewer, at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from permissions.viewer import Viewer

Row = Mapping[str, Any]
Rows = Sequence[Any]

# Terms of office and other dates are the city's, wherever the server stands.
CITY_TIME = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class Change:
    """A statement that changes no more than it found by looking.

    :param look: a query: what may be changed, as its parameters say.
    :param change: what follows ``with found as (look)``.
    """

    look: str
    change: str

    @cached_property
    def text(self) -> str:
        """The whole."""
        return f"with found as ({self.look}), {self.change}"


class Reading(Protocol):
    """A transaction, as far as statements use it."""

    @property
    def viewer(self) -> Viewer:
        """The caller's facts."""

    @property
    def at(self) -> datetime:
        """The moment the transaction speaks of."""

    async def fetch(self, statement: str, *arguments: Any) -> Rows:
        """The rows of one statement. Raises DatabaseFailed."""

    async def change(self, statement: Change, *arguments: Any) -> Rows:
        """The same of one that changes something."""


def today(reading: Reading) -> date:
    """The city's date at the transaction's moment."""
    return reading.at.astimezone(CITY_TIME).date()
