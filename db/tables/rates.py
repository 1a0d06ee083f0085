"""How often something was tried."""

from sqlalchemy import ARRAY, BigInteger
from sqlalchemy import DateTime as SqlDateTime
from sqlmodel import Field

from db.tables.base import TenantTable, datetime, moment


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
