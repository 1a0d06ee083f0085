"""Plans: what every request reads is found by indexes, however large the city and the group."""

from migrations.literal import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_sql("0006_plans.sql")


def downgrade() -> None:
    run_sql("0006_plans_down.sql")
