"""What an answer still has to do: when the server is asked to end, and when nobody waits for it."""

import asyncio
from pathlib import Path

import httpx

from tests.harness.kairan import Client
from tests.robust.conftest import Database, found_town

READ = """
    query($id: ID!) { group(id: $id) { circulars { nodes { title body } } } }
"""


async def test_that_a_circular_was_delivered_is_noted_before_the_server_ends(
    database: Database, key_folder: Path
) -> None:
    async with found_town(database, key_folder, statement_timeout=20_000) as town:
        await town.faults.city.circular(town.chair, "雪かき", body="日曜の朝に集まります。")
        hanako = await town.kairan.client(town.hanako.person)
        async with town.faults.locked("receipts"):
            answer = await hanako.data(READ, id=town.group.gid)
            assert answer["group"]["circulars"]["nodes"][0]["title"] == "雪かき"
            await town.faults.until_waiting()
            town.kairan.server.should_exit = True
            # It takes nobody any more, but is not over.
            async with asyncio.timeout(20):
                while town.kairan.server.servers[0].is_serving():  # noqa: ASYNC110 - no event
                    await asyncio.sleep(0.02)
            await asyncio.sleep(0.3)
            assert town.kairan.server.server_state.tasks
    assert await town.rows("receipts") == 1


async def test_to_a_reader_who_has_hung_up_nothing_was_delivered(
    database: Database, key_folder: Path
) -> None:
    async with found_town(database, key_folder, statement_timeout=20_000) as town:
        await town.faults.city.circular(town.chair, "雪かき", body="日曜の朝に集まります。")
        hanako = await town.kairan.client(town.hanako.person)
        async with town.faults.locked("circulars"):
            async with httpx.AsyncClient(base_url=town.kairan.http.base_url) as own:
                reading = asyncio.create_task(
                    Client(own, hanako.token).data(READ, id=town.group.gid)
                )
                await town.faults.until_waiting()
                reading.cancel()
                await asyncio.wait({reading})
            # The server has to notice before it answers.
            async with asyncio.timeout(20):
                while len(town.kairan.server.server_state.connections) > 0:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        await town.kairan.settled()
        assert await town.rows("receipts") == 0
        await hanako.data(READ, id=town.group.gid)
        await town.kairan.settled()
        assert await town.rows("receipts") == 1
        await town.faults.healthy()
