"""What a statement needs to run: rows for SQL, as one viewer, at one moment."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from permissions.viewer import Viewer

Row = Mapping[str, Any]
Rows = Sequence[Any]

# Terms of office and other dates are the city's, wherever the server stands.
CITY_TIME = ZoneInfo("Asia/Tokyo")


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


def today(reading: Reading) -> date:
    """The city's date at the transaction's moment."""
    return reading.at.astimezone(CITY_TIME).date()
