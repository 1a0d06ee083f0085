"""Runs a file of literal SQL inside Alembic's transaction."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

FOLDER = Path(__file__).parent / "sql"


def run_sql(name: str) -> None:
    """Execute ``sql/<name>``, any number of statements, on the migration's connection.

    SQLAlchemy prepares what it executes, and PostgreSQL prepares one statement at a time, so the
    file goes through the driver's simple protocol.
    """
    script = (FOLDER / name).read_text(encoding="utf-8")
    connection = op.get_bind()
    # The adapter opens its transaction with its first statement; the raw one must be inside it.
    connection.execute(text("select 1"))
    adapted = connection.connection.dbapi_connection
    assert adapted is not None
    adapted.run_async(lambda driver: driver.execute(script))
