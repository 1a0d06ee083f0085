"""Residents and what they told the city, home by home.

Nobody here can be reached: the towns do not exist, no local exchange begins with 0, no mobile
number with 090-0 is assigned (the ministry's numbering plan), ``.example`` is reserved (RFC 2606).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from db.demo.cast import Role
from db.demo.chance import Chance
from db.demo.names import Name, Names
from db.demo.places import CITY, OPENING, Town
from db.tables.base import UUID
from db.tables.residents import NEUTRAL_NAME, Profile, Resident

BUILDINGS = ("コーポ旭", "メゾン大雪", "ハイツ石狩", "サンハイム", "グランデ常磐")

# Ages count from here and not from today: a birth date quoted in a document must stay as it is.
AGES_OF = 2026

# One in so many told the city nothing at all.
SILENT_EVERY = 60

KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


@dataclass(frozen=True, eq=False)
class Home:
    """The people of one address; compared by identity, for namesakes may live next door."""

    family: Name
    address: str
    building: str | None
    landline: str
    head_age: int
    since: date


@dataclass(frozen=True, eq=False)
class Person:
    """A resident. ``role`` is that of the cast; the ``silent`` told the city nothing at all."""

    resident: Resident
    profile: Profile
    home: Home
    role: Role | None = None
    silent: bool = False

    @property
    def id(self) -> UUID:
        """The resident's id."""
        return self.resident.id

    @property
    def told_everything(self) -> bool:
        """Whether every field is filled in; a building not everybody has."""
        told = self.profile
        return None not in (
            told.family_name,
            told.kana,
            told.address,
            told.area_id,
            told.phone,
            told.email,
            told.birth_date,
        )


class Settlers:
    """Draws the people of one town."""

    def __init__(self, town: Town, area_id: UUID) -> None:
        self._town = town
        self._area_id = area_id
        self._chance = Chance(f"people of {town.name}")
        self._names = Names(self._chance)

    def settle(self, count: int) -> list[Person]:
        """That many people, those of one home in a row."""
        people: list[Person] = []
        while len(people) < count:
            home = self._home(self._names.family())
            before_the_silent = SILENT_EVERY - 1 - len(people) % SILENT_EVERY
            if before_the_silent == 0:
                people.append(self._silent_person(home))
            else:
                size = self._chance.choices((1, 2, 3, 4), weights=(3, 4, 2, 1))[0]
                people += self._family(home, min(size, before_the_silent))
        return people[:count]

    def play(self, role: Role) -> list[Person]:
        """Somebody of the cast, with every field filled in, and the partner at home."""
        home = self._home(role.family, AGES_OF - role.birth_date.year)
        resident = self._resident()
        profile = self._full_profile(resident, home, role.given)
        profile.display_name = role.display_name
        profile.birth_date = role.birth_date
        partner = self._person(home, 1, self._names.given(other_than=[role.given]))
        return [Person(resident, profile, home, role), partner]

    def _family(self, home: Home, size: int) -> list[Person]:
        """People of one home, none of whom has the other's name."""
        given: list[Name] = []
        while len(given) < size:
            given.append(self._names.given(other_than=given))
        return [self._person(home, place, name) for place, name in enumerate(given)]

    def _person(self, home: Home, place: int, given: Name) -> Person:
        """Somebody who left some fields out; ``place`` 0 is the head of the home."""
        chance = self._chance
        resident = self._resident()
        profile = self._full_profile(resident, home, given)
        profile.birth_date = self._birth_date(home.head_age, place)
        profile.display_name = display_name(profile, chance)
        if chance.happens(0.03):
            profile.family_name = profile.given_name = profile.kana = None
        if chance.happens(0.03):
            profile.kana = None
        if chance.happens(0.04):
            profile.postal_code = profile.address = profile.building = None
        if chance.happens(0.12):
            profile.area_id = None
        if chance.happens(0.15):
            profile.phone = None
        if chance.happens(0.30):
            profile.email = None
        if chance.happens(0.25):
            profile.birth_date = None
        return Person(resident, profile, home)

    def _silent_person(self, home: Home) -> Person:
        resident = self._resident()
        profile = Profile(city=CITY, resident_id=resident.id, display_name=NEUTRAL_NAME)
        return Person(resident, profile, home, silent=True)

    def _full_profile(self, resident: Resident, home: Home, given: Name) -> Profile:
        chance = self._chance
        family = home.family
        mobile = f"090-0000-{chance.randrange(10000):04}"
        return Profile(
            city=CITY,
            resident_id=resident.id,
            display_name=family.kanji,
            family_name=family.kanji,
            given_name=given.kanji,
            kana=f"{family.kana} {given.kana}",
            postal_code=self._town.postal_code,
            address=home.address,
            building=home.building,
            area_id=self._area_id,
            phone=home.landline if chance.happens(0.4) else mobile,
            email=f"{family.latin}.{given.latin}{chance.randint(10, 999)}@mail.example".lower(),
        )

    def _resident(self) -> Resident:
        chance = self._chance
        opened = OPENING + timedelta(days=chance.randrange(330), minutes=chance.randrange(720))
        return Resident(city=CITY, id=chance.random_id(), opened_at=opened)

    def _home(self, family: Name, age: int | None = None) -> Home:
        chance = self._chance
        block, house = chance.randint(1, 14), chance.randint(1, 25)
        address = f"北海道旭川市{self._town.name}{chance.randint(1, 6)}丁目{block}番{house}号"
        if age is None:
            age = round(chance.triangular(24, 94, 66))
        years_here = chance.randint(1, max(1, age - 26))
        since = date(AGES_OF - 1 - years_here, chance.randint(1, 12), chance.randint(1, 28))
        landline = f"0166-00-{chance.randrange(10000):04}"
        return Home(family, address, self._building(), landline, age, since)

    def _building(self) -> str | None:
        chance = self._chance
        room = chance.randint(1, 5) * 100 + chance.randint(1, 8)
        if self._town.estate is not None:
            return f"{self._town.estate}{chance.randint(1, 12)}号棟{room}号室"
        return f"{chance.choice(BUILDINGS)}{room}号室" if chance.happens(0.12) else None

    def _birth_date(self, head_age: int, place: int) -> date:
        chance = self._chance
        # The second of a home is the partner, the others are children old enough for an account.
        gap = (0, chance.randint(-4, 6), chance.randint(22, 34), chance.randint(24, 38))[place]
        year = AGES_OF - max(head_age - gap, 16)
        return date(year, chance.randint(1, 12), chance.randint(1, 28))


def display_name(profile: Profile, chance: Chance) -> str:
    """What somebody of that name may choose to be called: mostly the family name alone."""
    if profile.family_name is None or profile.given_name is None or profile.kana is None:
        return profile.display_name
    family, given = profile.family_name, profile.given_name
    family_kana, given_kana = profile.kana.translate(KATAKANA_TO_HIRAGANA).split()
    choices = (
        family,
        f"{family} {given}",
        f"{family}({given[0]})",
        f"{given_kana[:2]}ちゃん",
        family_kana,
        given,
        NEUTRAL_NAME,
    )
    return chance.choices(choices, weights=(48, 18, 12, 6, 7, 6, 3))[0]
