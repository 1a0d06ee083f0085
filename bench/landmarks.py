"""Who asks in the bench, and for what: the same people, groups and circulars in every city loaded.

Requests and contenders name these and nothing else of the city. Everything here is a constant, or
follows from one: a token and a request made today fit a city that was loaded last month.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from db.demo.fiscal import moment
from db.demo.places import CITY, OPENING

# The server serves whichever city a token names. City policy is the city's, not a group's: so that
# every category can be switched off for one group and for no other, it is the group of a second
# city in the same tables.
MASKED_CITY = 1299
MASKED_CITY_NAME = "試験市"

# Every sign-in of the bench is open this long; the door's hourly sweep leaves it alone.
SESSIONS_END = moment(OPENING.date().replace(year=2099))

# Circulars went out in these twelve months, all of them past on any clock that is right.
NEWS_BEGINS = moment(OPENING.date().replace(month=10, day=1))
NEWS_LASTS = timedelta(days=364)

ROSTER_SIZE = 150
LARGE_SIZE = 2000
READING_SIZE = 100
READING_READERS = 60
READING_CIRCULARS = 400
ROSTER_CIRCULARS = 24


def _digest(of: str) -> bytes:
    return hashlib.blake2b(f"Kairan's bench city: {of}".encode(), digest_size=16).digest()


def random_id(of: str) -> UUID:
    """An id in the form of a UUIDv4, which tells nothing: of residents and memberships."""
    return UUID(bytes=_digest(of), version=4)


def timed_id(at: datetime, of: str) -> UUID:
    """An id in the form of a UUIDv7 of that moment (RFC 9562): of all the rest."""
    low = int.from_bytes(_digest(of)) & ((1 << 80) - 1)
    random = low & ~(0xF << 76) & ~(3 << 62)
    return UUID(int=round(at.timestamp() * 1000) << 80 | 7 << 76 | random | 2 << 62)


def published_at(number: int, of: int, group: int) -> datetime:
    """When a group published its circular ``number`` (from 0) of ``of``: seconds apart from others.

    :param group: the group's number in the city.
    """
    return NEWS_BEGINS + NEWS_LASTS * number / of + timedelta(seconds=group % 3600)


def group_id(city: int, number: int) -> UUID:
    """The id of a city's group ``number``, from 0."""
    return timed_id(OPENING + timedelta(minutes=number), f"group {city} {number}")


def circular_id(city: int, group: int, number: int, of: int) -> UUID:
    """The id of circular ``number`` (from 0) of ``of`` that a city's group ``group`` published."""
    return timed_id(published_at(number, of, group), f"circular {city} {group} {number}")


@dataclass(frozen=True)
class Visitor:
    """A resident who is signed in.

    :param of: what ids follow from: ``"officer"``, ``"reader 7"``.
    """

    of: str
    city: int = CITY

    @property
    def person(self) -> UUID:
        """The resident's id: ``sub`` of the token."""
        return random_id(f"resident {self.city} {self.of}")

    @property
    def session(self) -> UUID:
        """The id of the open session: ``sid`` of the token."""
        return random_id(f"session {self.city} {self.of}")

    @property
    def login(self) -> str:
        """What he can also sign in by, with the demo city's password."""
        return f"{self.of.replace(' ', '.')}.{self.city}@bench.example"

    def membership(self, group: UUID) -> UUID:
        """The id of his membership in a group that he is a member of."""
        return random_id(f"membership {self.city} {self.of} {group}")


@dataclass(frozen=True)
class Landmark:
    """A group that requests name. ``number`` is its place among the groups of its city."""

    number: int
    name: str
    size: int
    circulars: int
    city: int = CITY

    @property
    def id(self) -> UUID:
        """The group's id."""
        return group_id(self.city, self.number)

    def circular(self, number: int) -> UUID:
        """The id of its circular ``number``, from 0, the oldest."""
        return circular_id(self.city, self.number, number, self.circulars)


# All of its 150 members are active, none keeps anything private and none is suppressed. Officers'
# dashboard is of this group, too: each circular went to all, with receipts in every state.
ROSTER = Landmark(0, "春光台ベンチ町内会", ROSTER_SIZE, ROSTER_CIRCULARS)
LARGE = Landmark(1, "永山ベンチ連合町内会", LARGE_SIZE, 20)
# Nobody of its 100 members has opened any of its 400 circulars yet.
READING = Landmark(2, "豊岡ベンチ自治会", READING_SIZE, READING_CIRCULARS)
MASKED = Landmark(0, "試験ベンチ町内会", ROSTER_SIZE, 20, MASKED_CITY)

# Presidents, whose office has every power and whose group was delegated every power.
OFFICER = Visitor("officer")
LARGE_OFFICER = Visitor("large officer")
MASKED_OFFICER = Visitor("masked officer", MASKED_CITY)

# A plain member of six groups, whose circulars he read in part: the roster group and five ordinary
# ones.
NEIGHBOUR = Visitor("neighbour")
NEIGHBOUR_GROUPS = (ROSTER.id, *(group_id(CITY, number) for number in range(3, 8)))

# Members of the reading group, the first its president: each can mark each circular read once.
READERS = tuple(Visitor(f"reader {number}") for number in range(READING_READERS))
UNREAD = tuple(READING.circular(number) for number in range(READING_CIRCULARS))

VISITORS = (OFFICER, LARGE_OFFICER, MASKED_OFFICER, NEIGHBOUR, *READERS)
