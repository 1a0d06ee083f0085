"""Looks: one row of the ledger for each, however differently people filled themselves in."""

from migrations.literal import run_sql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_sql("0009_looks.sql")


def downgrade() -> None:
    run_sql("0009_looks_down.sql")
