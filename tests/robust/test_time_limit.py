"""An operation has a time limit, whatever it waits for; what was committed by then stands, and is
told.
"""

import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from tests.robust.conftest import Database, Town, found_town
from tests.robust.test_several_fields import asked, titles
from tests.robust.wire import Fault
from tests.server.faults import errors

LIMIT = "This took too long. Ask for less, or try again later."
ROSTER = """
    query($id: ID!) {
      group(id: $id) {
        members { nodes { phone appointments { office { title } } } }
        offices { title }
        circulars { nodes { title } }
        households { id }
      }
    }
"""


@pytest_asyncio.fixture
async def hurried(database: Database, key_folder: Path) -> AsyncIterator[Town]:
    """A statement may take long there, and an operation four tenths of a second."""
    async with found_town(
        database, key_folder, operation_timeout=400, statement_timeout=20_000, pool_wait=5000
    ) as town:
        yield town


@pytest_asyncio.fixture
async def unhurried(database: Database, key_folder: Path) -> AsyncIterator[Town]:
    """An operation may take long enough to commit a change, on a slow and busy machine too."""
    async with found_town(
        database, key_folder, operation_timeout=3000, statement_timeout=20_000, pool_wait=5000
    ) as town:
        yield town


@contextlib.contextmanager
def promptly() -> Any:
    """Long before a statement's own limit: called off, and not waited for."""
    start = time.monotonic()
    yield
    assert time.monotonic() - start < 15


async def settled(town: Town) -> None:
    """Nothing is left on any connection: no statement, no transaction, no lock."""
    await town.faults.healthy()


async def test_a_query_that_waits_is_ended_and_its_statement_with_it(hurried: Town) -> None:
    # The facts about whoever asks are read from the first; the rest by one statement for many.
    for table in ("memberships", "profiles", "circulars"):
        async with hurried.faults.locked(table):
            with promptly():
                answer = await hurried.ken.ask(ROSTER, id=hurried.group.gid)
                assert (answer["data"], errors(answer)) == (None, [("TIMEOUT", LIMIT)])
                await hurried.faults.until_waiting(0)
    assert await hurried.rows("releases") == 0
    await settled(hurried)


async def test_a_change_that_waits_changes_nothing(hurried: Town) -> None:
    async with hurried.faults.locked("circulars"):
        with promptly():
            answer = (await hurried.ken.post(asked(hurried))).json()
    assert (answer["data"], errors(answer)) == (None, [("TIMEOUT", LIMIT)])
    assert await titles(hurried) == []
    await settled(hurried)


async def test_a_change_that_was_committed_before_is_told(unhurried: Town) -> None:
    await unhurried.faults.superuser.execute(SLOW_SECOND)
    try:
        with promptly():
            answer = (await unhurried.ken.post(asked(unhurried))).json()
    finally:
        await unhurried.faults.superuser.execute("drop function public.slow() cascade")
    assert answer["data"] is None
    assert [(e.get("path"), e["extensions"]) for e in answer["errors"]] == [
        (["one"], {"code": "TIMEOUT", "committed": True}),
        (None, {"code": "TIMEOUT"}),
    ]
    assert await titles(unhurried) == ["first"]
    await settled(unhurried)


async def test_a_commit_that_is_slow_is_waited_for_and_acknowledged(unhurried: Town) -> None:
    await unhurried.faults.superuser.execute(SLOW_COMMIT)
    try:
        answer = (await unhurried.ken.post(asked(unhurried))).json()
    finally:
        await unhurried.faults.superuser.execute("drop function public.slow() cascade")
    assert answer["data"] is None
    assert [(e.get("path"), e["extensions"]) for e in answer["errors"]] == [
        (["one"], {"code": "TIMEOUT", "committed": True})
    ]
    assert await titles(unhurried) == ["first"]
    await settled(unhurried)


async def test_a_commit_without_an_answer_is_unknown_and_not_timed_out(
    database: Database, key_folder: Path
) -> None:
    async with found_town(
        database, key_folder, operation_timeout=2000, statement_timeout=2500, pool_wait=5000
    ) as town:
        stalled = town.wire.at("commit", Fault.STALL)
        with promptly():
            answer = (await town.ken.post(asked(town))).json()
        assert stalled.sprung.is_set()
        assert [e["extensions"]["code"] for e in answer["errors"]] == ["OUTCOME_UNKNOWN"]


async def test_what_waits_for_something_else_than_the_database_is_ended_too(
    database: Database, key_folder: Path
) -> None:
    async with found_town(database, key_folder, operation_timeout=100) as town:
        again = town.kairan.app.state.services.hashing._places
        for _ in range(4):
            await again.acquire()
        document = (
            'mutation { signIn(input: { login: "a@b.example", password: "c" }) { expiresAt } }'
        )
        answer = await town.kairan.nobody.ask(document)
        assert (answer["data"], errors(answer)) == (None, [("TIMEOUT", LIMIT)])
        for _ in range(4):
            again.release()
        await settled(town)


SLOW_SECOND = """
    create function public.slow() returns trigger language plpgsql as $$
    begin
        if new.title = 'second' then perform pg_sleep(30); end if;
        return new;
    end $$;
    create trigger slow before insert on kairan.circulars
    for each row execute function public.slow();
"""
SLOW_COMMIT = """
    create function public.slow() returns trigger language plpgsql as $$
    begin
        perform pg_sleep(4);
        return null;
    end $$;
    create constraint trigger slow after insert on kairan.circulars
    deferrable initially deferred for each row execute function public.slow();
"""
