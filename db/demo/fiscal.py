"""Days and moments of the demo city: everything that must hold today hangs on the fiscal year."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

# A fixed offset: Japan has no summer time, and a slim container may have no time zone database.
TOKYO = timezone(timedelta(hours=9), "Asia/Tokyo")

DAY = timedelta(days=1)


@dataclass(frozen=True)
class FiscalYear:
    """April 1 to March 31 of the next year: when an association's offices change hands."""

    first: int

    @classmethod
    def containing(cls, day: date) -> "FiscalYear":
        """The fiscal year of ``day``."""
        return cls(day.year if day.month >= 4 else day.year - 1)

    @property
    def starts_on(self) -> date:
        """April 1."""
        return date(self.first, 4, 1)

    @property
    def ends_on(self) -> date:
        """March 31, the last day included."""
        return date(self.first + 1, 3, 31)

    def later(self, years: int) -> "FiscalYear":
        """That many years later; earlier when negative."""
        return FiscalYear(self.first + years)


def today_in_tokyo() -> date:
    """The date in Asia/Tokyo now."""
    return datetime.now(TOKYO).date()


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of ``day`` in Asia/Tokyo."""
    return datetime.combine(day, time(hour, minute), TOKYO)


def last_time(month: int, day: int, before: date) -> date:
    """The newest date with that month and day that is earlier than ``before``."""
    this_year = date(before.year, month, day)
    return this_year if this_year < before else date(before.year - 1, month, day)
