"""A resident as seen in one group: the membership, what it tells, and the way in."""

from datetime import date

from sqlalchemy import CheckConstraint, DateTime, Index, UniqueConstraint, text
from sqlmodel import Field

from db.tables.base import (
    UUID,
    TenantTable,
    belongs_to,
    city_index,
    datetime,
    moment,
    text_list,
)
from db.tables.residents import NEUTRAL_NAME


class Membership(TenantTable, table=True):
    """A member (会員): its id belongs to the group, so two groups' rosters cannot be linked by it.

    Nothing personal is in it but the tie to the resident. Coming back is a new membership.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        belongs_to("groups", ["group_id"]),
        belongs_to("residents", ["resident_id"]),
        UniqueConstraint("city", "group_id", "id"),
        UniqueConstraint("city", "id", "group_id", "resident_id", "status"),
        CheckConstraint("status in ('ACTIVE', 'LEFT', 'REMOVED')", name="status"),
        CheckConstraint("(status = 'ACTIVE') = (ended_at is null)", name="ended"),
        Index(
            "memberships_active_key",
            "city",
            "group_id",
            "resident_id",
            unique=True,
            postgresql_where=text("status = 'ACTIVE'"),
        ),
        city_index("memberships_people_idx", "group_id", "resident_id", "id"),
        city_index("memberships_resident_idx", "resident_id"),
    )

    id: UUID = Field(primary_key=True)
    group_id: UUID
    resident_id: UUID
    status: str = Field(default="ACTIVE", sa_column_kwargs={"server_default": "ACTIVE"})
    began_at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)
    end_reason: str | None = None


class MemberDetails(TenantTable, table=True):
    """What a membership tells of its person: display name and place in the group.

    ``group_id``, ``resident_id`` and ``status`` repeat the membership's, held equal by the foreign
    key, so that row security decides on this row alone instead of probing once per row.
    ``kept_private`` are the data categories this person keeps from the officers of this group.
    """

    __tablename__ = "member_details"
    __table_args__ = (
        belongs_to(
            "memberships",
            ["membership_id", "group_id", "resident_id", "status"],
            ["id", "group_id", "resident_id", "status"],
            name="member_details_membership_fkey",
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        belongs_to("hans", ["group_id", "han_id"], ["group_id", "id"]),
        belongs_to("households", ["group_id", "household_id"], ["group_id", "id"]),
        city_index("member_details_han_idx", "group_id", "han_id"),
        city_index("member_details_household_idx", "group_id", "household_id"),
        city_index("member_details_resident_idx", "resident_id"),
        city_index(
            "member_details_private_idx",
            "group_id",
            postgresql_where=text("cardinality(kept_private) > 0"),
        ),
    )

    membership_id: UUID = Field(primary_key=True)
    group_id: UUID
    resident_id: UUID
    status: str = Field(default="ACTIVE", sa_column_kwargs={"server_default": "ACTIVE"})
    display_name: str = Field(
        default=NEUTRAL_NAME, sa_column_kwargs={"server_default": NEUTRAL_NAME}
    )
    han_id: UUID | None = None
    household_id: UUID | None = None
    joined_on: date | None = None
    kept_private: list[str] = text_list("{}")


class PastPlace(TenantTable, table=True):
    """The han a member was in until a move: who was addressed before it is not changed by it."""

    __tablename__ = "past_places"
    __table_args__ = (
        belongs_to("memberships", ["group_id", "membership_id"], ["group_id", "id"]),
        belongs_to("hans", ["group_id", "han_id"], ["group_id", "id"]),
    )

    membership_id: UUID = Field(primary_key=True)
    until: datetime = Field(
        primary_key=True,
        sa_type=DateTime(timezone=True),
    )
    group_id: UUID
    resident_id: UUID
    han_id: UUID | None = None


class MembershipRequest(TenantTable, table=True):
    """The way in (加入申込): not a member yet, releases nothing."""

    __tablename__ = "membership_requests"
    __table_args__ = (
        belongs_to("groups", ["group_id"]),
        belongs_to("residents", ["resident_id"], ondelete="CASCADE"),
        CheckConstraint(
            "status in ('PENDING', 'APPROVED', 'DECLINED', 'WITHDRAWN')", name="status"
        ),
        Index(
            "membership_requests_pending_key",
            "city",
            "group_id",
            "resident_id",
            unique=True,
            postgresql_where=text("status = 'PENDING'"),
        ),
        city_index("membership_requests_group_idx", "group_id", "id"),
        city_index("membership_requests_resident_idx", "resident_id"),
    )

    id: UUID = Field(primary_key=True)
    group_id: UUID
    resident_id: UUID
    display_name: str = Field(
        default=NEUTRAL_NAME, sa_column_kwargs={"server_default": NEUTRAL_NAME}
    )
    message: str | None = None
    status: str = Field(default="PENDING", sa_column_kwargs={"server_default": "PENDING"})
    requested_at: datetime = moment()
    decided_at: datetime | None = moment(nullable=True)
    decline_reason: str | None = None
    membership_id: UUID | None = None
