"""Names: the facts say what groups are called; receipts are told apart sooner."""

from migrations.literal import run_sql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_sql("0009_names.sql")


def downgrade() -> None:
    run_sql("0009_names_down.sql")
