"""Databases of a test's own, for what must not happen to the one that all tests share."""

import itertools

import asyncpg

from db.embedded import Addresses

# Nobody ever connects to it: PostgreSQL copies a database only while it is alone.
PRISTINE = "pristine"
_numbers = itertools.count(1)


async def set_pristine_aside(addresses: Addresses) -> None:
    """Keep a copy of a migrated, empty database. Nobody may be connected to it."""
    await _create(addresses, PRISTINE, template="kairan")


async def new_database(addresses: Addresses, name: str | None = None) -> Addresses:
    """A migrated, empty database on the same server; its name has a number at the end."""
    name = f"{name or 'own'}_{next(_numbers)}"
    await _create(addresses, name, template=PRISTINE)
    return addresses.in_database(name)


async def _create(addresses: Addresses, name: str, *, template: str) -> None:
    connection = await asyncpg.connect(addresses.in_database("postgres").superuser)
    try:
        await connection.execute(f"create database {name} template {template} owner kairan_owner")
    finally:
        await connection.close()
