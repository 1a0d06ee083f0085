"""A clock that stands where a test puts it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


class Clock:
    """Tells the same moment until it is moved. Starts at noon of 2026-11-23 in Tokyo."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=TOKYO).astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now

    @property
    def today(self) -> date:
        """The city's date."""
        return self.now.astimezone(TOKYO).date()

    def day(self, offset: int) -> date:
        """The date ``offset`` days from today."""
        return self.today + timedelta(days=offset)

    def move_to(self, day: date, at: time = time(12, 0)) -> None:
        """Move to a moment of ``day`` in Tokyo."""
        self.now = datetime.combine(day, at, tzinfo=TOKYO).astimezone(UTC)

    def advance(self, **delta: float) -> None:
        """Move on by a ``timedelta``."""
        self.now += timedelta(**delta)
