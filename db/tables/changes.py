"""Who changed what, and which requests of a client were answered already."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from db.tables.base import UUID, TenantTable, city_index, datetime, moment


class Change(TenantTable, table=True):
    """One change of delegation, office, term, participation, policy or membership. Append-only.

    ``before`` and ``after`` hold ids, dates and words of the rules; never a personal value. No
    foreign keys: history outlives what it speaks of.
    """

    __tablename__ = "changes"
    __table_args__ = (city_index("changes_group_idx", "group_id", "id"),)

    id: UUID = Field(primary_key=True)
    changed_at: datetime = moment()
    actor: UUID
    actor_membership_id: UUID | None = None
    kind: str
    group_id: UUID | None = None
    subject_id: UUID | None = None
    before: dict[str, Any] = Field(sa_type=JSONB, sa_column_kwargs={"nullable": False})
    after: dict[str, Any] = Field(sa_type=JSONB, sa_column_kwargs={"nullable": False})


class IdempotencyKey(TenantTable, table=True):
    """What a person's request with a client-made key led to, so that a repeat says the same."""

    __tablename__ = "idempotency_keys"

    person: UUID = Field(primary_key=True)
    key: str = Field(primary_key=True)
    mutation: str
    request_hash: str
    object_id: UUID
    used_at: datetime = moment()
