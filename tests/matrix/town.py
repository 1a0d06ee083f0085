"""Everybody of the matrix, in one city.

Hanako and Jiro live in every group; in Kagura and in Toko they are the same two people. Hanako once
held an office and wrote a circular in it, so every road of the schema leads to her; Jiro never did.
Nobody left a field empty: a null in an answer is a field withheld.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from db.ids import new_id
from permissions.words import Power
from resolvers.global_ids import to_global_id
from tests.harness.city import ALL_POWERS, City, Member, Person, Thing
from tests.harness.kairan import Client
from tests.harness.ledger import about_each

ALL_BUT_ROSTER = tuple(power for power in Power if power is not Power.VIEW_ROSTER)
NO_SUCH_ID = "TWVtYmVyOgAAAAAAAAAAAAAAAAAAAAAA"


@dataclass
class Ward:
    """One group, with what the roads of the matrix pass through."""

    name: str
    group: Thing
    han: Thing
    hanakos_home: Thing
    shared_home: Thing
    hanako: Member
    jiro: Member
    office: Thing
    term: Thing
    circular: Thing
    request: Thing
    applicant: Person
    release: UUID

    @property
    def ids(self) -> dict[str, str]:
        """The ids a client puts into the documents of the matrix."""
        return {
            "group": self.group.gid,
            "han": self.han.gid,
            "household": self.hanakos_home.gid,
            "hanako": self.hanako.gid,
            "jiro": self.jiro.gid,
            "office": self.office.gid,
            "term": self.term.gid,
            "circular": self.circular.gid,
            "shared": self.shared_home.gid,
            "resident": self.hanako.person.gid,
            "request": self.request.gid,
            "release": to_global_id("Release", self.release),
            "unknown": NO_SUCH_ID,
        }


@dataclass
class Seat:
    """A viewer: who asks, and the group that is looked at."""

    name: str
    ward: Ward
    person: Person | None
    memberships: list[Member] = field(default_factory=list)
    client: Client | None = None

    @property
    def asks(self) -> Client:
        """The viewer's client."""
        assert self.client is not None
        return self.client

    @property
    def ids(self) -> dict[str, str]:
        """The ids of the group looked at, and the viewer's own membership."""
        own = self.memberships[0].gid if self.memberships else NO_SUCH_ID
        return {**self.ward.ids, "own": own}

    @property
    def own_ids(self) -> set[str]:
        """The viewer's own memberships."""
        return {membership.gid for membership in self.memberships}


@dataclass
class Town:
    """The city, its wards by name, its viewers by name, and every member's every value."""

    city: City
    wards: dict[str, Ward] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    profiles: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    told: set[UUID] = field(default_factory=set)

    async def newly_told(self) -> set[tuple[str, UUID]]:
        """What the ledger says left since it was last looked at: (field, person) pairs."""
        rows = await self.city.fetch(
            "select id, fields, purposes, subjects, shown from kairan.releases where city = $1"
        )
        new = [row for row in rows if row["id"] not in self.told]
        self.told.update(row["id"] for row in new)
        return {
            (name, person)
            for row in new
            for person, about in about_each(row).items()
            for name, _ in about
        }

    def memberships_of(self, part: str) -> set[str]:
        """The memberships of Hanako, or of Jiro, in all groups."""
        return {getattr(ward, part).gid for ward in self.wards.values()}

    async def resident(self) -> Person:
        """Somebody who filled everything in; no two share a value but the age band."""
        number = len(self.profiles) + 1
        person = await self.city.person(
            family_name=f"佐藤{number:02}",
            given_name=f"花{number:02}",
            kana=f"サトウ{number:02}",
            postal_code=f"070-00{number:02}",
            address=f"神楽{number:02}条3丁目",
            building=f"コーポ{number:02}号",
            phone=f"0166-00-00{number:02}",
            email=f"person{number:02}@kairan.example",
            birth_date=date(1955, 1, 1) + timedelta(days=number),
        )
        self.profiles[person.id] = {
            "name": f"佐藤{number:02} 花{number:02}",
            "familyName": f"佐藤{number:02}",
            "givenName": f"花{number:02}",
            "kana": f"サトウ{number:02}",
            "postalCode": f"070-00{number:02}",
            "address": f"神楽{number:02}条3丁目",
            "building": f"コーポ{number:02}号",
            "phone": f"0166-00-00{number:02}",
            "email": f"person{number:02}@kairan.example",
            "birthDate": str(date(1955, 1, 1) + timedelta(days=number)),
            "ageBand": "SEVENTIES",
        }
        return person

    async def join(
        self, name: str, group: Thing, han: Thing, household: Thing, person: Person
    ) -> Member:
        """A membership, and what it would show of the person to somebody who may see all of it."""
        number = len(self.values)
        shown = f"{name}の{number}"
        joined = date(2000, 1, 1) + timedelta(days=number)
        member = await self.city.member(
            group, person, han=han, household=household, display_name=shown, joined_on=joined
        )
        self.people[member.gid] = person.id
        self.values[member.gid] = {
            **self.profiles[person.id],
            "id": member.gid,
            "displayName": shown,
            "group": {"id": group.gid},
            "appointments": [],
            "status": "ACTIVE",
            "han": {"name": f"{name}一班"},
            "household": {"id": household.gid},
            "joinedOn": str(joined),
        }
        return member

    async def appoint(self, member: Member, office: Thing, first: int, last: int) -> Thing:
        """An appointment from the day ``first`` to the day ``last``, counted from today."""
        day = self.city.clock.day
        term = await self.city.appoint(member, office, starts_on=day(first), ends_on=day(last))
        self.values[member.gid]["appointments"].append({"id": term.gid})
        return term

    async def ward(
        self, name: str, hanako: Person | None = None, jiro: Person | None = None, **group: Any
    ) -> Ward:
        """A group with Hanako and Jiro in it: these two people, or others who play their part."""
        city = self.city
        thing = await city.group(f"{name}町内会", **group)
        han = await city.han(thing, f"{name}一班")
        hers, shared = await city.household(thing, han=han), await city.household(thing, han=han)
        she = await self.join(name, thing, han, hers, hanako or await self.resident())
        he = await self.join(name, thing, han, shared, jiro or await self.resident())
        office = await city.office(thing, "会計")
        term = await self.appoint(she, office, -400, -40)
        circular = await city.circular(
            she, "夏祭り", published_at=city.clock() - timedelta(days=60)
        )
        await city.receipt(
            circular,
            she,
            delivered_at=city.clock() - timedelta(days=59),
            read_at=city.clock() - timedelta(days=58),
        )
        await city.paper(circular, she, by=he)
        await self._change(thing, she)
        applicant = await self.resident()
        request = await city.request(thing, applicant, display_name=f"{name}に越した者")
        release = await self._release(term, office, by=he, about=she)
        self.wards[name] = Ward(
            name,
            thing,
            han,
            hers,
            shared,
            she,
            he,
            office,
            term,
            circular,
            request,
            applicant,
            release,
        )
        return self.wards[name]

    async def _change(self, group: Thing, by: Member) -> None:
        """A row of the history, from when she was in office."""
        await self.city.insert(
            "changes",
            id=new_id(self.city.clock()),
            changed_at=self.city.clock() - timedelta(days=60),
            actor=by.person.id,
            actor_membership_id=by.id,
            kind="MEMBER_DIRECTORY_SET",
            group_id=group.id,
            before="{}",
            after="{}",
        )

    async def _release(self, term: Thing, office: Thing, *, by: Member, about: Member) -> UUID:
        """A row of the ledger, from before anybody of the matrix looked."""
        id_ = new_id(self.city.clock())
        await self.city.insert(
            "releases",
            id=id_,
            released_at=self.city.clock(),
            viewer=by.person.id,
            session_id=uuid4(),
            group_id=office.group_id,
            appointment_id=term.id,
            office_id=office.id,
            office_title="会計",
            viewer_name="次郎",
            fields=["Member.address"],
            purposes=["find the household that a circular did not reach"],
            subjects=[about.person.id],
            rule_version="1",
        )
        return id_

    async def seat(
        self,
        name: str,
        ward: Ward,
        *,
        of: Ward | None = None,
        powers: tuple[Power, ...] | None = None,
        term: tuple[int, int] = (-30, 30),
        also: Ward | None = None,
    ) -> Seat:
        """A member of ``of``, by default the group looked at; with ``powers``, its officer."""
        seat = Seat(name, ward, await self.resident())
        self.seats[name] = seat
        assert seat.person is not None
        for home in filter(None, (of or ward, also)):
            member = await self.join(home.name, home.group, home.han, home.shared_home, seat.person)
            seat.memberships.append(member)
        if powers is not None:
            office = await self.city.office((of or ward).group, f"{name}の役", *powers)
            await self.appoint(seat.memberships[0], office, *term)
        return seat


async def arrange(city: City) -> Town:
    """The town of the matrix. What each viewer lacks is in the name."""
    town = Town(city)
    hanako, jiro = await town.resident(), await town.resident()
    kagura = await town.ward("神楽", hanako, jiro)
    shunko = await town.ward("春光", directory="MEMBERS")
    suehiro = await town.ward("末広", participation="TRIAL")
    asahi = await town.ward("旭", delegated=ALL_BUT_ROSTER)
    nagayama = await town.ward("永山", participation="SUSPENDED")
    toyooka = await town.ward("豊岡", participation="ENDED")
    toko = await town.ward("東光", hanako, jiro)

    town.seats["nobody"] = Seat("nobody", kagura, None)
    town.seats["stranger"] = Seat("stranger", kagura, await town.resident())
    town.seats["applicant"] = Seat("applicant", kagura, kagura.applicant)
    for name in ("OPERATIONS", "SUPPRESSION", "AUDITOR"):
        town.seats[f"staff {name}"] = Seat(f"staff {name}", kagura, await city.staff(name))

    gone = await town.seat("left the group", kagura, powers=ALL_POWERS)
    await city.leave(gone.memberships[0])
    town.values[gone.memberships[0].gid]["status"] = "LEFT"

    await town.seat("member", kagura)
    await town.seat("member, open list", shunko)
    await town.seat("roster officer", kagura, powers=(Power.VIEW_ROSTER,))
    await town.seat("other officer", kagura, powers=ALL_BUT_ROSTER)
    await town.seat("chair", kagura, powers=ALL_POWERS)
    await town.seat("chair, trial", suehiro, powers=ALL_POWERS)
    await town.seat("chair elsewhere", kagura, of=toko, powers=ALL_POWERS)
    await town.seat("elsewhere + member", kagura, of=toko, powers=ALL_POWERS, also=kagura)
    await town.seat("former officer", kagura, powers=ALL_POWERS, term=(-400, -1))
    await town.seat("officer tomorrow", kagura, powers=ALL_POWERS, term=(1, 400))
    await town.seat("power taken back", asahi, powers=ALL_POWERS)
    await town.seat("officer, suspended", nagayama, powers=ALL_POWERS)
    await town.seat("member, suspended", nagayama)
    await town.seat("officer, ended", toyooka, powers=ALL_POWERS)
    await town.seat("member, ended", toyooka)
    town.seats["herself"] = Seat("herself", kagura, hanako, [kagura.hanako, toko.hanako])
    town.seats["herself, open list"] = Seat(
        "herself, open list", shunko, shunko.hanako.person, [shunko.hanako]
    )
    return town
