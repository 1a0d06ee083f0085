"""Sight: who is suppressed is looked for by statements that come upon others."""

from migrations.literal import run_sql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_sql("0008_sight.sql")


def downgrade() -> None:
    run_sql("0008_sight_down.sql")
