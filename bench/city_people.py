"""Residents of the bench city, home by home, with what they told the city.

As in the demo city nobody here can be reached: see db/demo/people.py for the numbers and towns.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from bench.city_rows import Row, Rows
from bench.landmarks import Visitor
from db.demo.chance import Chance
from db.demo.names import FAMILY, GIVEN, Name, Names
from db.demo.people import BUILDINGS
from db.demo.places import OPENING
from db.tables.residents import NEUTRAL_NAME

# One in so many told the city nothing at all.
SILENT_EVERY = 60
# One in so many is signed in on some device.
SIGNED_IN_EVERY = 5
_SESSION_LASTS = timedelta(days=30_000)
_DRAWN_NAMES = 400


@dataclass(frozen=True, slots=True)
class Home:
    """The people of one address."""

    family: Name
    address: str
    building: str | None
    landline: str
    head_born: int


@dataclass(frozen=True, slots=True)
class Person:
    """A resident; ``visitor`` when requests of the bench are his."""

    id: UUID
    home: Home
    display_name: str
    visitor: Visitor | None = None


@dataclass(frozen=True, slots=True)
class Town:
    """Where the homes of one group stand."""

    name: str
    area: UUID
    postal_code: str


class People:
    """Draws residents of one city and puts their rows among ``rows``."""

    def __init__(self, city: int, rows: Rows) -> None:
        self.city = city
        self._rows = rows
        self._chance = chance = Chance(f"bench people {city}")
        names = Names(chance)
        self._families = [*FAMILY, *(names.family() for _ in range(_DRAWN_NAMES))]
        self._given = [*GIVEN, *(names.given() for _ in range(_DRAWN_NAMES))]

    def settle(self, town: Town, count: int) -> Iterator[Person]:
        """That many people of a town, those of one home in a row."""
        chance = self._chance
        while count:
            home = self._home(town)
            for place in range(min(count, chance.choice((1, 1, 1, 2, 2, 2, 2, 3, 3, 4)))):
                yield self._person(town, home, place)
                count -= 1

    def visit(self, town: Town, visitor: Visitor) -> Person:
        """Somebody whose requests the bench makes: signed in, with every field filled in."""
        home, given = self._home(town), self._chance.choice(self._given)
        told = self._told(town, home, given, 0)
        self._register(visitor.person, home.family.kanji, told)
        return Person(visitor.person, home, home.family.kanji, visitor)

    def _person(self, town: Town, home: Home, place: int) -> Person:
        chance = self._chance
        given = chance.choice(self._given)
        id_ = chance.random_id()
        if chance.randrange(SILENT_EVERY) == 0:
            display_name, told = NEUTRAL_NAME, (None,) * 10
        else:
            family = home.family.kanji
            display_name = family if chance.happens(0.7) else f"{family} {given.kanji}"
            told = self._left_out(self._told(town, home, given, place))
        opened_at = self._register(id_, display_name, told)
        if chance.randrange(SIGNED_IN_EVERY) == 0:
            self._rows.add(
                "sessions",
                (
                    self.city,
                    chance.random_id(),
                    id_,
                    "RESIDENT",
                    opened_at,
                    opened_at + _SESSION_LASTS,
                ),
            )
        return Person(id_, home, display_name)

    def _register(self, id_: UUID, display_name: str, told: Row) -> datetime:
        opened_at = OPENING + timedelta(minutes=self._chance.randrange(100 * 24 * 60))
        self._rows.add("residents", (self.city, id_, opened_at))
        self._rows.add("profiles", (self.city, id_, display_name, *told))
        return opened_at

    def _told(self, town: Town, home: Home, given: Name, place: int) -> Row:
        """From ``family_name`` on, the columns of ``profiles``."""
        chance = self._chance
        phone = home.landline if chance.happens(0.4) else f"090-0000-{chance.randrange(10000):04}"
        gap = (0, 3, 27, 31)[place]
        born = date(home.head_born + gap, chance.randint(1, 12), chance.randint(1, 28))
        latin = f"{home.family.latin}.{given.latin}{chance.randrange(10, 10_000)}".lower()
        return (
            home.family.kanji,
            given.kanji,
            f"{home.family.kana} {given.kana}",
            town.postal_code,
            home.address,
            home.building,
            town.area,
            phone,
            f"{latin}@mail.example",
            born,
        )

    def _left_out(self, told: Row) -> Row:
        """What somebody really told: each field may be left out."""
        chance = self._chance
        family, given, kana, postal_code, address, building, area, phone, email, born = told
        if chance.happens(0.03):
            family = given = kana = None
        if chance.happens(0.03):
            kana = None
        if chance.happens(0.04):
            postal_code = address = building = None
        return (
            family,
            given,
            kana,
            postal_code,
            address,
            building,
            None if chance.happens(0.12) else area,
            None if chance.happens(0.15) else phone,
            None if chance.happens(0.30) else email,
            None if chance.happens(0.25) else born,
        )

    def _home(self, town: Town) -> Home:
        chance = self._chance
        block, house = chance.randint(1, 14), chance.randint(1, 25)
        building = f"{chance.choice(BUILDINGS)}{chance.randint(101, 508)}号室"
        return Home(
            chance.choice(self._families),
            f"北海道旭川市{town.name}{chance.randint(1, 6)}丁目{block}番{house}号",
            building if chance.happens(0.2) else None,
            f"0166-00-{chance.randrange(10000):04}",
            round(chance.triangular(1935, 1985, 1956)),
        )


def in_order_of_arrival(rows: Rows) -> None:
    """Let accounts stand in their tables as they were opened, and not group by group."""
    residents, profiles = rows.kept("residents"), rows.kept("profiles")
    pairs = sorted(zip(residents, profiles, strict=True), key=lambda pair: pair[0][2])
    residents[:] = [resident for resident, _profile in pairs]
    profiles[:] = [profile for _resident, profile in pairs]
