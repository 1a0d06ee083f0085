"""One loader for each edge, made anew for each request; each batch is one statement."""

from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from aiodataloader import DataLoader
from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bench.ordinary.models import (
    Appointment,
    Circular,
    CityPolicy,
    Delegation,
    Group,
    MemberDetails,
    Membership,
    Office,
    PaperDelivery,
    Profile,
    Receipt,
)
from bench.ordinary.recipients import Recipient, Sent, recipients_of

RELEASING = ("TRIAL", "ACTIVE")
CATEGORIES = frozenset({"NAME", "ADDRESS", "PHONE", "EMAIL"})


@dataclass(frozen=True)
class Standing:
    """What somebody is in a group.

    :param readable: the categories of members' data that he may read.
    """

    membership: UUID
    powers: frozenset[str]
    readable: frozenset[str]


class Loaders:
    """Everything that is loaded for somebody, at a moment."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        city: int,
        person: UUID | None,
        at: datetime,
        today: date,
    ) -> None:
        self._sessions = sessions
        self._city, self._person, self._at, self._today = city, person, at, today
        self.groups = _loader(self._groups)
        self.standings = _loader(self._standings)
        self.switched_off = _loader(self._switched_off)
        self.profiles = _loader(self._profiles)
        self.members = _loader(self._members)
        self.memberships = _loader(self._memberships)
        self.unread = _loader(self._unread)
        self.recipients = _loader(self._recipients)
        self.members_of_group = _loader(self._members_of_group)
        self.receipts = _loader(self._receipts)
        self.papers = _loader(self._papers)
        self.terms = _loader(self._terms)

    async def rows(self, statement: Select[Any]) -> Sequence[Any]:
        """The rows of one statement, in a session of its own: siblings run at the same time."""
        async with self._sessions() as session:
            found: Sequence[Any] = (await session.execute(statement)).all()
            return found

    async def _groups(self, ids: list[UUID]) -> list[Any]:
        found = await self.rows(select(Group).where(Group.city == self._city, Group.id.in_(ids)))
        by_id = {row[0].id: row[0] for row in found}
        return [by_id.get(each) for each in ids]

    async def _standings(self, groups: list[UUID]) -> list[Standing | None]:
        """Membership, and the powers of the offices held today inside the delegation."""
        rows = await self.rows(
            select(Membership.group_id, Membership.id, Group.participation, Delegation.power)
            .join(Group, and_(Group.city == self._city, Group.id == Membership.group_id))
            .outerjoin(
                Appointment,
                and_(
                    Appointment.city == self._city,
                    Appointment.membership_id == Membership.id,
                    Appointment.ended_at.is_(None),
                    Appointment.starts_on <= self._today,
                    Appointment.ends_on >= self._today,
                ),
            )
            .outerjoin(Office, and_(Office.city == self._city, Office.id == Appointment.office_id))
            .outerjoin(
                Delegation,
                and_(
                    Delegation.city == self._city,
                    Delegation.group_id == Membership.group_id,
                    Delegation.power == func.any(Office.powers),
                ),
            )
            .where(
                Membership.city == self._city,
                Membership.resident_id == self._person,
                Membership.status == "ACTIVE",
                Membership.group_id.in_(groups),
            )
        )
        powers: dict[UUID, set[str]] = defaultdict(set)
        known: dict[UUID, tuple[UUID, str]] = {}
        for group, membership, participation, power in rows:
            known[group] = (membership, participation)
            if power is not None:
                powers[group].add(power)
        off = await self.switched_off.load(self._city)
        standings = {}
        for group, (membership, participation) in known.items():
            held = frozenset(powers[group] if participation in RELEASING else ())
            readable = CATEGORIES - off if "VIEW_ROSTER" in held else frozenset()
            standings[group] = Standing(membership, held, readable)
        return [standings.get(each) for each in groups]

    async def _switched_off(self, cities: list[int]) -> list[frozenset[str]]:
        rows = await self.rows(select(CityPolicy).where(CityPolicy.city.in_(cities)))
        return [
            frozenset(row[0].category for row in rows if row[0].city == city) for city in cities
        ]

    async def _profiles(self, residents: list[UUID]) -> list[Any]:
        rows = await self.rows(
            select(Profile).where(Profile.city == self._city, Profile.resident_id.in_(residents))
        )
        by_id = {row[0].resident_id: row[0] for row in rows}
        return [by_id.get(each) for each in residents]

    async def _members(self, ids: list[UUID]) -> list[Any]:
        """Membership, details and profile of each."""
        rows = await self.rows(
            select(Membership, MemberDetails, Profile)
            .outerjoin(
                MemberDetails,
                and_(
                    MemberDetails.city == self._city, MemberDetails.membership_id == Membership.id
                ),
            )
            .outerjoin(
                Profile,
                and_(Profile.city == self._city, Profile.resident_id == Membership.resident_id),
            )
            .where(Membership.city == self._city, Membership.id.in_(ids))
        )
        by_id = {row[0].id: row for row in rows}
        return [by_id.get(each) for each in ids]

    async def _memberships(self, residents: list[UUID]) -> list[list[UUID]]:
        """The ids of each one's memberships, the oldest first."""
        rows = await self.rows(
            select(Membership.resident_id, Membership.id)
            .where(Membership.city == self._city, Membership.resident_id.in_(residents))
            .order_by(Membership.began_at, Membership.id)
        )
        return [[row.id for row in rows if row.resident_id == each] for each in residents]

    async def _unread(self, groups: list[UUID]) -> list[int]:
        own = select(Membership.id).where(
            Membership.city == self._city,
            Membership.resident_id == self._person,
            Membership.status == "ACTIVE",
        )
        read = exists().where(
            Receipt.city == self._city,
            Receipt.circular_id == Circular.id,
            Receipt.membership_id.in_(own),
            Receipt.read_at.is_not(None),
        )
        rows = await self.rows(
            select(Circular.group_id, func.count())
            .where(
                Circular.city == self._city,
                Circular.group_id.in_(groups),
                Circular.published_at <= self._at,
                Circular.withdrawn_at.is_(None),
                self._addressed(own),
                ~read,
            )
            .group_by(Circular.group_id)
        )
        counted = dict(map(tuple, rows))
        return [counted.get(each, 0) for each in groups]

    def _addressed(self, own: Any) -> Any:
        hans = select(MemberDetails.han_id).where(
            MemberDetails.city == self._city, MemberDetails.membership_id.in_(own)
        )
        offices = select(Appointment.office_id).where(
            Appointment.city == self._city,
            Appointment.membership_id.in_(own),
            Appointment.ended_at.is_(None),
            Appointment.starts_on <= self._today,
            Appointment.ends_on >= self._today,
        )
        return or_(
            Circular.audience == "ALL",
            and_(Circular.audience == "HAN", Circular.audience_han_id.in_(hans)),
            and_(Circular.audience == "OFFICE", Circular.audience_office_id.in_(offices)),
        )

    async def _recipients(self, sent: list[Sent]) -> list[list[Recipient]]:
        """Whom each circular went to, by membership id."""
        members = await self.members_of_group.load_many([each.group for each in sent])
        receipts = await self.receipts.load_many([each.circular for each in sent])
        papers = await self.papers.load_many([each.circular for each in sent])
        found = []
        for each, its_members, its_receipts, its_papers in zip(
            sent, members, receipts, papers, strict=True
        ):
            terms = [] if each.office is None else await self.terms.load(each.office)
            found.append(list(recipients_of(each, its_members, its_receipts, its_papers, terms)))
        return found

    async def _members_of_group(self, groups: list[UUID]) -> list[list[Any]]:
        """Every membership there ever was, by id, with the han of those that stand."""
        rows = await self.rows(
            select(
                Membership.group_id,
                Membership.id,
                Membership.status,
                Membership.began_at,
                Membership.ended_at,
                MemberDetails.han_id,
            )
            .outerjoin(
                MemberDetails,
                and_(
                    MemberDetails.city == self._city, MemberDetails.membership_id == Membership.id
                ),
            )
            .where(Membership.city == self._city, Membership.group_id.in_(groups))
            .order_by(Membership.id)
        )
        return [[row for row in rows if row.group_id == each] for each in groups]

    async def _receipts(self, circulars: list[UUID]) -> list[dict[UUID, tuple[Any, Any]]]:
        """Of each circular: when it was delivered and read, by membership."""
        rows = await self.rows(
            select(
                Receipt.circular_id, Receipt.membership_id, Receipt.delivered_at, Receipt.read_at
            ).where(Receipt.city == self._city, Receipt.circular_id.in_(circulars))
        )
        found: dict[UUID, dict[UUID, tuple[Any, Any]]] = {each: {} for each in circulars}
        for circular, membership, delivered_at, read_at in rows:
            found[circular][membership] = (delivered_at, read_at)
        return [found[each] for each in circulars]

    async def _papers(self, circulars: list[UUID]) -> list[dict[UUID, Any]]:
        """Of each circular: when it was brought on paper, by membership."""
        rows = await self.rows(
            select(
                PaperDelivery.circular_id, PaperDelivery.membership_id, PaperDelivery.recorded_at
            ).where(PaperDelivery.city == self._city, PaperDelivery.circular_id.in_(circulars))
        )
        found: dict[UUID, dict[UUID, Any]] = {each: {} for each in circulars}
        for circular, membership, recorded_at in rows:
            found[circular][membership] = recorded_at
        return [found[each] for each in circulars]

    async def _terms(self, offices: list[UUID]) -> list[list[Any]]:
        rows = await self.rows(
            select(Appointment).where(
                Appointment.city == self._city, Appointment.office_id.in_(offices)
            )
        )
        return [[row[0] for row in rows if row[0].office_id == each] for each in offices]


def _loader(batch: Callable[[list[Any]], Coroutine[Any, Any, list[Any]]]) -> DataLoader[Any, Any]:
    return DataLoader(batch_load_fn=batch)
