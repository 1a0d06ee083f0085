"""The ledger (提供記録): every disclosure of personal fields of somebody else, append-only."""

from sqlalchemy import ARRAY, CheckConstraint, Uuid
from sqlmodel import Field

from db.tables.base import UUID, TenantTable, city_index, datetime, moment, text_list


class Release(TenantTable, table=True):
    """One look: the fields that left through one office in one answer; never a value.

    Partitioned by month over ``id``, a UUIDv7: its leading bits are the time, so the key stays
    ``(city, id)`` and a page by id touches only the months it shows. No foreign keys: the ledger
    outlives what it speaks of. ``office_title`` and ``viewer_name`` are as they stood then, because
    the person concerned may have left the group before asking who saw him.

    ``shown`` says of whom which of the fields left: for each subject, in order, as many whole bytes
    as the fields take bits, the first field's lowest. NULL where all left of all. ``purposes`` has
    one for each field; in rows older than ``shown``, each purpose once.
    """

    __tablename__ = "releases"
    __table_args__ = (
        city_index("releases_group_idx", "group_id", "id"),
        CheckConstraint(
            "shown is null or cardinality(purposes) = cardinality(fields) and octet_length(shown)"
            " = cardinality(subjects) * ((cardinality(fields) + 7) / 8)",
            name="shown",
        ),
        {"postgresql_partition_by": "RANGE (id)"},
    )

    id: UUID = Field(primary_key=True)
    released_at: datetime = moment()
    viewer: UUID
    session_id: UUID
    group_id: UUID
    appointment_id: UUID
    office_id: UUID
    office_title: str
    viewer_name: str
    fields: list[str] = text_list()
    purposes: list[str] = text_list()
    subjects: list[UUID] = Field(sa_type=ARRAY(Uuid), sa_column_kwargs={"nullable": False})
    shown: bytes | None = None
    rule_version: str
    operation_name: str | None = None
