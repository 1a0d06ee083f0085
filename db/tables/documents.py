"""Documents that were registered."""

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from db.tables.base import TenantTable, datetime, moment, of_city


class Document(TenantTable, table=True):
    """A GraphQL document that may be asked for by ``id``, the SHA-256 of its text in UTF-8."""

    __tablename__ = "documents"
    __table_args__ = (
        of_city(),
        CheckConstraint("id = sha256(convert_to(text, 'UTF8'))", name="id"),
    )

    id: bytes = Field(primary_key=True)
    text: str
    registered_at: datetime = moment()
