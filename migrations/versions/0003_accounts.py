"""What people do at the door: accounts, codes from the mailbox, sessions."""

from migrations.literal import run_sql

revision = "0003"
down_revision = "0002"

# In the order they are run in; each noun's "down" is run in the opposite one.
PARTS: tuple[str, ...] = (
    "accounts_roles",
    "accounts_tables",
    "accounts_functions",
    "accounts_policies",
    "sessions_roles",
    "sessions_tables",
    "sessions_functions",
    "sessions_policies",
)
DOWN: tuple[str, ...] = ("sessions_down", "accounts_down")


def upgrade() -> None:
    for part in PARTS:
        run_sql(f"0003_{part}.sql")


def downgrade() -> None:
    for part in DOWN:
        run_sql(f"0003_{part}.sql")
