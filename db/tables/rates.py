"""How often something was tried, and how many people an officer may be shown."""

from datetime import date

from sqlalchemy import ARRAY, BigInteger, CheckConstraint
from sqlalchemy import DateTime as SqlDateTime
from sqlmodel import Field

from db.tables.base import UUID, TenantTable, belongs_to, datetime, moment


class Rate(TenantTable, table=True):
    """A counter. ``hits`` is a fixed window's, ``entries`` a moving one's, newest first.

    Unlogged, and read and written by functions of the database alone. ``key`` is a keyed hash of
    what is counted: a copy of the table tells nobody's login and nobody's address.
    """

    __tablename__ = "rates"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    key: bytes = Field(primary_key=True)
    hits: int = Field(sa_type=BigInteger)
    entries: list[datetime] = Field(
        sa_type=ARRAY(SqlDateTime(timezone=True)),
        sa_column_kwargs={"nullable": False},
    )
    expires_at: datetime = moment()


class ReleaseQuota(TenantTable, table=True):
    """How many people's personal fields one officer receives per hour through a group, where city
    staff set another number than the installation's. ``until`` is the last day, in Asia/Tokyo.
    """

    __tablename__ = "release_quotas"
    __table_args__ = (
        belongs_to("groups", ["group_id"], ondelete="CASCADE"),
        CheckConstraint("people_per_hour >= 0", name="people_per_hour"),
    )

    group_id: UUID = Field(primary_key=True)
    people_per_hour: int
    until: date
    reason: str
    set_at: datetime = moment()
