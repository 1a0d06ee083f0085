"""An association whose officer reads, and its ledger in words."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from permissions.words import Power
from tests.harness.city import City, Member, Person, Thing
from tests.harness.kairan import Client, Kairan
from tests.harness.ledger import alike

# office, group, fields, people
Row = tuple[str, str, list[str], list[str]]

_ROWS = """
    select r.office_title, g.name, r.fields, r.subjects, r.purposes, r.shown
    from kairan.releases r join kairan.groups g on g.city = $1 and g.id = r.group_id
    where r.city = $1
"""


@dataclass
class Association:
    """神楽町内会 and its people by name; Ken is 会長 with VIEW_ROSTER and VIEW_RECEIPTS."""

    city: City
    group: Thing
    ken: Client
    people: dict[str, Person] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)

    async def rows(self) -> list[Row]:
        """The whole ledger of the city in the order of the fields, each of its rows taken apart by
        what left of whom.
        """
        names: dict[UUID, str] = {person.id: name for name, person in self.people.items()}
        return sorted(
            (
                row["office_title"],
                row["name"],
                fields,
                sorted(names[subject] for subject in subjects),
            )
            for row in await self.city.fetch(_ROWS)
            for fields, subjects in alike(row)
        )

    async def looks(self) -> int:
        """How many rows the ledger of the city has."""
        return len(await self.city.fetch(_ROWS))

    async def left(self) -> set[tuple[str, str]]:
        """The ledger as pairs of field and person."""
        pairs = [
            (field, name)
            for _, _, fields, names in await self.rows()
            for field in fields
            for name in names
        ]
        assert len(pairs) == len(set(pairs)), "the ledger says something twice"
        return set(pairs)

    async def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """Ken asks, about his group unless told otherwise."""
        return await self.ken.ask(document, **{"group": self.group.gid} | variables)

    async def join(self, name: str, group: Thing, person: Person, **details: Any) -> Member:
        """A membership; details as in City.member."""
        self.people[name] = person
        self.members[name] = await self.city.member(group, person, display_name=name, **details)
        return self.members[name]


EVERYTHING = {
    "family_name": "神楽",
    "given_name": "花子",
    "kana": "カグラ ハナコ",
    "postal_code": "070-8003",
    "address": "神楽3条4丁目",
    "building": "すずらん荘201",
    "phone": "0166-00-0001",
    "email": "hanako@mail.example",
}


async def associate(city: City, kairan: Kairan) -> Association:
    """hanako filled in everything, taro left out phone, email and building, yuki keeps her phone
    and her place to herself, jiro filled in nothing, sayuri everything and is suppressed.
    """
    group = await city.group("神楽町内会")
    ken = await city.person(**EVERYTHING)
    here = Association(city, group, await kairan.client(ken))
    first, second = await city.han(group, "1班"), await city.han(group, "2班")
    house = await city.household(group, han=first)
    leading = await here.join("ken", group, ken, han=first, household=house)
    await city.officer(leading, "会長", Power.VIEW_ROSTER, Power.VIEW_RECEIPTS)
    since = city.clock.day(-400)
    hanako = await city.person(**EVERYTHING)
    await here.join("hanako", group, hanako, han=first, household=house, joined_on=since)
    less = {k: v for k, v in EVERYTHING.items() if k not in ("phone", "email", "building")}
    taro = await city.person(**less | {"family_name": "春光", "given_name": "太郎"})
    await here.join("taro", group, taro, han=second)
    private = {"kept_private": ["PHONE", "PLACE"], "joined_on": since}
    await here.join("yuki", group, await city.person(**EVERYTHING), han=first, **private)
    await here.join("jiro", group, await city.person())
    sayuri = await city.person(**EVERYTHING)
    await here.join("sayuri", group, sayuri, han=first, household=house, joined_on=since)
    await city.suppress(sayuri)
    return here
