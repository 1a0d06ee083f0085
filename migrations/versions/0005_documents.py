"""Documents that were registered."""

from migrations.literal import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for part in ("documents_roles", "documents"):
        run_sql(f"0005_{part}.sql")


def downgrade() -> None:
    run_sql("0005_documents_down.sql")
