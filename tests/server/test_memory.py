"""What was read for an answer is let go of when it has left."""

import gc
from typing import Any

import asyncpg

from permissions.words import Power
from tests.harness.kairan import Kairan

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
