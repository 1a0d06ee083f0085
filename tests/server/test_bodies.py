"""What is a body, and what is refused as none: by which status, and in which words."""

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.kairan import Kairan, running
from tests.server.posting import ANONYMOUS, KIND, SIGN_IN, post, refusal


@pytest_asyncio.fixture(scope="module")
async def served(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    """A server for all requests of this file; it takes bodies of 2048 bytes at most."""
    city = await City(superuser).found()
    async with running(city, postgres.server, key_folder, body_max=2048) as kairan:
        yield kairan


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/graphql",
        "application/graphql-response+json",
        "application/jsonx",
        "application/json-patch+json",
        "application/json, text/plain",
        "application/json; charset=shift_jis",
        'application/json; charset="utf-16"',
        "text/plain; application/json",
        "text/json",
        "*/*",
        "",
    ],
)
async def test_what_a_form_on_another_page_can_send_is_refused(served: Kairan, kind: str) -> None:
    with served.counting() as statements:
        answer = await post(served, {"query": SIGN_IN}, content_type=kind)
    assert refusal(answer) == (415, "BAD_REQUEST", "Send application/json in UTF-8.")
    assert answer.headers["accept"] == "application/json"
    assert statements == []


async def test_an_upload_is_refused_by_name(served: Kairan) -> None:
    map_ = {"operations": json.dumps({"query": SIGN_IN}), "map": "{}"}
    with served.counting() as statements:
        answer = await served.http.post("/graphql", data=map_, files={"0": b"x"})
    assert refusal(answer) == (
        415,
        "NOT_SUPPORTED",
        "Uploads are not taken: send application/json.",
    )
    assert statements == []


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "br", "zstd", "gzip, identity"])
async def test_a_compressed_body_is_refused_with_what_to_send(
    served: Kairan, encoding: str
) -> None:
    packed = gzip.compress(json.dumps({"query": KIND}).encode())
    answer = await post(served, packed, content_encoding=encoding)
    assert refusal(answer) == (415, "NOT_SUPPORTED", "Send the body as it is, not compressed.")
    assert answer.headers["accept-encoding"] == "identity"
    as_it_is = await post(served, {"query": KIND}, content_encoding="identity")
    assert as_it_is.json() == ANONYMOUS


NO_JSON = (400, "BAD_REQUEST", "The body is not JSON in UTF-8.")
TWICE = (400, "BAD_REQUEST", "The body has the same name twice in one object.")
BATCH = (422, "NOT_SUPPORTED", "Batches are not taken: send one operation in each request.")
UNREADABLE: list[tuple[bytes, tuple[int, str, str]]] = [
    (b"", NO_JSON),
    (b"{", NO_JSON),
    (b"query=%7B+__typename+%7D", NO_JSON),
    (b"{ viewer { kind } }", NO_JSON),
    (json.dumps({"query": KIND}).encode("utf-16"), NO_JSON),
    (json.dumps({"query": KIND}).encode("utf-32-be"), NO_JSON),
    (json.dumps({"query": KIND}).encode("utf-8-sig"), NO_JSON),
    (b'{"query": "{ viewer { kind } }", "variables": {"a": NaN}}', NO_JSON),
    (b'{"query": "{ viewer { kind } }", "variables": {"a": -Infinity}}', NO_JSON),
    (b'{"query": "{ viewer { kind } }", "variables": {"a": 1e999}}', NO_JSON),
    (b'{"query": "{ viewer { kind } }", "variables": {"a": ' + b"1" * 1900 + b"}}", NO_JSON),
    (b'{"query": "\\ud800"}', NO_JSON),
    (b'{"query": "\xff"}', NO_JSON),
    (b'{"query": "{ viewer { kind } }"} {}', NO_JSON),
    (b"[" * 1500, NO_JSON),
    (b"[" * 1000 + b"]" * 1000, NO_JSON),
    (b'{"query": "{ nope }", "query": "{ viewer { kind } }"}', TWICE),
    (b'{"query": "{ viewer { kind } }", "variables": {"a": [{"b": 1, "b": 2}]}}', TWICE),
    (b'{"query": "{ viewer { kind } }", "qu\\u0065ry": "{ nope }"}', TWICE),
]


@pytest.mark.parametrize(("body", "refused"), UNREADABLE)
async def test_a_body_that_two_could_read_differently_is_refused(
    served: Kairan, body: bytes, refused: tuple[int, str, str]
) -> None:
    assert refusal(await post(served, body)) == refused


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"query": "{ viewer { kind } }", "variables": {"a": ' + b"1" * 10_000 + b"}}",
        b'{"query": "{ viewer { kind } }", "variables": {"a": -' + b"9" * 10_000 + b".5}}",
    ],
)
async def test_what_breaks_other_servers_parsers_is_only_no_json(
    kairan: Kairan, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert refusal(await post(kairan, body)) == NO_JSON
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


NO_OBJECT = "Send a JSON object with query, variables and operationName."
NO_QUERY = "query is missing: send the document as text."
BODIES: list[tuple[Any, str]] = [
    ("{ viewer { kind } }", NO_OBJECT),
    (7, NO_OBJECT),
    (True, NO_OBJECT),
    (None, NO_OBJECT),
    ({}, NO_QUERY),
    ({"qeury": KIND}, NO_QUERY),
    ({"query": None}, NO_QUERY),
    ({"query": "  \n"}, NO_QUERY),
    ({"query": [KIND]}, NO_QUERY),
    ({"id": "a1b2", "variables": {}}, NO_QUERY),
    ({"query": KIND, "variables": []}, "variables must be an object."),
    ({"query": KIND, "variables": "{}"}, "variables must be an object."),
    ({"query": KIND, "variables": False}, "variables must be an object."),
    ({"query": KIND, "extensions": []}, "extensions must be an object."),
    ({"query": KIND, "extensions": "x"}, "extensions must be an object."),
    ({"query": KIND, "operationName": 1}, "operationName must be text."),
]


@pytest.mark.parametrize(("body", "message"), BODIES)
async def test_what_is_no_request_is_refused_by_name(
    served: Kairan, body: Any, message: str
) -> None:
    assert refusal(await post(served, body)) == (422, "BAD_REQUEST", message)


@pytest.mark.parametrize("batch", [[], [{"query": KIND}], [{"query": KIND}, {"query": KIND}]])
async def test_a_batch_is_refused_by_name(served: Kairan, batch: list[Any]) -> None:
    assert refusal(await post(served, batch)) == BATCH


async def test_what_a_request_has_besides_is_left_alone(served: Kairan) -> None:
    body = {"query": KIND, "extensions": {"a": 1}, "persisted": True, "id": 5}
    assert (await post(served, body)).json() == ANONYMOUS


async def test_null_variables_and_no_operation_name_are_as_good_as_none(served: Kairan) -> None:
    body: dict[str, Any] = {"query": KIND, "variables": None, "operationName": None}
    assert (await post(served, body)).json() == ANONYMOUS


async def test_a_body_may_be_as_large_as_the_setting_says_and_no_larger(served: Kairan) -> None:
    def body_of(size: int) -> bytes:
        start = json.dumps({"query": KIND}).encode()
        return start + b" " * (size - len(start))

    assert (await post(served, body_of(2048))).json() == ANONYMOUS
    too_large = (413, "BAD_REQUEST", "The body is larger than 2048 bytes.")
    assert refusal(await post(served, body_of(2049))) == too_large

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield body_of(1000)

    streamed = await served.http.post(
        "/graphql", content=in_pieces(), headers={"content-type": "application/json"}
    )
    assert refusal(streamed) == too_large
