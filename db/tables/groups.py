"""Neighbourhood associations: the group, what the city delegated to it, its han and households."""

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from db.tables.base import UUID, TenantTable, belongs_to, city_index, datetime, moment, of_city


class Group(TenantTable, table=True):
    """A neighbourhood association (町内会等), taking part by its own choice.

    A change of participation agreed for a coming day stands in the two ``next`` columns and counts
    from that day on without anybody's doing.
    """

    __tablename__ = "groups"
    __table_args__ = (
        of_city(),
        belongs_to("areas", ["area_id"]),
        CheckConstraint(
            "participation in ('TRIAL', 'ACTIVE', 'SUSPENDED', 'ENDED')", name="participation"
        ),
        CheckConstraint(
            "next_participation in ('TRIAL', 'ACTIVE', 'SUSPENDED', 'ENDED')"
            " and (next_participation is null) = (next_participation_from is null)",
            name="next_participation",
        ),
        CheckConstraint("member_directory in ('OFFICERS', 'MEMBERS')", name="member_directory"),
        CheckConstraint("kind in ('CHONAIKAI', 'JICHIKAI', 'OTHER')", name="kind"),
        city_index("groups_area_idx", "area_id"),
        city_index("groups_name_idx", "name", "id"),
    )

    id: UUID = Field(primary_key=True)
    name: str
    kind: str = Field(default="CHONAIKAI", sa_column_kwargs={"server_default": "CHONAIKAI"})
    area_id: UUID | None = None
    introduction: str = Field(default="", sa_column_kwargs={"server_default": ""})
    participation: str = Field(default="TRIAL", sa_column_kwargs={"server_default": "TRIAL"})
    participation_since: date | None = None
    next_participation: str | None = None
    next_participation_from: date | None = None
    member_directory: str = Field(
        default="OFFICERS", sa_column_kwargs={"server_default": "OFFICERS"}
    )


class Delegation(TenantTable, table=True):
    """One power (権限) the city delegated to a group: the ceiling over its offices."""

    __tablename__ = "delegations"
    __table_args__ = (belongs_to("groups", ["group_id"], ondelete="CASCADE"),)

    group_id: UUID = Field(primary_key=True)
    power: str = Field(primary_key=True)
    delegated_at: datetime = moment()


class Han(TenantTable, table=True):
    """A sub-unit of a group (班・組)."""

    __tablename__ = "hans"
    __table_args__ = (
        belongs_to("groups", ["group_id"], ondelete="CASCADE"),
        UniqueConstraint("city", "group_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    group_id: UUID
    name: str
    position: int = Field(sa_column_kwargs={"server_default": "0"})


class Household(TenantTable, table=True):
    """People of one address in a group (世帯); it may be reached on paper only."""

    __tablename__ = "households"
    __table_args__ = (
        belongs_to("groups", ["group_id"], ondelete="CASCADE"),
        belongs_to("hans", ["group_id", "han_id"], ["group_id", "id"]),
        UniqueConstraint("city", "group_id", "id"),
        city_index("households_han_idx", "group_id", "han_id"),
    )

    id: UUID = Field(primary_key=True)
    group_id: UUID
    han_id: UUID | None = None
    paper_only: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
