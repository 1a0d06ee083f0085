"""Databases for the tests of this folder: migrated and empty, or with the demo city in it."""

from collections.abc import Iterator

import pytest

from db.demo.load import load
from db.embedded import Addresses
from db.throwaway import throwaway_postgres
from migrations import run as migrations
from tests.db.demo_databases import TODAY, MakeDatabase, execute


@pytest.fixture(scope="package")
def make_migrated() -> Iterator[MakeDatabase]:
    """Makes a migrated database of that name, without anything in it."""
    with throwaway_postgres() as addresses:
        migrations.upgrade(addresses.owner)
        elsewhere = addresses.in_database("postgres").superuser

        def make(name: str) -> Addresses:
            execute(elsewhere, f"create database {name} template kairan owner kairan_owner")
            return addresses.in_database(name)

        yield make


@pytest.fixture(scope="package")
def demo(make_migrated: MakeDatabase) -> Addresses:
    """The demo city, as it is on a Monday in November."""
    addresses = make_migrated("city")
    load(addresses.owner, today=TODAY)
    return addresses
