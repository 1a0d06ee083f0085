"""Sight: suppressed people are looked for by whoever comes upon others; groups say their names."""

from migrations.literal import run_sql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_sql("0008_sight.sql")


def downgrade() -> None:
    run_sql("0008_sight_down.sql")
    # It replaces app.enter with what it was.
    run_sql("0007_facts.sql")
