"""What was read for an answer is let go of when it has left."""

import gc
from pathlib import Path
from typing import Any

import asyncpg

from db.embedded import Addresses
from permissions.words import Power
from tests.harness.city import City
from tests.harness.kairan import Kairan, running

ROSTER = "query($id: ID!) { group(id: $id) { members { nodes { name appointments { id } } } } }"


def rows() -> list[Any]:
    """The rows about members that are alive."""
    return [
        each
        for each in gc.get_objects()
        if type(each) is asyncpg.Record and "member_status" in each.keys()  # noqa: SIM118
    ]


async def test_rows_do_not_wait_for_the_garbage_collector(kairan: Kairan) -> None:
    city = kairan.city
    group = await city.group("春光町内会")
    ken = await city.person(kana="カイ ケン")
    await city.officer(await city.member(group, ken), "会長", Power.VIEW_ROSTER)
    for _ in range(5):
        await city.member(group, await city.person(family_name="山田"))
    client = await kairan.client(ken)
    gc.collect()
    gc.disable()
    try:
        data = await client.data(ROSTER, id=group.gid)
        assert len(data["group"]["members"]["nodes"]) == 6
        await kairan.settled()
        left = rows()
    finally:
        gc.enable()
    assert left == []


async def test_a_request_leaves_the_collector_nothing_of_its_own(
    city: City, postgres: Addresses, key_folder: Path
) -> None:
    # The reference executor leads back to itself.
    async with running(city, postgres.server, key_folder, executor="breadth-first") as kairan:
        client = await kairan.client(await city.person())
        query = "{ viewer { kind } }"
        await client.data(query)
        gc.collect()
        gc.disable()
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            await client.data(query)
            await kairan.settled()
            gc.collect()
            left = {type(each).__name__ for each in gc.garbage}
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()
    assert not left & {"BreadthFirst", "GraphQLResolveInfoHelpers", "Operation", "Asked", "Seen"}
