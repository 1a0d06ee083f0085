"""Alone: a statement that enters and reads fails where the facts are not those it reckons with."""

from migrations.literal import run_sql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_sql("0010_alone.sql")


def downgrade() -> None:
    run_sql("0010_alone_down.sql")
