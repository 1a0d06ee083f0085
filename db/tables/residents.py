"""People with an account, and their personal data in a table of its own."""

from datetime import date

from sqlalchemy import text
from sqlmodel import Field

from db.tables.base import UUID, TenantTable, belongs_to, city_index, datetime, moment, of_city

NEUTRAL_NAME = "会員"


class Resident(TenantTable, table=True):
    """An account of a person (個人アカウント). The id is random: a time-ordered one tells when."""

    __tablename__ = "residents"
    __table_args__ = (of_city(),)

    id: UUID = Field(primary_key=True)
    opened_at: datetime = moment()


class Profile(TenantTable, table=True):
    """What a resident told the city; each field but the display name may be left out.

    Apart from ``residents`` so that row security on it can be the near copy of the privacy rule.
    """

    __tablename__ = "profiles"
    __table_args__ = (
        belongs_to("residents", ["resident_id"], ondelete="CASCADE"),
        belongs_to("areas", ["area_id"]),
    )

    resident_id: UUID = Field(primary_key=True)
    display_name: str = Field(
        default=NEUTRAL_NAME, sa_column_kwargs={"server_default": NEUTRAL_NAME}
    )
    family_name: str | None = None
    given_name: str | None = None
    kana: str | None = None
    postal_code: str | None = None
    address: str | None = None
    building: str | None = None
    area_id: UUID | None = None
    phone: str | None = None
    email: str | None = None
    birth_date: date | None = None


class Suppression(TenantTable, table=True):
    """A protective order (支援措置): this resident's personal fields go to nobody meanwhile."""

    __tablename__ = "suppressions"
    __table_args__ = (
        belongs_to("residents", ["resident_id"], ondelete="CASCADE"),
        city_index("suppressions_resident_idx", "resident_id"),
        city_index(
            "suppressions_alive_idx", "resident_id", postgresql_where=text("lifted_at is null")
        ),
    )

    id: UUID = Field(primary_key=True)
    resident_id: UUID
    provisional: bool = Field(sa_column_kwargs={"server_default": "true"})
    began_at: datetime = moment()
    lifted_at: datetime | None = moment(nullable=True)
