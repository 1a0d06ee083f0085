"""Facts: what every request asks about its viewer takes fewer statements."""

from migrations.literal import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_sql("0007_facts.sql")


def downgrade() -> None:
    run_sql("0007_facts_down.sql")
