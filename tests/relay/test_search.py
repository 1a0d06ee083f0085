"""Searching a roster finds what the searcher is shown, and nothing that is hidden from him."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from db.embedded import Addresses
from permissions.words import Power
from resolvers.global_ids import to_global_id
from tests.harness.city import City, Member, Thing
from tests.harness.kairan import Client, Kairan, running
from tests.relay.twins import empty_places, empty_profiles, other_profiles, twin_of

SEARCH = """
query Search($group: ID!, $search: String, $han: ID) {
  group(id: $group) {
    members(search: $search, han: $han) { edges { cursor node { id displayName } } pageInfo {
      hasNextPage endCursor } }
  }
}
"""


async def found(client: Client, group: Thing, **arguments: str | None) -> list[str]:
    """The display names of whom a search finds."""
    data = await client.data(SEARCH, group=group.gid, **arguments)
    return [edge["node"]["displayName"] for edge in data["group"]["members"]["edges"]]


@dataclass
class Roster:
    """A MEMBERS group: Ken leads it, Yoko is a plain member."""

    city: City
    group: Thing
    ken: Member
    yoko: Member
    hans: list[Thing]


async def roster(city: City) -> Roster:
    """Put it in place."""
    group = await city.group("神楽町内会", directory="MEMBERS")
    hans = [await city.han(group, name) for name in ("一班", "二班")]

    async def join(name: str, han: Thing | None, **profile: Any) -> Member:
        return await city.member(group, await city.person(**profile), display_name=name, han=han)

    ken = await join("けん", hans[0], family_name="佐藤", given_name="健", kana="サトウケン")
    await city.officer(ken, "会長", Power.VIEW_ROSTER)
    yoko = await join("ようこ", hans[1], family_name="山田", given_name="陽子", kana="ヤマダヨウコ")
    await join("花ちゃん", hans[0], family_name="鈴木", given_name="花子", kana="スズキハナコ")
    await join("Ｔａｒｏ", hans[0], family_name="高橋", given_name="太郎", kana="タカハシタロウ")
    await join("鈴木ファン", None, family_name="Mac Lean", given_name="Ann", kana="マクリーンアン")
    await join("会員", hans[1], family_name="100%", given_name="_子", kana=None)
    private = await join(
        "かくれ", hans[0], family_name="鈴木", given_name="隠", kana="スズキカクレ"
    )
    await city.execute(
        "update kairan.member_details set kept_private = '{NAME}'"
        " where city = $1 and membership_id = $2",
        private.id,
    )
    return Roster(city, group, ken, yoko, hans)


@pytest_asyncio.fixture(scope="module")
async def here(superuser: asyncpg.Pool) -> Roster:
    """The roster. Nothing in it is changed."""
    return await roster(await City(superuser).found())


@pytest_asyncio.fixture(scope="module")
async def served(here: Roster, postgres: Addresses, key_folder: Path) -> AsyncIterator[Kairan]:
    """A server for it."""
    async with running(here.city, postgres.server, key_folder) as kairan:
        yield kairan


EVERYBODY = {"けん", "ようこ", "花ちゃん", "Ｔａｒｏ", "鈴木ファン", "会員", "かくれ"}
SEARCHES = [
    # what is typed, whom the officer finds, whom the plain member Yoko finds
    ("花", {"花ちゃん"}, {"花ちゃん"}),
    ("花子", {"花ちゃん"}, set()),
    ("鈴木", {"花ちゃん", "鈴木ファン"}, {"鈴木ファン"}),
    ("鈴木花子", {"花ちゃん"}, set()),
    ("鈴木 花子", {"花ちゃん"}, set()),
    ("鈴木　花子", {"花ちゃん"}, set()),
    ("スズキ", {"花ちゃん"}, set()),
    ("ｽｽﾞｷ", {"花ちゃん"}, set()),
    ("ハナコ", {"花ちゃん"}, set()),
    ("山田", {"ようこ"}, {"ようこ"}),
    ("ﾔﾏﾀﾞ", {"ようこ"}, {"ようこ"}),
    ("Ｔａｒｏ", {"Ｔａｒｏ"}, {"Ｔａｒｏ"}),
    ("taro", {"Ｔａｒｏ"}, {"Ｔａｒｏ"}),
    ("TARO", {"Ｔａｒｏ"}, {"Ｔａｒｏ"}),
    ("mac lean", {"鈴木ファン"}, set()),
    ("ＭＡＣ　ＬＥＡＮ", {"鈴木ファン"}, set()),
    ("leanann", {"鈴木ファン"}, set()),
    ("隠", set(), set()),
    ("カクレ", set(), set()),
    ("かくれ", {"かくれ"}, {"かくれ"}),
    ("%", {"会員"}, set()),
    ("_", {"会員"}, set()),
    ("0%_", {"会員"}, set()),
    ("会員", {"会員"}, {"会員"}),
    (".*", set(), set()),
    ("\\", set(), set()),
    ("'", set(), set()),
    ("  けん\u3000", {"けん"}, {"けん"}),
    ("", EVERYBODY, EVERYBODY),
    ("  ", EVERYBODY, EVERYBODY),
    ("居ない", set(), set()),
]


@pytest.mark.parametrize(("typed", "officer", "member"), SEARCHES)
async def test_a_search_finds_what_the_searcher_is_shown(
    here: Roster, served: Kairan, typed: str, officer: set[str], member: set[str]
) -> None:
    ken, yoko = [await served.client(one.person) for one in (here.ken, here.yoko)]
    assert set(await found(ken, here.group, search=typed)) == officer
    assert set(await found(yoko, here.group, search=typed)) == member


async def test_a_search_is_a_hundred_characters_at_most(here: Roster, served: Kairan) -> None:
    ken = await served.client(here.ken.person)
    assert await found(ken, here.group, search="あ" * 100) == []
    answer = await ken.ask(SEARCH, group=here.group.gid, search="あ" * 101)
    assert [(e["extensions"]["code"], e["message"]) for e in answer["errors"]] == [
        ("BAD_USER_INPUT", "search has 101 characters: give at most 100.")
    ]
    answer = await ken.ask(SEARCH, group=here.group.gid, search="あ\0")
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_the_members_of_a_han_are_found_by_who_is_shown_the_han(
    here: Roster, served: Kairan
) -> None:
    ken, yoko = [await served.client(one.person) for one in (here.ken, here.yoko)]
    first, second = (han.gid for han in here.hans)
    in_first = {"けん", "花ちゃん", "Ｔａｒｏ", "かくれ"}
    assert set(await found(ken, here.group, han=first)) == in_first
    assert set(await found(ken, here.group, han=second)) == {"ようこ", "会員"}
    assert await found(yoko, here.group, han=first) == []
    # Her own han is shown to her, and so she is found in it, alone.
    assert await found(yoko, here.group, han=second) == ["ようこ"]
    assert set(await found(ken, here.group, han=first, search="鈴木")) == {"花ちゃん"}


async def test_a_han_that_is_none_of_the_groups_has_one_answer(
    here: Roster, served: Kairan
) -> None:
    other = await here.city.group("春光町内会")
    far = await here.city.han(other, "一班")
    document = {"query": SEARCH, "variables": {"group": here.group.gid}}
    for viewer in (here.ken, here.yoko):
        client = await served.client(viewer.person)
        bodies = set()
        for han in (far.gid, to_global_id("Han", other.id), here.group.gid, "x", "", "\0", 7):
            document["variables"]["han"] = han  # type: ignore[index]
            bodies.add((await client.post(document)).content)
        (body,) = bodies
        assert b'"edges":[]' in body
        assert b"errors" not in body


@dataclass
class Twins:
    """The same roster four times: as it is, emptied, filled otherwise, and without any han."""

    group: Thing
    hans: list[str]
    clients: list[Client]


@pytest_asyncio.fixture(scope="module")
async def twins(here: Roster, postgres: Addresses, key_folder: Path) -> AsyncIterator[Twins]:
    """Yoko, a plain member, in each of the four."""
    cities = [here.city, *[await twin_of(here.city) for _ in range(3)]]
    for city, change in zip(
        cities[1:], (empty_profiles, other_profiles, empty_places), strict=True
    ):
        await change(city, but=[here.yoko.person])
    yoko = here.yoko.person
    async with (
        running(cities[0], postgres.server, key_folder) as first,
        running(cities[1], postgres.server, key_folder) as second,
        running(cities[2], postgres.server, key_folder) as third,
        running(cities[3], postgres.server, key_folder) as fourth,
    ):
        clients = [await each.client(yoko) for each in (first, second, third, fourth)]
        yield Twins(here.group, [han.gid for han in here.hans], clients)


HIDDEN = "佐藤健サトウケン鈴木花子スズキハナコ高橋太郎タカハシ山田陽子MacLeanAn100%_隠 　"
SHOWN = "けんようこ花ちゃＴａｒｏtaro鈴木ファン会員かくれ"


@settings(max_examples=60)
@given(
    search=st.none() | st.text(alphabet=HIDDEN + SHOWN, max_size=6) | st.text(max_size=5),
    han=st.sampled_from([None, 0, 1]),
)
async def test_to_a_plain_member_every_search_looks_as_if_nobody_had_filled_anything_in(
    twins: Twins, search: str | None, han: int | None
) -> None:
    variables = {
        "group": twins.group.gid,
        "search": search.replace("\0", "") if search is not None else None,
        "han": None if han is None else twins.hans[han],
    }
    bodies = [
        (await client.post({"query": SEARCH, "variables": variables})).content
        for client in twins.clients
    ]
    assert bodies == [bodies[0]] * 4


async def test_who_is_found_by_a_hidden_name_was_told_of_and_who_is_found_by_the_shown_one_not(
    city: City, kairan: Kairan
) -> None:
    people = await roster(city)
    ken = await kairan.client(people.ken.person)
    for typed in ("taro", "Ｔａｒｏ", "会員", "けん", "", "居ない"):
        await found(ken, people.group, search=typed)
    assert await city.fetch("select fields from kairan.releases where city = $1") == []
    await found(ken, people.group, search="鈴木")
    assert await city.fetch(
        "select fields, cardinality(subjects) as people from kairan.releases where city = $1"
    ) == [{"fields": ["Group.members(search:)"], "people": 1}]
