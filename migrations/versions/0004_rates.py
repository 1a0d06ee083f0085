"""How often: counters shared by all servers, and how many people one officer receives."""

from migrations.literal import run_sql

revision = "0004"
down_revision = "0003"

PARTS: tuple[str, ...] = ("rates_roles", "rates", "quotas")
DOWN: tuple[str, ...] = ("quotas_down", "rates_down")


def upgrade() -> None:
    for part in PARTS:
        run_sql(f"0004_{part}.sql")


def downgrade() -> None:
    for part in DOWN:
        run_sql(f"0004_{part}.sql")
