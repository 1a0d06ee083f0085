"""Whatever is sent, by whomever: no 500, a documented code, and no release without a record.

FUZZ=20 in the environment draws twenty times as much, and new documents each time.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import orjson
import pytest
import pytest_asyncio
from graphql import build_schema
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from db.embedded import Addresses
from permissions.words import Power
from resolvers.errors import ErrorCode
from schema.build import sdl
from tests.acts.ward import Ward, found_ward
from tests.fuzz.drawing import bodies, documents, headers, mutations
from tests.harness.city import City, Person
from tests.harness.kairan import Client, Kairan, running
from tests.harness.ledger import about_each

TIMES = int(os.environ.get("FUZZ", "1"))
# What cannot be met here: the database is well, and nothing of ours may fail.
NEVER = {"INTERNAL", "DATABASE_UNAVAILABLE", "OUTCOME_UNKNOWN", "LEDGER_UNAVAILABLE", "TIMEOUT"}
DOCUMENTED = {code.value for code in ErrorCode} - NEVER
SECRETS = {"phone": "0166-99-8877", "address": "秘密町1条2丁目3", "email": "himitsu@example.jp"}


def drawn(examples: int) -> settings:
    return settings(
        max_examples=examples * TIMES,
        derandomize=TIMES == 1,
        database=None,
        # The town lives on: a smaller document would meet another town.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@dataclass(repr=False)
class Town:
    """A ward in which 花子's personal fields are secrets, and everybody who may ask."""

    city: City
    ward: Ward
    kairan: Kairan
    people: dict[str, Person]
    clients: dict[str, Client]
    ids: list[str]

    def client(self, who: str) -> Client:
        """One of the people, or nobody."""
        return self.clients.get(who, self.kairan.nobody)


@pytest_asyncio.fixture(scope="module")
async def town(
    superuser: asyncpg.Pool, postgres: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    """The town; its letters and keys are in a folder of its own."""
    city = await City(superuser).found()
    folder = tmp_path_factory.mktemp("fuzz")
    async with running(city, postgres.server, folder) as kairan:
        ward = await found_ward(city, directory="MEMBERS")
        people = {
            "chair": ward.chair.person,
            "hanako": ward.hanako.person,
            "applicant": ward.applicant,
            "elsewhere": await ward.seat("elsewhere", Power.PUBLISH),
            "staff": await city.staff("OPERATIONS", "SUPPRESSION", "AUDITOR"),
        }
        clients = {name: await kairan.client(person) for name, person in people.items()}
        columns = ", ".join(f"{name} = '{secret}'" for name, secret in SECRETS.items())
        await city.execute(
            f"update kairan.profiles set {columns} where city = $1 and resident_id = $2",
            ward.hanako.person.id,
        )
        things = (
            *(ward.group, ward.first_han, ward.household, ward.chair, ward.hanako, ward.sayuri),
            *(ward.treasury, ward.term, ward.vacant, ward.request, ward.circular),
        )
        ids = [*(thing.gid for thing in things), ward.hanako.person.gid, "x", ward.group.gid]
        yield Town(city, ward, kairan, people, clients, ids)


WHO = ("chair", "chair", "hanako", "applicant", "elsewhere", "staff", "nobody")


def check(answer: httpx.Response) -> set[str]:
    """Fail on an answer that nobody should get; the codes of its errors."""
    assert answer.status_code < 500, answer.text
    if answer.status_code in (204, 304) or answer.request.method in ("HEAD", "OPTIONS"):
        return set()
    body = orjson.loads(answer.content)
    codes = {error["extensions"]["code"] for error in body.get("errors", ())}
    assert codes <= DOCUMENTED, answer.text
    assert codes or "data" in body
    # A request that was refused was not executed.
    assert ("data" in body) == (answer.status_code in (200, 294)), answer.text
    return codes or {"data"}


async def ask(town: Town, who: str, body: Any, caplog: pytest.LogCaptureFixture) -> None:
    before = await releases(town)
    with caplog.at_level(logging.ERROR):
        answer = await town.client(who).post(body)
        codes = check(answer)
        for code in codes:
            event(code)
        if "UNAUTHENTICATED" in codes and who in town.people:
            # Signed out by a document before.
            town.clients[who] = await town.kairan.client(town.people[who])
        await town.kairan.settled()
    assert [record.getMessage() for record in caplog.records] == []
    shown = {name for name, secret in SECRETS.items() if secret in answer.text}
    if shown and who != "hanako":
        event("released")
        written = await releases(town) - before
        assert who == "chair", answer.text
        assert shown <= {each.rpartition(".")[2] for each in written}, answer.text


async def releases(town: Town) -> set[str]:
    """What of 花子 was released, under the number of its row."""
    hanako = town.ward.hanako.person.id
    rows = await town.city.fetch(
        "select * from kairan.releases where city = $1 and $2 = any (subjects)", hanako
    )
    return {f"{row['id']}.{field}" for row in rows for field, _ in about_each(row)[hanako]}


SDL = sdl()
SCHEMA = build_schema(SDL)
assert SCHEMA.query_type
assert SCHEMA.mutation_type
QUERIES, MUTATIONS = list(SCHEMA.query_type.fields), list(SCHEMA.mutation_type.fields)


@drawn(100)
@given(data=st.data())
async def test_no_query_breaks_anything(
    town: Town, caplog: pytest.LogCaptureFixture, data: st.DataObject
) -> None:
    fields = data.draw(st.sampled_from([QUERIES, ["group", "node", "nodes"]]))
    document = data.draw(documents(SDL, town.ids, fields))
    who = data.draw(st.sampled_from(WHO))
    await ask(town, who, {"query": document}, caplog)


@drawn(60)
@given(data=st.data())
async def test_no_mutation_breaks_anything(
    town: Town, caplog: pytest.LogCaptureFixture, data: st.DataObject
) -> None:
    document = data.draw(documents(SDL, town.ids, MUTATIONS))
    who = data.draw(st.sampled_from(WHO))
    await ask(town, who, {"query": document}, caplog)


@drawn(150)
@given(data=st.data())
async def test_no_input_breaks_a_mutation(
    town: Town, caplog: pytest.LogCaptureFixture, data: st.DataObject
) -> None:
    body = data.draw(mutations(SCHEMA, town.ids))
    await ask(town, data.draw(st.sampled_from(WHO)), body, caplog)


@drawn(200)
@given(
    method=st.sampled_from(["POST"] * 6 + ["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]),
    path=st.sampled_from(["/graphql"] * 6 + ["/", "/graphql/", "/readyz", "/%00", "/static/../x"]),
    body=bodies(),
    headers=headers(),
)
async def test_no_request_breaks_the_door(
    town: Town, method: str, path: str, body: bytes, headers: dict[str, str]
) -> None:
    answer = await town.kairan.http.request(method, path, content=body, headers=headers)
    if path == "/readyz" and answer.status_code == 200:
        return
    check(answer)


@drawn(60)
@given(
    head=st.sampled_from([b"POST /graphql HTTP/1.1\r\nHost: a\r\n", b"GET / HTTP/1.1\r\n", b""]),
    rest=st.binary(max_size=80),
)
async def test_no_bytes_break_the_server(town: Town, head: bytes, rest: bytes) -> None:
    url = town.kairan.http.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(head + rest)
    writer.write_eof()
    told = await asyncio.wait_for(reader.read(), 30)
    writer.close()
    if told:
        assert told.startswith(b"HTTP/1.1 4"), told
        assert b'"code":"BAD_REQUEST"' in told.replace(b" ", b"")
    assert (await town.kairan.http.get("/healthz")).status_code == 200
