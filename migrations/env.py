"""Alembic's entry: runs on the connection that migrations.run hands over."""

from typing import Any

from alembic import context

from db.tables.base import SCHEMA
from db.tables.catalogue import metadata


def _is_ours(
    _object: Any, name: str | None, type_: str, _reflected: bool, _compare_to: Any
) -> bool:
    # Partitions are made ahead by app.prepare_ledger; no model knows them.
    return not (type_ == "table" and name is not None and name.startswith("releases_"))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
    include_name=lambda name, type_, _parents: type_ != "schema" or name == SCHEMA,
    include_object=_is_ours,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
