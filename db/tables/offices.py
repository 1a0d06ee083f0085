"""Offices of a group and who holds them for which term."""

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
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


class Office(TenantTable, table=True):
    """An office (役職) as its group defines it; its powers count only inside the delegation."""

    __tablename__ = "offices"
    __table_args__ = (
        belongs_to("groups", ["group_id"], ondelete="CASCADE"),
        UniqueConstraint("city", "group_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    group_id: UUID
    title: str
    powers: list[str] = text_list("{}")
    position: int = Field(sa_column_kwargs={"server_default": "0"})


class Appointment(TenantTable, table=True):
    """One member holding one office for a term: dates in Asia/Tokyo, the end day included."""

    __tablename__ = "appointments"
    __table_args__ = (
        belongs_to("offices", ["group_id", "office_id"], ["group_id", "id"]),
        belongs_to("memberships", ["group_id", "membership_id"], ["group_id", "id"]),
        CheckConstraint("ends_on >= starts_on", name="term"),
        city_index("appointments_office_idx", "group_id", "office_id"),
        city_index("appointments_membership_idx", "membership_id"),
    )

    id: UUID = Field(primary_key=True)
    group_id: UUID
    office_id: UUID
    membership_id: UUID
    starts_on: date
    ends_on: date
    ended_at: datetime | None = moment(nullable=True)
