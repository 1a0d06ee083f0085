"""The heart: people, groups, offices, circulars, the ledger, and the second wall around them."""

from migrations.literal import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    for part in ("roles", "tables", "functions", "policies", "grants"):
        run_sql(f"0001_{part}.sql")


def downgrade() -> None:
    run_sql("0001_down.sql")
