"""Pages of every list there is, by the Relay Cursor Connections Specification, forwards."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from permissions.words import Power
from resolvers.global_ids import to_cursor
from tests.harness.city import City, Member, Thing
from tests.harness.kairan import Client, Kairan, running
from tests.relay.paging import LISTS

UNKNOWN = "This cursor is not on this list. Read it again from its start."
# How many entries the fixture below puts into each list; looking at some makes releases more.
LENGTHS = {
    "groups": 5,
    "members": 7,
    "members of a han": 6,
    "members of a household": 4,
    "requests": 4,
    "circulars": 5,
    "receipts": 7,
}
# Lists of the members of one group go on from each other's cursors.
KINDS = {
    "members of a han": "members",
    "members of a household": "members",
    "receipts": "members",
    "own releases": "all releases",
}


@dataclass
class Lists:
    """Who reads each list, and what it hangs on."""

    kairan: Kairan
    group: Thing
    readers: dict[str, Client]
    parents: dict[str, str | None]
    foreign: list[str]

    async def whole(self, name: str) -> list[object]:
        """The list in one page."""
        page = await LISTS[name].page(self.readers[name], self.parents[name], first=200)
        assert page["pageInfo"]["hasNextPage"] is False
        nodes: list[object] = page["nodes"]
        return nodes


@dataclass
class Street:
    """A group whose lists all have several entries, some of them equal but for their ids."""

    group: Thing
    han: Thing
    home: Thing
    officer: Member
    hanako: Member
    circular: Thing


async def _street(city: City) -> Street:
    group = await city.group("神楽町内会")
    han = await city.han(group, "一班")
    home = await city.household(group, han=han)
    kana = ["アオキ", "イトウ", "イトウ", None, None, "ワダ"]
    members = [
        await city.member(
            group,
            await city.person(kana=reading, phone=f"0166-{number}"),
            han=han if number else None,
            household=home if number > 1 else None,
        )
        for number, reading in enumerate(kana)
    ]
    officer = await city.member(group, await city.person(kana="サトウ"), han=han)
    await city.officer(officer, "会長", *Power)
    for number in range(5):
        at = city.clock.now - timedelta(hours=number // 2)
        circular = await city.circular(members[0], "夏祭り", published_at=at)
        await city.receipt(circular, members[number])
    for _ in range(4):
        await city.request(group, await city.person())
    return Street(group, han, home, officer, members[1], circular)


@pytest_asyncio.fixture(scope="module")
async def lists(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Lists]:
    """Every list, in one city."""
    city = await City(superuser).found()
    near, far = await _street(city), await _street(city)
    for name in ("神楽町内会", "旭町内会", "春光町内会"):
        await city.group(name)
    async with running(city, postgres.server, key_folder) as kairan:
        officer = await kairan.client(near.officer.person)
        hanako = await kairan.client(near.hanako.person)
        auditor = await kairan.client(await city.staff("AUDITOR"))
        for _ in range(3):
            phones = f'{{ group(id: "{near.group.gid}") {{ members {{ nodes {{ phone }} }} }} }}'
            await officer.data(phones)
        readers = dict.fromkeys(LISTS, officer)
        readers |= {"groups": kairan.nobody, "all releases": auditor, "own releases": hanako}
        parents: dict[str, str | None] = dict.fromkeys(LISTS, near.group.gid)
        parents |= {
            "members of a han": near.han.gid,
            "members of a household": near.home.gid,
            "receipts": near.circular.gid,
        }
        foreign = [far.hanako.id, far.circular.id, far.officer.id, far.han.id]
        yield Lists(kairan, near.group, readers, parents, [to_cursor(id_) for id_ in foreign])


@pytest.mark.parametrize("name", LISTS)
async def test_pages_of_any_size_put_together_are_the_list(lists: Lists, name: str) -> None:
    whole = await lists.whole(name)
    assert len(whole) == LENGTHS.get(name, max(3, len(whole)))
    assert len({str(entry) for entry in whole}) == len(whole)
    for first in range(1, len(whole) + 2):
        pages = await LISTS[name].pages(lists.readers[name], lists.parents[name], first=first)
        assert [entry for page in pages for entry in page] == whole
        # A full last page does not promise another one.
        assert [len(page) for page in pages[:-1]] == [first] * (len(pages) - 1)
        assert 0 < len(pages[-1]) <= first


@pytest.mark.parametrize("name", LISTS)
async def test_any_entrys_cursor_leads_to_what_comes_after_it(lists: Lists, name: str) -> None:
    paged, reader, parent = LISTS[name], lists.readers[name], lists.parents[name]
    whole = await paged.page(reader, parent, first=200)
    for position, edge in enumerate(whole["edges"]):
        rest = await paged.page(reader, parent, first=200, after=edge["cursor"])
        assert rest["nodes"] == whole["nodes"][position + 1 :]
    assert await paged.page(reader, parent, after=whole["pageInfo"]["endCursor"]) == {
        "edges": [],
        "nodes": [],
        "pageInfo": {"hasNextPage": False, "endCursor": None},
    }


@pytest.mark.parametrize("name", LISTS)
async def test_a_cursor_that_is_not_on_the_list_has_one_answer(lists: Lists, name: str) -> None:
    paged, reader, parent = LISTS[name], lists.readers[name], lists.parents[name]
    others = [
        (await LISTS[other].page(lists.readers[other], lists.parents[other], first=1))["edges"][0]
        for other in LISTS
        if KINDS.get(other, other) != KINDS.get(name, name)
    ]
    for after in (
        *(edge["cursor"] for edge in others),
        to_cursor(uuid4()),
        lists.group.gid,
        *lists.foreign,
        *("", "x", " ", "あ", "\0", "1", "A" * 1000),
    ):
        answer = await paged.ask(reader, parent, after=after)
        (error,) = answer["errors"]
        assert (error["extensions"], error["message"]) == ({"code": "CURSOR_UNKNOWN"}, UNKNOWN)
        assert error["path"][-1] == paged.field
        assert "cursor" not in str(answer["data"])


async def test_a_part_of_the_roster_goes_on_from_a_cursor_of_the_whole(lists: Lists) -> None:
    reader = lists.readers["members"]
    whole = await LISTS["members"].page(reader, lists.parents["members"], first=200)
    part = await lists.whole("members of a household")
    for position, edge in enumerate(whole["edges"]):
        rest = await LISTS["members of a household"].page(
            reader, lists.parents["members of a household"], first=200, after=edge["cursor"]
        )
        after = whole["nodes"][position + 1 :]
        assert rest["nodes"] == [member for member in part if member in after]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("first", [0, -1, 201, 2**31 - 1, -(2**31)])
async def test_a_page_has_a_size_within_the_limit_and_the_answer_names_it(
    lists: Lists, name: str, first: int
) -> None:
    answer = await LISTS[name].ask(lists.readers[name], lists.parents[name], first=first)
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert error["message"] == f"first is {first}: give 1 to 200."


async def test_the_limit_is_the_operators(
    postgres: Addresses, key_folder: Path, city: City
) -> None:
    for number in range(5):
        await city.group(f"第{number}町内会")
    groups = LISTS["groups"]
    async with running(city, postgres.server, key_folder, page_max=3) as kairan:
        by_default = await groups.page(kairan.nobody, None)
        assert (len(by_default["nodes"]), by_default["pageInfo"]["hasNextPage"]) == (3, True)
        assert len((await groups.page(kairan.nobody, None, first=3))["nodes"]) == 3
        refused = await groups.ask(kairan.nobody, None, first=4)
        assert refused["errors"][0]["message"] == "first is 4: give 1 to 3."


async def test_fifty_entries_come_when_nobody_says_how_many(city: City, kairan: Kairan) -> None:
    for number in range(51):
        await city.group(f"第{number}町内会")
    page = await LISTS["groups"].page(kairan.nobody, None)
    assert (len(page["nodes"]), page["pageInfo"]["hasNextPage"]) == (50, True)


async def test_an_empty_list_is_an_empty_page(city: City, kairan: Kairan) -> None:
    page = await LISTS["groups"].page(kairan.nobody, None)
    assert page == {
        "edges": [],
        "nodes": [],
        "pageInfo": {"hasNextPage": False, "endCursor": None},
    }
