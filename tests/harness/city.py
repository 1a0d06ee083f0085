"""A city of its own for each test: nothing is cleaned up, because nobody else can see it.

Facts are put in place by the cluster's superuser, whom row security does not bind: these are the
givens of a test. What the test is about goes over HTTP, as the server's role.
"""

import itertools
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from db.ids import new_id
from permissions.words import Power
from resolvers.global_ids import to_global_id
from tests.harness.clock import Clock
from tests.harness.personal import note

ALL_POWERS = tuple(Power)
_numbers = itertools.count(10_001)


@dataclass(frozen=True)
class Person:
    """A resident or a city employee."""

    id: UUID
    kind: str = "RESIDENT"

    @property
    def gid(self) -> str:
        """The id a client sees."""
        return to_global_id("Resident", self.id)


@dataclass(frozen=True)
class Thing:
    """A group, han, household, office, appointment or circular."""

    id: UUID
    type: str
    group_id: UUID

    @property
    def gid(self) -> str:
        """The id a client sees."""
        return to_global_id(self.type, self.id)


@dataclass(frozen=True)
class Member(Thing):
    """A membership of a person."""

    person: Person


@dataclass
class City:
    """Arranges one tenant's facts. Every method writes at once and returns what it made."""

    superuser: asyncpg.Pool
    clock: Clock = field(default_factory=Clock)
    number: int = field(default_factory=lambda: next(_numbers))

    async def execute(self, statement: str, *arguments: Any) -> None:
        """Change the givens: ``$1`` is the city."""
        await self.superuser.execute(statement, self.number, *arguments)

    async def fetch(self, statement: str, *arguments: Any) -> list[dict[str, Any]]:
        """Look at the tables themselves: ``$1`` is the city."""
        rows = await self.superuser.fetch(statement, self.number, *arguments)
        return [dict(row) for row in rows]

    async def insert(self, table: str, **columns: Any) -> None:
        """One row of ``kairan.<table>``; ``city`` is filled in."""
        if table in ("profiles", "member_details"):
            note(columns)
        names = ", ".join(columns)
        places = ", ".join(f"${position}" for position in range(2, len(columns) + 2))
        await self.execute(
            f"insert into kairan.{table} (city, {names}) values ($1, {places})", *columns.values()
        )

    async def found(self) -> "City":
        """Put the city itself in place."""
        await self.execute("insert into kairan.cities (city, name) values ($1, '試験市')")
        return self

    def _id(self) -> UUID:
        return new_id(self.clock())

    async def area(self, name: str) -> Thing:
        """An area."""
        area = Thing(self._id(), "Area", uuid4())
        await self.insert("areas", id=area.id, name=name)
        return area

    async def group(
        self,
        name: str,
        *,
        participation: str = "ACTIVE",
        directory: str = "OFFICERS",
        delegated: tuple[Power, ...] = ALL_POWERS,
        **columns: Any,
    ) -> Thing:
        """A group with the powers delegated to it: all of them unless said otherwise."""
        id_ = self._id()
        await self.insert(
            "groups",
            id=id_,
            name=name,
            participation=participation,
            member_directory=directory,
            **columns,
        )
        for power in delegated:
            await self.insert(
                "delegations", group_id=id_, power=power.value, delegated_at=self.clock()
            )
        return Thing(id_, "Group", id_)

    async def person(self, **profile: Any) -> Person:
        """A resident with an account, and the profile fields given; all others are empty."""
        person = Person(uuid4())
        await self.insert("residents", id=person.id, opened_at=self.clock())
        await self.insert("profiles", resident_id=person.id, **profile)
        return person

    async def staff(self, *roles: str) -> Person:
        """A city employee."""
        person = Person(uuid4(), "STAFF")
        await self.insert("staff", id=person.id, roles=list(roles))
        return person

    async def han(self, group: Thing, name: str) -> Thing:
        """A han of a group."""
        han = Thing(self._id(), "Han", group.id)
        await self.insert("hans", id=han.id, group_id=group.id, name=name, position=0)
        return han

    async def household(
        self, group: Thing, *, han: Thing | None = None, paper_only: bool = False
    ) -> Thing:
        """A household of a group."""
        household = Thing(self._id(), "Household", group.id)
        await self.insert(
            "households",
            id=household.id,
            group_id=group.id,
            han_id=han.id if han else None,
            paper_only=paper_only,
        )
        return household

    async def member(
        self,
        group: Thing,
        person: Person,
        *,
        han: Thing | None = None,
        household: Thing | None = None,
        began_at: datetime | None = None,
        status: str = "ACTIVE",
        **details: Any,
    ) -> Member:
        """A membership, begun a year ago unless said otherwise.

        ``details`` are columns of ``member_details``: display_name, joined_on, kept_private.
        """
        member = Member(uuid4(), "Member", group.id, person)
        began = began_at or self.clock.now.replace(year=self.clock.now.year - 1)
        await self.insert(
            "memberships",
            id=member.id,
            group_id=group.id,
            resident_id=person.id,
            status=status,
            began_at=began,
            ended_at=None if status == "ACTIVE" else self.clock(),
        )
        await self.insert(
            "member_details",
            membership_id=member.id,
            group_id=group.id,
            resident_id=person.id,
            status=status,
            han_id=han.id if han else None,
            household_id=household.id if household else None,
            **details,
        )
        return member

    async def leave(self, member: Member, status: str = "LEFT") -> None:
        """End a membership; its details follow by their foreign key."""
        await self.execute(
            "update kairan.memberships set status = $3, ended_at = $4 where city = $1 and id = $2",
            member.id,
            status,
            self.clock(),
        )

    async def office(self, group: Thing, title: str, *powers: Power) -> Thing:
        """An office of a group."""
        office = Thing(self._id(), "Office", group.id)
        await self.insert(
            "offices",
            id=office.id,
            group_id=group.id,
            title=title,
            powers=[power.value for power in powers],
            position=0,
        )
        return office

    async def appoint(
        self,
        member: Member,
        office: Thing,
        *,
        starts_on: date | None = None,
        ends_on: date | None = None,
    ) -> Thing:
        """An appointment; in term from a month ago to a month ahead unless said otherwise."""
        appointment = Thing(self._id(), "Appointment", office.group_id)
        await self.insert(
            "appointments",
            id=appointment.id,
            group_id=office.group_id,
            office_id=office.id,
            membership_id=member.id,
            starts_on=starts_on or self.clock.day(-30),
            ends_on=ends_on or self.clock.day(30),
        )
        return appointment

    async def officer(self, member: Member, title: str, *powers: Power) -> Thing:
        """A new office with ``powers``, held by ``member`` now; returns the appointment."""
        group = Thing(member.group_id, "Group", member.group_id)
        return await self.appoint(member, await self.office(group, title, *powers))

    async def request(self, group: Thing, person: Person, **columns: Any) -> Thing:
        """An application to join."""
        request = Thing(self._id(), "MembershipRequest", group.id)
        await self.insert(
            "membership_requests",
            id=request.id,
            group_id=group.id,
            resident_id=person.id,
            requested_at=self.clock(),
            **columns,
        )
        return request

    async def circular(
        self,
        author: Member,
        title: str,
        *,
        body: str = "本文",
        published_at: datetime | None = None,
        **columns: Any,
    ) -> Thing:
        """A circular by ``author``, published now unless said otherwise, to all by default."""
        circular = Thing(self._id(), "Circular", author.group_id)
        await self.insert(
            "circulars",
            id=circular.id,
            group_id=author.group_id,
            title=title,
            body=body,
            author_membership_id=author.id,
            published_at=published_at or self.clock(),
            **columns,
        )
        return circular

    async def receipt(
        self,
        circular: Thing,
        member: Member,
        *,
        delivered_at: datetime | None = None,
        read_at: datetime | None = None,
    ) -> None:
        """What a member did with a circular."""
        await self.insert(
            "receipts",
            circular_id=circular.id,
            membership_id=member.id,
            group_id=member.group_id,
            delivered_at=delivered_at or self.clock(),
            read_at=read_at,
        )

    async def paper(self, circular: Thing, member: Member, by: Member) -> None:
        """An officer recorded a paper delivery."""
        await self.insert(
            "paper_deliveries",
            circular_id=circular.id,
            membership_id=member.id,
            group_id=member.group_id,
            recorded_by=by.id,
            recorded_at=self.clock(),
        )

    async def suppress(self, person: Person) -> UUID:
        """A suppression, provisional from the first second."""
        suppression = self._id()
        await self.insert(
            "suppressions", id=suppression, resident_id=person.id, began_at=self.clock()
        )
        return suppression

    async def switch_off(self, category: str) -> None:
        """City policy: this category goes to nobody but the person."""
        await self.insert(
            "city_policies", category=category, since=self.clock(), reason="審議会の答申"
        )

    async def login(self, person: Person, password_hash: str = "none") -> str:
        """A login of this person, nobody else's in any city; with no hash nobody signs in by it."""
        login = f"{person.kind.lower()}.{person.id.hex}@kairan.example"
        note({"login": login})
        await self.superuser.execute(
            "insert into kairan.logins (login, city, person, kind, password_hash)"
            " values ($1, $2, $3, $4, $5)",
            login,
            self.number,
            person.id,
            person.kind,
            password_hash,
        )
        return login

    async def session(self, person: Person) -> UUID:
        """A session that is alive for a day."""
        session = uuid4()
        await self.insert(
            "sessions",
            id=session,
            person=person.id,
            kind=person.kind,
            opened_at=self.clock(),
            expires_at=self.clock.now.replace(year=self.clock.now.year + 2),
        )
        return session
