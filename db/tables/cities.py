"""The tenant, its areas, and what its policy switches off."""

from sqlmodel import Field

from db.tables.base import UUID, Table, TenantTable, datetime, moment, of_city


class City(Table, table=True):
    """A municipality, by the integer of its first code; kept for ever, through mergers."""

    __tablename__ = "cities"

    city: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str


class Area(TenantTable, table=True):
    """Where residents live (地区・町丁目); notices are addressed by it."""

    __tablename__ = "areas"
    __table_args__ = (of_city(),)

    id: UUID = Field(primary_key=True)
    name: str


class CityPolicy(TenantTable, table=True):
    """A data category that the city switched off for everybody but the person.

    A row switches its category off; no row can switch one on.
    """

    __tablename__ = "city_policies"
    __table_args__ = (of_city(),)

    category: str = Field(primary_key=True)
    since: datetime = moment()
    reason: str
