"""What people change: membership, offices, delegation, circulars, and the history of it."""

from migrations.literal import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for part in ("roles", "tables", "functions", "policies"):
        run_sql(f"0002_{part}.sql")


def downgrade() -> None:
    run_sql("0002_down.sql")
