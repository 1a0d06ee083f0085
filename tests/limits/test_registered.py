"""Documents that an app asks for by their hash: registered by an operator, found, and no others."""

import asyncio
import json
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from db import registry
from db.embedded import Addresses
from server.documents.limits import DocumentLimits
from server.documents.registered import ASK_AGAIN_SECONDS, FORGET_SECONDS
from tests.harness.city import City
from tests.harness.kairan import Kairan, running
from tests.server.faults import Faults

NAMES = "query Names($n: Int) { groups(first: $n) { nodes { name } } }\n"
LEAVE = 'mutation Leave { leaveGroup(input: { groupId: "x" }) { errors { code } } }'
TWO = "query A { viewer { kind } } query B { privacyRulesVersion }"


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an answer with one error and no data."""
    (error,) = answer.json()["errors"]
    assert "data" not in answer.json()
    return answer.status_code, error["extensions"]["code"]


UNKNOWN = (422, "DOCUMENT_NOT_REGISTERED")


class Timer:
    """Seconds that grow when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest_asyncio.fixture(scope="module")
async def town(superuser: asyncpg.Pool) -> City:
    """A city with one group, 神楽町内会."""
    city = await City(superuser).found()
    await city.group("神楽町内会")
    return city


@pytest.fixture(scope="module")
def registered(town: City, postgres: Addresses) -> list[bool]:
    """Three documents are registered for it."""
    return registry.register(postgres.owner, town.number, [NAMES, LEAVE, TWO], town.clock())


@pytest_asyncio.fixture(params=["any", "registered"])
async def served(
    request: pytest.FixtureRequest,
    town: City,
    registered: list[bool],
    postgres: Addresses,
    key_folder: Path,
) -> AsyncIterator[Kairan]:
    """A server of either mode."""
    async with running(town, postgres.server, key_folder, documents=request.param) as kairan:
        yield kairan


@pytest_asyncio.fixture
async def strict(
    town: City, registered: list[bool], postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    """A server that runs registered documents only."""
    async with running(
        town,
        postgres.server,
        key_folder,
        documents="registered",
        document_limits=DocumentLimits.default(),
    ) as kairan:
        kairan.app.state.documents._registered._now = Timer()
        yield kairan


SHOWN = {"data": {"groups": {"nodes": [{"name": "神楽町内会"}]}}}


async def test_a_document_is_asked_for_by_its_hash(served: Kairan) -> None:
    for id_ in (f"sha256:{hash_of(NAMES)}", hash_of(NAMES)):
        for _ in range(2):
            asked = {"documentId": id_, "variables": {"n": 5}}
            assert (await served.nobody.post(asked)).json() == SHOWN
        got = await served.http.get(
            "/graphql", params={"documentId": id_, "variables": json.dumps({"n": 5})}
        )
        assert got.json() == SHOWN
        refused = await served.nobody.post({"documentId": id_, "variables": {"n": 0}})
        assert refused.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_its_operation_is_named_and_its_method_is_checked_as_ever(served: Kairan) -> None:
    asked: dict[str, Any] = {"documentId": f"sha256:{hash_of(TWO)}"}
    assert refusal(await served.nobody.post(asked)) == (422, "BAD_REQUEST")
    answer = await served.nobody.post(asked | {"operationName": "A"})
    assert answer.json() == {"data": {"viewer": {"kind": "ANONYMOUS"}}}
    got = await served.http.get("/graphql", params={"documentId": f"sha256:{hash_of(LEAVE)}"})
    assert refusal(got) == (405, "BAD_REQUEST")


@pytest.mark.parametrize(
    "id_",
    [
        f"sha256:{hash_of('nobody registered this')}",
        hash_of("nobody registered this"),
        f"sha256:{hash_of(NAMES).upper()}",
        f"sha256:{hash_of(NAMES)}0",
        f"sha256:{hash_of(NAMES)[:-1]}",
        f"sha512:{hash_of(NAMES)}",
        f"x-mine:{hash_of(NAMES)}",
        hash_of(NAMES.strip()),
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "' or true --",
        "\u0000",
    ],
)
async def test_an_id_that_nobody_registered_has_its_code(served: Kairan, id_: str) -> None:
    assert refusal(await served.nobody.post({"documentId": id_})) == UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": hash_of(NAMES), "query": NAMES},
        {"documentId": hash_of(NAMES), "query": ""},
        {"documentId": 7},
        {"documentId": [hash_of(NAMES)]},
        {"documentId": ""},
    ],
)
async def test_a_document_is_sent_or_named_and_not_both(
    served: Kairan, body: dict[str, Any]
) -> None:
    assert refusal(await served.nobody.post(body)) == (422, "BAD_REQUEST")


async def test_a_strict_server_runs_what_is_registered_and_nothing_else(strict: Kairan) -> None:
    for query in ("{ viewer { kind } }", NAMES + " ", "{ __schema { types { name } } }", "{"):
        with strict.counting() as statements:
            assert refusal(await strict.nobody.post({"query": query})) == UNKNOWN
        assert [s for s in statements if "registered_ids" not in s] == []
    # The text of one is as good as its name.
    assert (await strict.nobody.post({"query": NAMES, "variables": {"n": 5}})).json() == SHOWN


async def test_names_made_up_by_chance_cost_a_statement_a_second(strict: Kairan) -> None:
    timer = strict.app.state.documents._registered._now
    with strict.counting() as statements:
        guesses = [hash_of(f"guess {number}") for number in range(40)]
        answers = await asyncio.gather(
            *(strict.nobody.post({"documentId": guess}) for guess in guesses)
        )
        assert {refusal(answer) for answer in answers} == {UNKNOWN}
        assert (await strict.nobody.post({"query": "{ me { id } }"})).status_code == 422
    assert statements == ["select app.registered_ids($1) as id"]
    timer.seconds += ASK_AGAIN_SECONDS
    with strict.counting() as statements:
        for guess in guesses:
            await strict.nobody.post({"documentId": guess})
    assert statements == ["select app.registered_ids($1) as id"]


async def test_a_document_is_read_from_the_database_once(strict: Kairan) -> None:
    asked = {"documentId": hash_of(TWO), "operationName": "B"}
    with strict.counting() as statements:
        for _ in range(5):
            assert "errors" not in (await strict.nobody.post(asked)).json()
    assert statements == [
        "select app.registered_ids($1) as id",
        "select app.registered_document($1, $2)",
    ]


async def test_what_is_registered_or_removed_is_noticed_within_seconds(
    strict: Kairan, town: City, postgres: Addresses
) -> None:
    timer = strict.app.state.documents._registered._now
    text = "{ privacyRulesVersion }"
    asked = {"documentId": f"sha256:{hash_of(text)}"}
    assert refusal(await strict.nobody.post(asked)) == UNKNOWN
    new = await asyncio.to_thread(
        registry.register, postgres.owner, town.number, [text], town.clock()
    )
    assert new == [True]
    timer.seconds += ASK_AGAIN_SECONDS
    assert "errors" not in (await strict.nobody.post(asked)).json()
    gone = await asyncio.to_thread(
        registry.remove, postgres.owner, town.number, [registry.id_of(text)]
    )
    assert gone == [True]
    timer.seconds += FORGET_SECONDS
    assert refusal(await strict.nobody.post(asked)) == UNKNOWN


async def test_another_citys_documents_are_not_this_ones(
    superuser: asyncpg.Pool, registered: list[bool], postgres: Addresses, key_folder: Path
) -> None:
    elsewhere = await City(superuser).found()
    async with running(elsewhere, postgres.server, key_folder) as kairan:
        assert refusal(await kairan.nobody.post({"documentId": hash_of(NAMES)})) == UNKNOWN


async def test_a_registered_document_has_the_same_limits(strict: Kairan) -> None:
    asked = {"documentId": hash_of(NAMES), "extensions": {"cost": True}}
    answer = (await strict.nobody.post(asked)).json()
    assert answer["extensions"]["cost"]["estimate"] == 3 + 50
    strict.app.state.documents.limits.most["cost"] = 30
    assert refusal(await strict.nobody.post(asked)) == (422, "DOCUMENT_LIMIT_EXCEEDED")


async def test_without_a_database_it_is_told_that_nobody_knows(faults: Faults) -> None:
    async with faults.unreachable():
        answer = await faults.kairan.nobody.post({"documentId": hash_of(NAMES)})
        assert refusal(answer) == (503, "DATABASE_UNAVAILABLE")
        assert answer.headers["retry-after"] == "5"


@pytest.mark.parametrize(
    "statement",
    [
        "select text from kairan.documents",
        "insert into kairan.documents values (1, sha256(''), '', now())",
        "delete from kairan.documents",
        "select app.register_document(1, sha256(''), '', now())",
        "select app.remove_document(1, sha256(''))",
        "select * from app.list_documents(1)",
    ],
)
async def test_the_server_cannot_register_documents_itself(
    postgres: Addresses, statement: str
) -> None:
    connection = await asyncpg.connect(postgres.server)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_no_row_stands_under_another_documents_hash(
    superuser: asyncpg.Pool, town: City
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await town.insert(
            "documents",
            id=bytes.fromhex(hash_of(NAMES)),
            text=LEAVE,
            registered_at=town.clock(),
        )
