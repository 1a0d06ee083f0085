"""Brings a database to a revision, and says how it differs from what the code expects."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import produce_migrations
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations.ops import MigrationScript
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from db.tables.base import SCHEMA
from migrations.catalogue import EXPECTED, read_catalogue

_FOLDER = Path(__file__).parent


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest revision this code knows, such as ``"0001"``."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Bring the database to :func:`head`, or only to ``revision``.

    ``owner_url`` is a ``postgresql://`` URL of its owner.

    Raises what PostgreSQL raises; a failing migration leaves nothing behind.
    """

    def work(connection: Connection) -> None:
        connection.execute(text(f"create schema if not exists {SCHEMA}"))
        command.upgrade(_config(connection), revision)

    _on_database(owner_url, work)


def downgrade(owner_url: str, revision: str) -> None:
    """Take the database back to ``revision``, or to nothing with ``"base"``. Data is lost."""
    _on_database(owner_url, lambda connection: command.downgrade(_config(connection), revision))


def differences(owner_url: str) -> list[str]:
    """What a migrated database has otherwise than the models and ``catalogue.txt``, a line each.

    Tables, columns, keys and indexes are compared with the SQLModel classes; policies, functions,
    grants, forced row security and checks with the committed catalogue. Ledger partitions aside.
    """
    found: list[str] = []

    def work(connection: Connection) -> None:
        found.extend(_schema_differences(connection))
        actual = read_catalogue(connection)
        expected = EXPECTED.read_text(encoding="utf-8").splitlines()
        found.extend(f"missing in the database: {line}" for line in expected if line not in actual)
        found.extend(f"not in catalogue.txt: {line}" for line in actual if line not in expected)

    _on_database(owner_url, work)
    return found


def write_catalogue(owner_url: str) -> None:
    """Write ``catalogue.txt`` from a freshly migrated database, for a reviewer to read."""

    def work(connection: Connection) -> None:
        EXPECTED.write_text("\n".join(read_catalogue(connection)) + "\n", encoding="utf-8")

    _on_database(owner_url, work)


def _schema_differences(connection: Connection) -> list[str]:
    found: list[str] = []

    def compare(_revision: Any, context: MigrationContext) -> list[Any]:
        assert context.opts is not None
        script: MigrationScript = produce_migrations(context, context.opts["target_metadata"])
        operations = script.upgrade_ops
        assert operations is not None
        found.extend(str(difference) for difference in operations.as_diffs())
        return []

    # The script directory's own environment configures the comparison as it does a migration.
    from_config = ScriptDirectory.from_config(config := _config(connection))
    with EnvironmentContext(config, from_config, fn=compare):
        from_config.run_env()
    return found


def _on_database(url: str, work: Callable[[Connection], None]) -> None:
    async def run() -> None:
        engine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"), poolclass=NullPool
        )
        try:
            async with engine.begin() as connection:
                await connection.run_sync(work)
        finally:
            await engine.dispose()

    asyncio.run(run())
