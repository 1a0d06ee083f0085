"""Databases for the tests of this folder: migrated and empty, or with the demo city in it."""

import asyncio

import pytest

from db.demo.load import load
from db.embedded import Addresses
from tests.db.demo_databases import TODAY, MakeDatabase
from tests.harness.databases import new_database


@pytest.fixture(scope="package")
def make_migrated(postgres: Addresses) -> MakeDatabase:
    """Makes a migrated database of that name, without anything in it."""

    def make(name: str) -> Addresses:
        return asyncio.run(new_database(postgres, name))

    return make


@pytest.fixture(scope="package")
def demo(make_migrated: MakeDatabase) -> Addresses:
    """The demo city, as it is on a Monday in November."""
    addresses = make_migrated("city")
    load(addresses.owner, today=TODAY)
    return addresses
