"""Two cities with somebody of every kind in them, and a name for every row."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from db.ids import new_id
from permissions.words import Power
from tests.harness.city import ALL_POWERS, City, Person, Thing

# What tells the rows of a table apart; a table that is not here stops the tests.
KEYS = {
    "appointments": ("id",),
    "areas": ("id",),
    "changes": ("id",),
    "circular_versions": ("circular_id",),
    "circulars": ("id",),
    "cities": ("city",),
    "city_policies": ("category",),
    "delegations": ("group_id", "power"),
    "groups": ("id",),
    "hans": ("id",),
    "households": ("id",),
    "idempotency_keys": ("person", "key"),
    "member_details": ("membership_id",),
    "membership_requests": ("id",),
    "memberships": ("id",),
    "offices": ("id",),
    "paper_deliveries": ("circular_id", "membership_id"),
    "past_places": ("membership_id",),
    "profiles": ("resident_id",),
    "release_quotas": ("group_id",),
    "receipts": ("circular_id", "membership_id"),
    "releases": ("id",),
    "residents": ("id",),
    "sessions": ("person",),
    "staff": ("id",),
    "suppressions": ("id",),
}


@dataclass
class Neighbourhood:
    """A city whose rows have names: people and their sessions by theirs, every id in ``names``."""

    city: City
    people: dict[str, Person] = field(default_factory=dict)
    sessions: dict[str, UUID] = field(default_factory=dict)
    names: dict[Any, str] = field(default_factory=dict)

    def call(self, name: str, id_: Any) -> None:
        self.names[id_] = name

    def who(self, name: str) -> tuple[UUID | None, UUID | None]:
        """The person and the session of somebody, for ``app.enter``; nothing for "nobody"."""
        if name == "nobody":
            return None, None
        return self.people[name].id, self.sessions[name]

    def label(self, table: str, row: Any) -> str:
        """The name of a row of ``table``."""
        values = [row[column] for column in KEYS[table]]
        return " ".join(self.names.get(value, str(value)) for value in values)

    async def person(self, name: str, **profile: Any) -> Person:
        person = await self.city.person(display_name=name, phone="0166-00-0001", **profile)
        self.people[name] = person
        self.call(name, person.id)
        return person

    async def member(self, group: Thing, name: str, **more: Any) -> Any:
        member = await self.city.member(group, self.people[name], display_name=name, **more)
        self.call(f"{name}@{self.names[group.id]}", member.id)
        return member

    async def officer(self, member: Any, title: str, *powers: Power, **term: Any) -> None:
        group = Thing(member.group_id, "Group", member.group_id)
        office = await self.city.office(group, title, *powers)
        self.call(title, office.id)
        appointment = await self.city.appoint(member, office, **term)
        self.call(f"{title}:{self.names[member.person.id]}", appointment.id)

    async def group(self, name: str, **more: Any) -> Thing:
        group = await self.city.group(name, delegated=ALL_POWERS, **more)
        self.call(name, group.id)
        return group

    async def release(self, name: str, viewer: Person, group: Thing, *subjects: Person) -> None:
        id_ = new_id(self.city.clock())
        await self.city.insert(
            "releases",
            id=id_,
            released_at=self.city.clock(),
            viewer=viewer.id,
            session_id=uuid4(),
            group_id=group.id,
            appointment_id=uuid4(),
            office_id=uuid4(),
            office_title="会長",
            viewer_name="会員",
            fields=["Member.phone"],
            purposes=["reach a member when time presses"],
            subjects=[subject.id for subject in subjects],
            rule_version="0",
        )
        self.call(name, id_)


async def settle(city: City) -> Neighbourhood:
    """Put everybody in place.

    akebono: ken 会長 with all powers, kaikei 会計 with PUBLISH, mae 前会長 until yesterday,
    asu 次会長 from tomorrow, hanako, sayuri and sachi who are suppressed, saru who left.
    botan (members see each other): ken, hanako, taro. chigusa (suspended): yasumi 会長, kyu.
    dahlia (ended): owari 会長, kyu.
    """
    here = Neighbourhood(city)
    area = await city.area("春光")
    here.names |= {area.id: "春光", city.number: "the city"}
    akebono = await here.group("akebono")
    botan = await here.group("botan", directory="MEMBERS", area_id=area.id)
    chigusa = await here.group("chigusa", participation="SUSPENDED")
    dahlia = await here.group("dahlia", participation="ENDED")
    for name in (
        *("ken", "kaikei", "mae", "asu", "hanako", "sayuri", "sachi", "saru"),
        *("taro", "yasumi", "owari", "kyu", "applicant", "stranger"),
    ):
        await here.person(name)
    for role in ("OPERATIONS", "SUPPRESSION", "AUDITOR"):
        here.people[role] = await city.staff(role)
        here.call(role, here.people[role].id)

    first = await city.han(akebono, "1班")
    second = await city.han(botan, "い組")
    theirs = await city.household(akebono, han=first)
    here.names |= {first.id: "1班", second.id: "い組", theirs.id: "hanako's house"}
    shared = await city.household(akebono, han=first)
    alone = await city.household(akebono, han=first)
    here.names |= {shared.id: "sachi and asu's house", alone.id: "sayuri's house"}

    ken = await here.member(akebono, "ken")
    kaikei = await here.member(akebono, "kaikei")
    hanako = await here.member(akebono, "hanako", han=first, household=theirs)
    sayuri = await here.member(akebono, "sayuri", han=first, household=alone)
    await here.member(akebono, "sachi", household=shared)
    mae = await here.member(akebono, "mae")
    asu = await here.member(akebono, "asu", household=shared)
    saru = await here.member(akebono, "saru")
    await city.leave(saru)
    ken_there = await here.member(botan, "ken")
    hanako_there = await here.member(botan, "hanako")
    taro = await here.member(botan, "taro")
    yasumi = await here.member(chigusa, "yasumi")
    await here.member(chigusa, "kyu")
    owari = await here.member(dahlia, "owari")
    kyu = await here.member(dahlia, "kyu")

    await here.officer(ken, "会長", *ALL_POWERS)
    await here.officer(kaikei, "会計", Power.PUBLISH)
    yesterday, tomorrow = city.clock.day(-1), city.clock.day(1)
    await here.officer(mae, "前会長", *ALL_POWERS, ends_on=yesterday)
    await here.officer(asu, "次会長", *ALL_POWERS, starts_on=tomorrow)
    await here.officer(yasumi, "休会長", *ALL_POWERS)
    await here.officer(owari, "元会長", *ALL_POWERS)

    for name in ("sayuri", "sachi"):
        here.call(f"{name}'s suppression", await city.suppress(here.people[name]))
    to_akebono = await city.request(akebono, here.people["applicant"], message="はじめまして")
    to_botan = await city.request(botan, here.people["sayuri"], message="よろしく")
    here.names |= {to_akebono.id: "applicant to akebono", to_botan.id: "sayuri to botan"}

    dance = await city.circular(ken, "盆踊り", published_at=city.clock() - timedelta(days=3))
    trip = await city.circular(taro, "親睦旅行", published_at=city.clock() - timedelta(days=2))
    last = await city.circular(owari, "解散のお知らせ")
    here.names |= {dance.id: "盆踊り", trip.id: "親睦旅行", last.id: "解散のお知らせ"}
    for circular, member in (
        *((dance, hanako), (dance, sayuri), (dance, kaikei)),
        *((trip, ken_there), (trip, hanako_there), (last, kyu)),
    ):
        await city.receipt(circular, member)
    await city.paper(dance, mae, by=ken)
    await city.paper(dance, sayuri, by=ken)
    await city.switch_off("EMAIL")
    for group in (akebono, botan, chigusa, dahlia):
        await city.insert(
            "release_quotas",
            group_id=group.id,
            people_per_hour=50,
            until=city.clock.day(7),
            reason="名簿の確認",
            set_at=city.clock(),
        )
    await here.release(
        "ken saw hanako and saru", here.people["ken"], akebono, *_of(here, "hanako", "saru")
    )
    await here.release("mae saw sayuri", here.people["mae"], akebono, *_of(here, "sayuri"))
    for name, person in here.people.items():
        here.sessions[name] = await city.session(person)
    return here


def _of(here: Neighbourhood, *names: str) -> list[Person]:
    return [here.people[name] for name in names]
