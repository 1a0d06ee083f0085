"""A roster is sorted by what the viewer is shown, and stays in order while people come and go."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from db.embedded import Addresses
from permissions.words import Power
from resolvers.global_ids import from_global_id
from tests.harness.city import City, Member, Thing
from tests.harness.kairan import Client, Kairan, running
from tests.relay.paging import LISTS
from tests.relay.twins import empty_profiles, other_profiles, twin_of

ROSTER = LISTS["members"]


async def order(client: Client, group: Thing, *, first: int = 200) -> list[UUID]:
    """The membership ids of a roster, read in pages of ``first``."""
    found = []
    for page in await ROSTER.pages(client, group.gid, first=first):
        for node in page:
            decoded = from_global_id(node["id"])
            assert decoded is not None
            found.append(decoded[1])
    return found


async def join(city: City, group: Thing, kana: str | None, **details: object) -> Member:
    """A new member with this reading."""
    return await city.member(group, await city.person(kana=kana), **details)  # type: ignore[arg-type]


async def officer_of(city: City, kairan: Kairan, group: Thing) -> tuple[Client, Member]:
    """The officer, who has no reading of his own."""
    member = await join(city, group, None)
    await city.officer(member, "会長", Power.VIEW_ROSTER)
    return await kairan.client(member.person), member


def by_kana(*members: tuple[str | None, Member]) -> list[UUID]:
    """The order by kana, those without last, equals by id; typed out, not asked of PostgreSQL."""
    return [
        member.id
        for _, member in sorted(
            members, key=lambda one: (one[0] is None, (one[0] or "").encode(), one[1].id)
        )
    ]


async def test_an_officer_reads_by_kana_and_those_without_come_last(
    city: City, kairan: Kairan
) -> None:
    group = await city.group("神楽町内会")
    client, officer = await officer_of(city, kairan, group)
    readings = ["ワダ", "アオキ", None, "イトウ", "イトウ", "ヴィクトル", "Abe", "ア", "アー", ""]
    members = [(kana, await join(city, group, kana)) for kana in readings]
    expected = by_kana(*members, (None, officer))
    for first in (200, 1, 2, 3, 7):
        assert await order(client, group, first=first) == expected


async def test_a_page_goes_on_from_the_last_kana_to_those_without(
    city: City, kairan: Kairan
) -> None:
    group = await city.group("神楽町内会")
    client, officer = await officer_of(city, kairan, group)
    last = await join(city, group, "ワダ")
    without = [(None, await join(city, group, None)) for _ in range(3)]
    page = await ROSTER.page(client, group.gid, first=1)
    assert page["nodes"] == [{"id": last.gid}]
    rest = await ROSTER.page(client, group.gid, first=200, after=page["pageInfo"]["endCursor"])
    decoded = [from_global_id(node["id"]) for node in rest["nodes"]]
    assert [one and one[1] for one in decoded] == by_kana(*without, (None, officer))


async def test_a_reading_kept_private_sorts_like_none(city: City, kairan: Kairan) -> None:
    group = await city.group("神楽町内会")
    client, officer = await officer_of(city, kairan, group)
    shown = await join(city, group, "ワダ")
    private = await join(city, group, "アオキ", kept_private=["NAME"])
    assert await order(client, group) == by_kana(("ワダ", shown), (None, private), (None, officer))


async def test_where_the_city_switches_names_off_nobody_is_sorted_by_them(
    city: City, kairan: Kairan
) -> None:
    group = await city.group("神楽町内会")
    client, officer = await officer_of(city, kairan, group)
    members = [await join(city, group, kana) for kana in ("ワダ", "アオキ", "イトウ")]
    await city.switch_off("NAME")
    assert await order(client, group) == sorted(member.id for member in (*members, officer))


async def test_to_a_neighbour_the_order_says_nothing_of_kana(city: City, kairan: Kairan) -> None:
    group = await city.group("神楽町内会", directory="MEMBERS")
    neighbour = await join(city, group, None)
    members = [await join(city, group, kana) for kana in ("ワダ", "アオキ", "イトウ", "ウエダ")]
    client = await kairan.client(neighbour.person)
    assert await order(client, group) == sorted(member.id for member in (*members, neighbour))


async def test_ones_own_kana_sorts_oneself_alone(city: City, kairan: Kairan) -> None:
    group = await city.group("神楽町内会", directory="MEMBERS")
    members = [await join(city, group, kana) for kana in ("アオキ", "イトウ", "ウエダ")]
    last = await join(city, group, "ワダ")
    client = await kairan.client(last.person)
    assert await order(client, group) == [last.id, *sorted(member.id for member in members)]
    assert await order(client, group, first=1) == await order(client, group)


@pytest.mark.parametrize("change", [empty_profiles, other_profiles])
async def test_two_cities_that_differ_in_names_alone_look_alike_to_a_neighbour(
    city: City, postgres: Addresses, key_folder: Path, change: object
) -> None:
    group = await city.group("神楽町内会", directory="MEMBERS")
    neighbour = await join(city, group, None)
    for kana in ("ワダ", "アオキ", None, "イトウ", "ウエダ"):
        await join(city, group, kana)
    twin = await twin_of(city)
    await change(twin, but=[neighbour.person])  # type: ignore[operator]
    orders = []
    for each in (city, twin):
        async with running(each, postgres.server, key_folder) as kairan:
            client = await kairan.client(neighbour.person)
            orders.append(await order(client, group, first=2))
    assert orders[0] == orders[1]
    assert len(orders[0]) == 6


async def test_who_left_meanwhile_takes_his_cursor_along(city: City, kairan: Kairan) -> None:
    group = await city.group("神楽町内会")
    client, _ = await officer_of(city, kairan, group)
    aoki = await join(city, group, "アオキ")
    await join(city, group, "ワダ")
    page = await ROSTER.page(client, group.gid, first=1)
    assert page["nodes"] == [{"id": aoki.gid}]
    await city.leave(aoki)
    answer = await ROSTER.ask(client, group.gid, after=page["pageInfo"]["endCursor"])
    assert answer["errors"][0]["extensions"] == {"code": "CURSOR_UNKNOWN"}
    assert answer["data"] == {"node": {"members": None}}


@dataclass
class Town:
    """A city whose groups come and go."""

    city: City
    kairan: Kairan


@pytest_asyncio.fixture(scope="module")
async def town(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Town]:
    """A server for many small groups."""
    city = await City(superuser).found()
    async with running(city, postgres.server, key_folder) as kairan:
        yield Town(city, kairan)


KANA = st.none() | st.sampled_from(["ア", "アオキ", "イトウ", "サトウ", "ワダ", "Abe"])


@settings(max_examples=20)
@given(
    before=st.lists(KANA, min_size=1, max_size=6),
    comers=st.lists(KANA, max_size=4),
    first=st.integers(1, 3),
)
async def test_who_was_there_is_read_once_and_in_order_while_others_join(
    town: Town, before: list[str | None], comers: list[str | None], first: int
) -> None:
    group = await town.city.group("神楽町内会")
    client, officer = await officer_of(town.city, town.kairan, group)
    members = [(kana, await join(town.city, group, kana)) for kana in before]
    members.append((None, officer))
    waiting = list(comers)
    read: list[str] = []
    after = None
    while True:
        page = await ROSTER.page(client, group.gid, first=first, after=after)
        read += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
        if waiting:
            kana = waiting.pop()
            members.append((kana, await join(town.city, group, kana)))

    assert len(set(read)) == len(read)
    gids = {member.id: member.gid for _, member in members}
    whole = [gids[id_] for id_ in by_kana(*members)]
    assert read == [gid for gid in whole if gid in read]
    there_from_the_start = {member.gid for _, member in members[: len(before) + 1]}
    assert there_from_the_start <= set(read)
