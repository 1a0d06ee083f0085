"""A ledger that cannot be written releases nothing."""

import asyncio

import httpx
import pytest

from tests.ledger.closed import WAYS, Ledger

ROSTER = """
    query($group: ID!) {
        privacyRulesVersion
        group(id: $group) { name members { nodes { id displayName phone address email } } }
    }
"""
# phone of hanako; address of three; email of two.
ROWS = 1
REFUSED = {
    "errors": [
        {
            "message": "Nothing can be released at the moment.",
            "extensions": {"code": "LEDGER_UNAVAILABLE"},
        }
    ],
    "data": None,
}


async def post(ledger: Ledger, document: str = ROSTER) -> httpx.Response:
    variables = {"group": ledger.kagura.group.gid}
    return await ledger.kagura.ken.post({"query": document, "variables": variables})


async def nothing_left(ledger: Ledger, response: httpx.Response, rows: int) -> None:
    """Fails unless the answer is the refusal to the letter, and the ledger is as it was."""
    assert response.status_code == 200
    assert response.json() == REFUSED
    for value in ("0166", "神楽", "hanako", "mail.example", ledger.kagura.members["hanako"].gid):
        assert value not in response.text
    assert await ledger.count() == rows
    assert await ledger.faults.open_transactions() == 0


async def works_again(ledger: Ledger, rows: int) -> None:
    """Fails unless the next question is answered, with its release written."""
    answer = (await post(ledger)).json()
    assert "errors" not in answer
    assert await ledger.count() == rows + ROWS
    await ledger.faults.healthy()


@pytest.mark.parametrize("way", WAYS)
async def test_where_no_row_can_be_written_nothing_leaves(way: str, ledger: Ledger) -> None:
    rows = await ledger.count()
    async with ledger.closed(way):
        await nothing_left(ledger, await post(ledger), rows)
        await nothing_left(ledger, await post(ledger), rows)
    await works_again(ledger, rows)


@pytest.mark.parametrize("way", WAYS)
async def test_what_releases_nobody_is_answered_all_the_same(way: str, ledger: Ledger) -> None:
    document = """
        query($group: ID!) {
            me { name phone memberships { address } }
            group(id: $group) { name members { nodes { displayName ageBand } } }
        }
    """
    async with ledger.closed(way):
        answer = (await post(ledger, document)).json()
    assert "errors" not in answer
    assert answer["data"]["me"]["phone"] == "0166-00-0001"


async def test_a_connection_that_dies_between_reading_and_writing_releases_nothing(
    ledger: Ledger,
) -> None:
    rows = await ledger.count()
    async with ledger.superuser.acquire() as holder, holder.transaction():
        # Reading needs no lock on the ledger, writing does.
        await holder.execute("lock table kairan.releases in share mode")
        asking = asyncio.create_task(post(ledger))
        await ledger.faults.until_waiting()
        await ledger.faults.kill("wait_event_type = 'Lock'")
        response = await asking
    await nothing_left(ledger, response, rows)
    await works_again(ledger, rows)


async def test_a_connection_that_dies_while_it_commits_releases_nothing(ledger: Ledger) -> None:
    rows = await ledger.count()
    async with ledger.commit_waits(), ledger.superuser.acquire() as holder:
        async with holder.transaction():
            await holder.execute("select pg_advisory_xact_lock(7)")
            asking = asyncio.create_task(post(ledger))
            await ledger.faults.until_waiting()
            await ledger.faults.kill("query like 'commit%'")
            response = await asking
    await nothing_left(ledger, response, rows)
    await works_again(ledger, rows)


async def test_a_ledger_that_keeps_one_waiting_too_long_releases_nothing(ledger: Ledger) -> None:
    rows = await ledger.count()
    async with ledger.superuser.acquire() as holder, holder.transaction():
        await holder.execute("lock table kairan.releases in share mode")
        response = await post(ledger)
    await nothing_left(ledger, response, rows)
    await works_again(ledger, rows)


async def test_the_answer_waits_for_the_row(ledger: Ledger) -> None:
    rows = await ledger.count()
    async with ledger.superuser.acquire() as holder:
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute("lock table kairan.releases in share mode")
        asking = asyncio.create_task(post(ledger))
        await ledger.faults.until_waiting()
        done, _ = await asyncio.wait([asking], timeout=0.2)
        assert not done
        await transaction.rollback()
        assert "errors" not in (await asking).json()
    assert await ledger.count() == rows + ROWS


async def test_not_a_byte_leaves_before_the_row_is_committed(ledger: Ledger) -> None:
    rows = await ledger.count()
    async with ledger.commit_waits(), ledger.superuser.acquire() as holder:
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute("select pg_advisory_xact_lock(7)")
        asking = asyncio.create_task(first_byte(ledger))
        await ledger.faults.until_waiting()
        # Written, but not committed: nobody else sees it, and no byte has left.
        done, _ = await asyncio.wait([asking], timeout=0.2)
        assert not done
        assert await ledger.count() == rows
        await transaction.rollback()
        assert await asking == b"H"
        assert await ledger.count() == rows + ROWS


async def first_byte(ledger: Ledger) -> bytes:
    """The first byte of the answer, from a bare socket."""
    body = httpx.Request(
        "POST", "/", json={"query": ROSTER, "variables": {"group": ledger.kagura.group.gid}}
    ).content
    url = ledger.faults.kairan.http.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(
        f"POST /graphql HTTP/1.1\r\nHost: {url.host}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {ledger.kagura.ken.token}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    try:
        return await reader.read(1)
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("later", ["... @defer { phone }", "phone @defer"])
async def test_no_part_of_an_answer_can_come_later(later: str, ledger: Ledger) -> None:
    """After the ledger's row is committed nothing more may leave."""
    document = f"query($group: ID!) {{ group(id: $group) {{ members {{ nodes {{ {later} }} }} }} }}"
    response = await post(ledger, document)
    assert response.status_code == 422
    codes = {error["extensions"]["code"] for error in response.json()["errors"]}
    assert codes == {"GRAPHQL_VALIDATION_FAILED"}
    document = document.replace("nodes {", "nodes @stream(initialCount: 0) {").replace(
        later, "phone"
    )
    assert (await post(ledger, document)).status_code == 422
