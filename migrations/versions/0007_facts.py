"""Facts: what every request asks about its viewer takes a third of the time."""

from migrations.literal import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    for part in ("facts_roles", "facts"):
        run_sql(f"0007_{part}.sql")


def downgrade() -> None:
    run_sql("0007_facts_down.sql")
