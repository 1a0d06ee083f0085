"""Electronic circulars and whom they reached."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from db.tables.base import UUID, TenantTable, belongs_to, city_index, datetime, moment


class Circular(TenantTable, table=True):
    """An electronic circular (電子回覧板) from an officer to all, to a han, or to an office."""

    __tablename__ = "circulars"
    __table_args__ = (
        belongs_to("groups", ["group_id"]),
        belongs_to("memberships", ["group_id", "author_membership_id"], ["group_id", "id"]),
        belongs_to("hans", ["group_id", "audience_han_id"], ["group_id", "id"]),
        belongs_to("offices", ["group_id", "audience_office_id"], ["group_id", "id"]),
        UniqueConstraint("city", "group_id", "id"),
        CheckConstraint(
            "case audience when 'ALL' then audience_han_id is null and audience_office_id is null"
            " when 'HAN' then audience_han_id is not null and audience_office_id is null"
            " when 'OFFICE' then audience_han_id is null and audience_office_id is not null"
            " else false end",
            name="audience",
        ),
        city_index("circulars_group_idx", "group_id", "published_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    group_id: UUID
    title: str
    body: str
    author_membership_id: UUID
    audience: str = Field(default="ALL", sa_column_kwargs={"server_default": "ALL"})
    audience_han_id: UUID | None = None
    audience_office_id: UUID | None = None
    published_at: datetime = moment()
    withdrawn_at: datetime | None = moment(nullable=True)
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    edited_at: datetime | None = moment(nullable=True)


class CircularVersion(TenantTable, table=True):
    """The words of a circular as they were before an edit."""

    __tablename__ = "circular_versions"
    __table_args__ = (belongs_to("circulars", ["group_id", "circular_id"], ["group_id", "id"]),)

    circular_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    group_id: UUID
    title: str
    body: str
    replaced_at: datetime = moment()


class Receipt(TenantTable, table=True):
    """What a member did with a circular: it was in an answer to him, he marked it read."""

    __tablename__ = "receipts"
    __table_args__ = (
        belongs_to("circulars", ["group_id", "circular_id"], ["group_id", "id"]),
        belongs_to("memberships", ["group_id", "membership_id"], ["group_id", "id"]),
        city_index("receipts_membership_idx", "membership_id"),
    )

    circular_id: UUID = Field(primary_key=True)
    membership_id: UUID = Field(primary_key=True)
    group_id: UUID
    delivered_at: datetime = moment()
    read_at: datetime | None = moment(nullable=True)


class PaperDelivery(TenantTable, table=True):
    """What an officer recorded: this member got the circular on paper.

    Apart from ``receipts``: it is the officer's act and not the member's, so it stays visible to
    the officers where the member's own acts are suppressed.
    """

    __tablename__ = "paper_deliveries"
    __table_args__ = (
        belongs_to("circulars", ["group_id", "circular_id"], ["group_id", "id"]),
        belongs_to("memberships", ["group_id", "membership_id"], ["group_id", "id"]),
        city_index("paper_deliveries_membership_idx", "membership_id"),
    )

    circular_id: UUID = Field(primary_key=True)
    membership_id: UUID = Field(primary_key=True)
    group_id: UUID
    recorded_by: UUID
    recorded_at: datetime = moment()
