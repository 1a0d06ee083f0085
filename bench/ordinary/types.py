"""The types, named as in Kairan's schema as far as the bench asks for them."""

from datetime import datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy import and_, case, select
from strawberry.types import Info

from bench.ordinary import models
from bench.ordinary.models import MemberDetails, Profile
from bench.ordinary.permissions import HasPower, IsMember, MayRead, only
from bench.ordinary.recipients import Recipient, Sent


@strawberry.enum
class ReceiptState(Enum):
    """How far a circular got."""

    OUTSTANDING = "OUTSTANDING"
    DELIVERED = "DELIVERED"
    READ = "READ"
    PAPER = "PAPER"


@strawberry.type
class PageInfo:
    """Where a page ends."""

    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class Member:
    """A resident as seen in one group."""

    id: strawberry.ID
    status: str
    display_name: str
    group_id: strawberry.Private[UUID]
    resident_id: strawberry.Private[UUID]
    name: str | None = strawberry.field(extensions=only(MayRead("NAME")))
    kana: str | None = strawberry.field(extensions=only(MayRead("NAME")))
    postal_code: str | None = strawberry.field(extensions=only(MayRead("ADDRESS")))
    address: str | None = strawberry.field(extensions=only(MayRead("ADDRESS")))
    building: str | None = strawberry.field(extensions=only(MayRead("ADDRESS")))
    phone: str | None = strawberry.field(extensions=only(MayRead("PHONE")))
    email: str | None = strawberry.field(extensions=only(MayRead("EMAIL")))

    @strawberry.field
    async def group(self, info: Info) -> Annotated["Group", strawberry.lazy(__name__)]:
        """The group."""
        return group_of(await info.context.load.groups.load(self.group_id))


@strawberry.type
class MemberConnection:
    """Members, a page of them."""

    nodes: list[Member]
    page_info: PageInfo


@strawberry.type
class Receipt:
    """A member, and how far a circular got with him."""

    state: ReceiptState | None
    read_at: datetime | None
    membership_id: strawberry.Private[UUID]

    @strawberry.field
    async def member(self, info: Info) -> Member | None:
        """The member it is about."""
        row = await info.context.load.members.load(self.membership_id)
        return None if row is None else member_of(*row)


@strawberry.type
class ReceiptConnection:
    """Receipts, a page of them."""

    nodes: list[Receipt]
    page_info: PageInfo


@strawberry.type
class ReceiptSummary:
    """Receipts in figures."""

    recipients: int
    delivered: int
    read: int
    paper: int
    outstanding: int


@strawberry.type
class Circular:
    """A circular."""

    id: strawberry.ID
    title: str
    published_at: datetime
    status: str
    group_id: strawberry.Private[UUID]
    sent: strawberry.Private[Sent]
    own: strawberry.Private[Receipt | None] = None

    @strawberry.field(extensions=only(HasPower("VIEW_RECEIPTS")))
    async def receipt_summary(self, info: Info) -> ReceiptSummary | None:
        """Whom it reached, in figures."""
        recipients = await info.context.load.recipients.load(self.sent)
        return ReceiptSummary(
            recipients=len(recipients),
            delivered=sum(each.delivered_at is not None for each in recipients),
            read=sum(each.read_at is not None for each in recipients),
            paper=sum(each.paper_at is not None for each in recipients),
            outstanding=sum(each.state == "OUTSTANDING" for each in recipients),
        )

    @strawberry.field(extensions=only(HasPower("VIEW_RECEIPTS")))
    async def receipts(
        self, info: Info, state: ReceiptState | None = None, first: int = 50
    ) -> ReceiptConnection | None:
        """Whom it reached."""
        recipients = await info.context.load.recipients.load(self.sent)
        found = [each for each in recipients if state is None or each.state == state.value]
        return ReceiptConnection(
            nodes=[receipt_of(each) for each in found[:first]],
            page_info=PageInfo(
                has_next_page=len(found) > first,
                end_cursor=str(found[:first][-1].membership) if found[:first] else None,
            ),
        )

    @strawberry.field
    async def my_receipt(self) -> Receipt | None:
        """How far it got with you."""
        return self.own


@strawberry.type
class CircularConnection:
    """Circulars, a page of them."""

    nodes: list[Circular]
    page_info: PageInfo


@strawberry.type
class Group:
    """A neighbourhood association."""

    id: strawberry.ID
    name: str
    group_id: strawberry.Private[UUID]

    @strawberry.field(extensions=only(HasPower("VIEW_ROSTER")))
    async def members(self, info: Info, first: int = 50) -> MemberConnection | None:
        """Its active members."""
        context = info.context
        off = await context.load.switched_off.load(context.city)
        own = MemberDetails.resident_id == context.person
        key = case((own, Profile.kana)) if "NAME" in off else Profile.kana
        rows = await context.load.rows(
            select(MemberDetails, Profile)
            .outerjoin(
                Profile,
                and_(
                    Profile.city == context.city,
                    Profile.resident_id == MemberDetails.resident_id,
                ),
            )
            .where(
                MemberDetails.city == context.city,
                MemberDetails.group_id == self.group_id,
                MemberDetails.status == "ACTIVE",
            )
            .order_by(key.nulls_last(), MemberDetails.membership_id)
            .limit(first + 1)
        )
        members = [member_of(details, details, profile) for details, profile in rows]
        return MemberConnection(nodes=members[:first], page_info=page_info(members, first))

    @strawberry.field(extensions=only(IsMember()))
    async def circulars(self, info: Info, first: int = 50) -> CircularConnection | None:
        """Its circulars, newest first."""
        table = models.Circular
        rows = await info.context.load.rows(
            select(table)
            .where(table.city == info.context.city, table.group_id == self.group_id)
            .order_by(table.published_at.desc(), table.id.desc())
            .limit(first + 1)
        )
        circulars = [circular_of(row[0], info.context.at) for row in rows]
        return CircularConnection(nodes=circulars[:first], page_info=page_info(circulars, first))

    @strawberry.field(extensions=only(IsMember()))
    async def unread_circular_count(self, info: Info) -> int | None:
        """How many circulars you have not read."""
        count: int = await info.context.load.unread.load(self.group_id)
        return count


@strawberry.type
class Resident:
    """Yourself."""

    id: strawberry.ID
    profile: strawberry.Private[Any]

    @strawberry.field
    async def display_name(self) -> str:
        """What you go by."""
        name: str = self.profile.display_name
        return name

    @strawberry.field
    async def name(self) -> str | None:
        """Family and given name."""
        found: str | None = full_name(self.profile)
        return found

    @strawberry.field
    async def memberships(self, info: Info) -> list[Member]:
        """You in each of your groups."""
        ids = await info.context.load.memberships.load(self.profile.resident_id)
        return [member_of(*row) for row in await info.context.load.members.load_many(ids)]


def full_name(profile: Any) -> str | None:
    """Family and given name, as far as they are there."""
    return " ".join(filter(None, (profile.family_name, profile.given_name))) or None


def page_info(rows: list[Any], first: int) -> PageInfo:
    """Where the page of the first rows ends."""
    last = rows[:first][-1] if rows[:first] else None
    return PageInfo(has_next_page=len(rows) > first, end_cursor=getattr(last, "id", None))


def group_of(row: Any) -> Group:
    """A group's row as its type."""
    return Group(id=strawberry.ID(str(row.id)), name=row.name, group_id=row.id)


def circular_of(row: Any, at: datetime, own: Receipt | None = None) -> Circular:
    """A circular's row as its type."""
    status = "SCHEDULED" if row.published_at > at else "PUBLISHED"
    return Circular(
        id=strawberry.ID(str(row.id)),
        title=row.title,
        published_at=row.published_at,
        status="WITHDRAWN" if row.withdrawn_at is not None else status,
        group_id=row.group_id,
        sent=Sent(
            row.id,
            row.group_id,
            row.published_at,
            row.audience,
            row.audience_han_id,
            row.audience_office_id,
        ),
        own=own,
    )


def receipt_of(row: Recipient) -> Receipt:
    """A recipient's row as its type."""
    return Receipt(
        state=None if row.state is None else ReceiptState(row.state),
        read_at=row.read_at,
        membership_id=row.membership,
    )


def member_of(membership: Any, details: Any, profile: Any) -> Member:
    """A member's rows as his type; of who left, only the membership is there."""
    return Member(
        id=strawberry.ID(str(membership.id if details is None else details.membership_id)),
        status=membership.status,
        display_name="元会員" if details is None else details.display_name,
        group_id=membership.group_id,
        resident_id=membership.resident_id,
        name=None if profile is None else full_name(profile),
        kana=None if profile is None else profile.kana,
        postal_code=None if profile is None else profile.postal_code,
        address=None if profile is None else profile.address,
        building=None if profile is None else profile.building,
        phone=None if profile is None else profile.phone,
        email=None if profile is None else profile.email,
    )
