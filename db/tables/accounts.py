"""Who may sign in: identities, sessions, city staff."""

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from db.tables.base import (
    UUID,
    Table,
    TenantTable,
    belongs_to,
    city_index,
    datetime,
    moment,
    of_city,
    text_list,
)


class Login(Table, table=True):
    """A sign-in identity: the one global table, the only look-up without ``city``.

    The server's role has no right on it: ``app.find_login`` reads it, ``app.open_account`` adds.
    """

    __tablename__ = "logins"
    __table_args__ = (
        of_city(),
        CheckConstraint("kind in ('RESIDENT', 'STAFF')", name="kind"),
        city_index("logins_city_person_key", "person", unique=True),
    )

    login: str = Field(primary_key=True)
    city: int
    person: UUID
    kind: str
    password_hash: str


class Session(TenantTable, table=True):
    """A signed-in session; ending it acts on the very next request."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("kind in ('RESIDENT', 'STAFF')", name="kind"),
        city_index("sessions_person_idx", "person"),
    )

    id: UUID = Field(primary_key=True)
    person: UUID
    kind: str
    opened_at: datetime = moment()
    expires_at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)
    last_used_at: datetime | None = moment(nullable=True)
    device: str | None = None


class RefreshToken(TenantTable, table=True):
    """What is kept of a session's refresh tokens: hashes, and of the last turn what the latest was
    made of. The server's role has no right on it; ``app.refresh_session`` reads it.
    """

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        belongs_to("sessions", ["session_id"], ondelete="CASCADE"),
        CheckConstraint("num_nulls(replaced_hash, replaced_at, turn) in (0, 3)", name="replaced"),
    )

    session_id: UUID = Field(primary_key=True)
    family_hash: bytes
    token_hash: bytes
    replaced_hash: bytes | None = None
    replaced_at: datetime | None = moment(nullable=True)
    turn: bytes | None = None


class Staff(TenantTable, table=True):
    """A city employee (市職員) and the roles held; no resident."""

    __tablename__ = "staff"
    __table_args__ = (
        of_city(),
        CheckConstraint("roles <@ array['OPERATIONS', 'SUPPRESSION', 'AUDITOR']", name="roles"),
    )

    id: UUID = Field(primary_key=True)
    roles: list[str] = text_list("{}")


class MailedCode(TenantTable, table=True):
    """What waits for a code from a mailbox: a sign-up, or another password.

    The server's role has no right on it. Nothing in it can be read without the ticket that its
    client holds; tried too often or too late it is worth nothing.
    """

    __tablename__ = "mailed_codes"
    __table_args__ = (city_index("mailed_codes_expiry_idx", "expires_at"),)

    ticket_hash: bytes = Field(primary_key=True)
    code_hash: bytes
    sealed: bytes
    expires_at: datetime = moment()
    tries: int = Field(sa_column_kwargs={"server_default": "0"})
