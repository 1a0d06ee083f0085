"""The public directory of groups: by name, by area, by a part of the name; for anybody."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from resolvers.global_ids import to_global_id
from tests.harness.city import City, Person, Thing
from tests.harness.kairan import Client, Kairan, running

DIRECTORY = """
query Directory($area: ID, $search: String, $first: Int, $after: String) {
  groups(area: $area, search: $search, first: $first, after: $after) {
    nodes { name }
    pageInfo { hasNextPage endCursor }
  }
}
"""
NAMES = ["神楽町内会", "Ａ団地自治会", "A団地自治会", "旭町内会", "春光町内会", "旭町内会"]


@dataclass
class Directory:
    """A city with six groups, three of them in the Kagura area, and one of another city."""

    kairan: Kairan
    kagura: Thing
    elsewhere: Thing
    ken: Person

    async def names(self, client: Client | None = None, **arguments: str | None) -> list[str]:
        """What is listed, to nobody unless said otherwise."""
        data = await (client or self.kairan.nobody).data(DIRECTORY, **arguments)
        return [node["name"] for node in data["groups"]["nodes"]]


@pytest_asyncio.fixture(scope="module")
async def directory(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Directory]:
    """The directory."""
    city = await City(superuser).found()
    other = await City(superuser).found()
    elsewhere = await other.area("神楽地区")
    await other.group("よその町内会", area_id=elsewhere.id)
    kagura = await city.area("神楽地区")
    for number, name in enumerate(NAMES):
        await city.group(
            name,
            participation=("ACTIVE", "TRIAL", "SUSPENDED", "ENDED")[number % 4],
            area_id=kagura.id if number % 2 == 0 else None,
        )
    async with running(city, postgres.server, key_folder) as kairan:
        yield Directory(kairan, kagura, elsewhere, await city.person())


async def test_groups_are_listed_by_name_whatever_they_take_part_in(directory: Directory) -> None:
    assert await directory.names() == sorted(NAMES, key=str.encode)


async def test_everybody_reads_the_same_directory(directory: Directory) -> None:
    city = directory.kairan.city
    for viewer in (directory.ken, await city.staff("AUDITOR"), await city.staff()):
        client = await directory.kairan.client(viewer)
        assert await directory.names(client) == sorted(NAMES, key=str.encode)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("町内会", ["旭町内会", "旭町内会", "春光町内会", "神楽町内会"]),
        ("神楽", ["神楽町内会"]),
        ("a団地", ["A団地自治会", "Ａ団地自治会"]),
        ("Ａ団地", ["A団地自治会", "Ａ団地自治会"]),
        (" 旭\u3000", ["旭町内会", "旭町内会"]),
        ("%", []),
        ("_", []),
        ("よその", []),
        ("", sorted(NAMES, key=str.encode)),
    ],
)
async def test_a_part_of_the_name_finds_a_group(
    directory: Directory, typed: str, found: list[str]
) -> None:
    assert await directory.names(search=typed) == found


async def test_an_area_lists_its_groups(directory: Directory) -> None:
    assert await directory.names(area=directory.kagura.gid) == [
        "A団地自治会",
        "春光町内会",
        "神楽町内会",
    ]
    assert await directory.names(area=directory.kagura.gid, search="神楽") == ["神楽町内会"]


async def test_an_area_that_is_none_of_the_citys_lists_nothing(directory: Directory) -> None:
    for area in (
        directory.elsewhere.gid,
        to_global_id("Area", uuid4()),
        to_global_id("Group", directory.kagura.id),
        *("", "x", "\0", "神楽地区"),
    ):
        answer = await directory.kairan.nobody.ask(DIRECTORY, area=area)
        assert answer == {
            "data": {"groups": {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}}
        }


async def test_pages_of_a_search_go_on_where_they_ended(directory: Directory) -> None:
    found: list[str] = []
    after = None
    while True:
        data = await directory.kairan.nobody.data(DIRECTORY, search="町内会", first=1, after=after)
        found += [node["name"] for node in data["groups"]["nodes"]]
        after = data["groups"]["pageInfo"]["endCursor"]
        if not data["groups"]["pageInfo"]["hasNextPage"]:
            break
    assert found == ["旭町内会", "旭町内会", "春光町内会", "神楽町内会"]


async def test_a_search_too_long_is_named(directory: Directory) -> None:
    answer = await directory.kairan.nobody.ask(DIRECTORY, search="あ" * 101)
    assert answer["data"] is None
    assert answer["errors"][0]["message"] == "search has 101 characters: give at most 100."
