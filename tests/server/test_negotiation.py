"""Which media type and status an answer has: GraphQL over HTTP, Body and Status Codes."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from db.embedded import Addresses
from server.http.negotiation import chosen
from tests.harness.city import City
from tests.harness.kairan import Kairan, running
from tests.server.wire import KIND as BODY
from tests.server.wire import connected, post

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
KIND = "{ viewer { kind } }"


@pytest_asyncio.fixture(scope="module")
async def served(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    """A server for all requests of this file."""
    city = await City(superuser).found()
    async with running(city, postgres.server, key_folder) as kairan:
        yield kairan


async def ask(kairan: Kairan, accept: str, query: str = KIND, **variables: Any) -> httpx.Response:
    """The answer to a POST that accepts these types."""
    body = {"query": query, "variables": variables}
    return await kairan.http.post("/graphql", json=body, headers={"accept": accept})


ACCEPTED = [
    # (values of Accept, the type of the answer)
    ([], JSON),
    ([""], JSON),
    ([" , "], JSON),
    (["*/*"], JSON),
    (["application/*"], JSON),
    ([JSON], JSON),
    ([GRAPHQL], GRAPHQL),
    (["Application/GraphQL-Response+JSON"], GRAPHQL),
    ([f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8"], GRAPHQL),
    ([f'{GRAPHQL};charset="UTF-8"'], GRAPHQL),
    # What the specification tells clients to send, in either order, in one header or two.
    ([f"{GRAPHQL}, {JSON};q=0.9"], GRAPHQL),
    ([f"{JSON};q=0.9,{GRAPHQL}"], GRAPHQL),
    ([f"{JSON};q=0.9", GRAPHQL], GRAPHQL),
    # Weights decide; of equals the one that is named, and of two that are named GraphQL's own.
    ([f"{GRAPHQL};q=0.5, {JSON}"], JSON),
    ([f"{GRAPHQL};q=0.5, {JSON};q=0.501"], JSON),
    ([f"{JSON}, {GRAPHQL}"], GRAPHQL),
    ([f"{JSON}, text/plain, */*"], JSON),
    ([f"{GRAPHQL}, */*"], GRAPHQL),
    ([f"{GRAPHQL};q=0.3, */*;q=0.7"], JSON),
    ([f"application/*;q=0.2, {GRAPHQL};q=0.1"], JSON),
    ([f"{JSON};q=0, */*"], GRAPHQL),
    ([f"{GRAPHQL};q=0, */*"], JSON),
    ([f"application/*;q=0, {JSON}"], JSON),
    (["text/html, */*;q=0.001"], JSON),
    ([BROWSER], JSON),
    ([f"multipart/mixed;deferSpec=20220824,{GRAPHQL},{JSON};q=0.9"], GRAPHQL),
    ([f"{GRAPHQL}, text/event-stream, multipart/mixed"], GRAPHQL),
    # What is malformed is as good as not there.
    ([f"nonsense, {JSON}"], JSON),
    ([f"{GRAPHQL};q=high, {JSON};q=0.1"], JSON),
    ([f"{GRAPHQL};q=1.001, {JSON};q=0.1"], JSON),
    ([f"{GRAPHQL};q=-1, {JSON};q=0.1"], JSON),
    ([f"{JSON};;q=0.5;"], JSON),
    ([f"{GRAPHQL}; charset=shift_jis, {JSON}"], JSON),
    # None of ours.
    (["text/html"], None),
    (["text/event-stream"], None),
    (["multipart/mixed"], None),
    (["nonsense"], None),
    (["*"], None),
    (["*/json"], None),
    (["application/jsonx"], None),
    (["application/vnd.api+json"], None),
    (["*/*;q=0"], None),
    (["*/*;q=0.0"], None),
    ([f"{JSON};q=0"], None),
    ([f"{GRAPHQL};q=0.000, {JSON};q=0"], None),
    ([f"{JSON};charset=utf-16"], None),
]


@pytest.mark.parametrize(("values", "kind"), ACCEPTED)
async def test_a_client_gets_what_it_likes_best_of_what_we_speak(
    served: Kairan, values: list[str], kind: str | None
) -> None:
    async with connected(served.http) as wire:
        await wire.send(post(BODY, *(f"Accept: {value}" for value in values)))
        answer = await wire.answer()
    if kind is None:
        assert (answer.status, set(answer.json)) == (406, {"errors"})
    else:
        assert answer.status == 200
        assert answer.json == {"data": {"viewer": {"kind": "ANONYMOUS"}}}
    assert answer.headers["content-type"] == f"{kind or JSON}; charset=utf-8"
    assert answer.headers["vary"] == "Accept, Authorization"


@pytest.mark.parametrize(
    ("accept", "code"),
    [
        ("text/html", "BAD_REQUEST"),
        ("text/event-stream", "NOT_SUPPORTED"),
        ("multipart/mixed; deferSpec=20220824", "NOT_SUPPORTED"),
    ],
)
async def test_whoever_takes_no_json_is_told_before_anything_is_run(
    served: Kairan, accept: str, code: str
) -> None:
    sign_in = 'mutation { signIn(input: { login: "x", password: "y" }) { errors { code } } }'
    with served.counting() as statements:
        answer = await ask(served, accept, sign_in)
    assert statements == []
    (error,) = answer.json()["errors"]
    assert error == {
        "message": (
            "Answers are application/graphql-response+json or application/json, in UTF-8 and in"
            " one piece: accept one of them."
        ),
        "extensions": {"code": code},
    }


STATUSES = [
    # (document, variables, status beside GraphQL's own type, status beside plain JSON, has data)
    (KIND, {}, 200, 200, True),
    # Executed with an error: the draft's own status, told only to those who know of it.
    ("{ viewer { kind } groups(first: 0) { nodes { id } } }", {}, 294, 200, True),
    # Also where the error took the whole of data with it, and null is left.
    ("{ groups(first: 0) { nodes { id } } }", {}, 294, 200, True),
    ('mutation { leaveGroup(input: { groupId: "x" }) { errors { code } } }', {}, 294, 200, True),
    # Request errors: not executed, never 2xx, and no data, not even null.
    ("{ viewer { kind }", {}, 400, 400, False),
    ("", {}, 422, 422, False),
    ("{ nope }", {}, 422, 422, False),
    ("query A { viewer { kind } } query B { viewer { kind } }", {}, 422, 422, False),
    ("fragment F on Viewer { kind }", {}, 422, 422, False),
    ("query($n: Int!) { groups(first: $n) { nodes { id } } }", {}, 422, 422, False),
    ("query($n: Int) { groups(first: $n) { nodes { id } } }", {"n": "5"}, 422, 422, False),
]


@pytest.mark.parametrize(("document", "variables", "own", "plain", "has_data"), STATUSES)
async def test_the_status_says_whether_it_was_executed_and_whether_all_went_well(
    served: Kairan, document: str, variables: dict[str, Any], own: int, plain: int, has_data: bool
) -> None:
    for accept, status in ((GRAPHQL, own), (JSON, plain), ("*/*", plain)):
        answer = await ask(served, accept, document, **variables)
        assert answer.status_code == status
        assert ("data" in answer.json()) == has_data
        assert ("errors" in answer.json()) == (document != KIND)
        kind = GRAPHQL if accept == GRAPHQL else JSON
        assert answer.headers["content-type"] == f"{kind}; charset=utf-8"


@pytest.mark.parametrize("later", ["... @defer { kind }", "kind @stream(initialCount: 0)"])
async def test_nothing_of_an_answer_can_be_asked_for_later(served: Kairan, later: str) -> None:
    answer = await ask(served, GRAPHQL, f"{{ viewer {{ {later} }} }}")
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert {e["extensions"]["code"] for e in errors} == {"GRAPHQL_VALIDATION_FAILED"}
    name = later.partition("@")[2].partition(" ")[0].partition("(")[0]
    assert f"Unknown directive '@{name}'." in [e["message"] for e in errors]


def test_a_long_header_costs_no_more_than_its_length() -> None:
    assert chosen(["; " * 8000]) is None
    assert chosen(['text/x;a="' + '\\"' * 8000]) is None
    assert chosen([f"a/{'b' * 16000}, {JSON}"]) == JSON
