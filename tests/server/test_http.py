"""GraphQL over HTTP: what is a request, what is refused by which status, and who may keep it."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.kairan import Kairan, running

KIND = "{ viewer { kind } }"
ANONYMOUS = {"data": {"viewer": {"kind": "ANONYMOUS"}}}
SIGN_IN = (
    'mutation SignIn { signIn(input: { login: "nobody", password: "none" }) { errors { code } } }'
)


@pytest_asyncio.fixture(scope="module")
async def served(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    """A server for all requests of this file; it takes bodies of 2048 bytes at most."""
    city = await City(superuser).found()
    async with running(city, postgres.server, key_folder, body_max=2048) as kairan:
        yield kairan


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    """Status, code and message of an answer that holds one error and no data."""
    body = answer.json()
    assert set(body) == {"errors"}
    (error,) = body["errors"]
    return answer.status_code, error["extensions"]["code"], error["message"]


async def post(kairan: Kairan, body: Any, **headers: str) -> httpx.Response:
    """A POST of these very bytes, or of JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    chosen = {"content-type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return await kairan.http.post("/graphql", content=content, headers=chosen)


async def test_a_query_is_asked_by_post(served: Kairan) -> None:
    for kind in (
        "application/json",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "Application/JSON ; profile=x",
    ):
        answer = await post(served, {"query": KIND}, content_type=kind)
        assert (answer.status_code, answer.json()) == (200, ANONYMOUS)
        assert answer.headers["content-type"] == "application/json; charset=utf-8"


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


async def test_a_query_is_asked_by_get_too(served: Kairan) -> None:
    group = await served.city.group("神楽町内会")
    answer = await served.http.get(
        "/graphql",
        params={
            "query": "query A { viewer { kind } } query B($id: ID!) { group(id: $id) { name } }",
            "operationName": "B",
            "variables": json.dumps({"id": group.gid}),
        },
    )
    assert answer.json() == {"data": {"group": {"name": "神楽町内会"}}}


async def test_a_get_changes_nothing(served: Kairan) -> None:
    refused = (405, "BAD_REQUEST", "A GET can only query: send mutations by POST.")
    mixed = f"{SIGN_IN} query Look {KIND}"
    with served.counting() as statements:
        for parameters in (
            {"query": SIGN_IN},
            {"query": SIGN_IN, "operationName": "SignIn"},
            {"query": mixed, "operationName": "SignIn"},
        ):
            assert refusal(await served.http.get("/graphql", params=parameters)) == refused
    assert statements == []
    answer = await served.http.get("/graphql", params={"query": mixed, "operationName": "Look"})
    assert answer.json() == ANONYMOUS


@pytest.mark.parametrize(
    ("parameters", "status", "message"),
    [
        ("", 422, NO_QUERY),
        ("query=", 422, NO_QUERY),
        ("query=%7B__typename%7D&variables=%7B", 400, "variables is not JSON in UTF-8."),
        ("query=%7B__typename%7D&variables=[]", 422, "variables must be an object."),
        ("query=%7B__typename%7D&extensions=[]", 422, "extensions must be an object."),
        ("query=%7B__typename%7D&extensions=NaN", 400, "extensions is not JSON in UTF-8."),
        ("query=%7B__typename%7D&query=%7Bx%7D", 422, "query is given more than once."),
        ("query=%7B__typename%7D&variables=&variables=", 422, "variables is given more than once."),
        ("query=%FF", 400, "The query string is not UTF-8 in percent-encoding."),
    ],
)
async def test_a_get_that_is_no_request_is_refused_by_name(
    served: Kairan, parameters: str, status: int, message: str
) -> None:
    answer = await served.http.get(f"/graphql?{parameters}")
    assert refusal(answer) == (status, "BAD_REQUEST", message)


async def test_an_empty_parameter_is_as_good_as_none_and_a_strange_one_is_left_alone(
    served: Kairan,
) -> None:
    asked = "query=%7Bviewer%7Bkind%7D%7D&operationName=&variables=&extensions=&utm=1&utm=2"
    assert (await served.http.get(f"/graphql?{asked}")).json() == ANONYMOUS
    null = asked.replace("&variables=", "&variables=null")
    assert (await served.http.get(f"/graphql?{null}")).json() == ANONYMOUS


async def test_a_head_asks_nothing(served: Kairan) -> None:
    with served.counting() as statements:
        answer = await served.http.head("/graphql", params={"query": KIND})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert statements == []


SEVERAL = "The document has several operations: say which by operationName."
OPERATIONS = [
    (f"query A {KIND} query B {KIND}", None, SEVERAL),
    (f"query A {KIND} {SIGN_IN}", None, SEVERAL),
    (f"query A {KIND} query B {KIND}", "C", 'Unknown operation named "C".'),
    (f"query A {KIND}", "a", 'Unknown operation named "a".'),
    (KIND, "A", 'Unknown operation named "A".'),
    ("fragment A on Viewer { kind }", None, "The document has no operation to run."),
]


@pytest.mark.parametrize(("document", "name", "message"), OPERATIONS)
async def test_one_operation_is_run_and_it_is_clear_which(
    served: Kairan, document: str, name: str | None, message: str
) -> None:
    with served.counting() as statements:
        answer = await post(served, {"query": document, "operationName": name})
    assert refusal(answer) == (422, "BAD_REQUEST", message)
    assert statements == []


async def test_a_subscription_is_refused_by_name(served: Kairan) -> None:
    answer = await post(served, {"query": "subscription A { viewer { kind } }"})
    assert refusal(answer) == (422, "NOT_SUPPORTED", "There is nothing to subscribe to.")


async def test_of_several_operations_the_named_one_runs(served: Kairan) -> None:
    document = f"query A {{ __typename }} query B {KIND}"
    answer = await post(served, {"query": document, "operationName": "B"})
    assert answer.json() == ANONYMOUS


async def test_every_answer_is_private_kept_by_nobody_and_has_a_name(served: Kairan) -> None:
    http = served.http
    bad_token = {"authorization": "Bearer x"}
    answers = [
        await post(served, {"query": KIND}),
        await post(served, {"query": "{ nope }"}),
        await post(served, {"query": "{ groups(first: 0) { nodes { id } } }"}),
        await post(served, {"query": KIND}, **bad_token),
        await post(served, b"{"),
        await post(served, b" " * 3000),
        await post(served, {"query": KIND}, content_type="text/plain"),
        await http.get("/graphql", params={"query": KIND}),
        await http.get("/graphql", params={"query": SIGN_IN}),
        await http.head("/graphql", params={"query": KIND}),
        await http.put("/graphql", json={"query": KIND}),
        await http.delete("/graphql"),
        await http.options("/graphql"),
        await http.get("/nowhere"),
    ]
    assert [answer.status_code for answer in answers] == [
        *(200, 422, 200, 401, 400, 413, 415, 200, 405, 405, 405, 405, 405, 404)
    ]
    for answer in answers:
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
        assert "access-control-allow-origin" not in answer.headers
    assert len({answer.headers["x-request-id"] for answer in answers}) == len(answers)


async def test_a_client_who_hangs_up_while_sending_is_no_failure_of_ours(
    served: Kairan, caplog: pytest.LogCaptureFixture
) -> None:
    head = b"POST /graphql HTTP/1.1\r\nHost: k\r\nContent-Type: application/json\r\n"
    with caplog.at_level("INFO", "kairan"):
        for _ in range(10):
            url = served.http.base_url
            _, writer = await asyncio.open_connection(url.host, url.port)
            writer.write(head + b'Content-Length: 100\r\n\r\n{"query": ')
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        assert (await post(served, {"query": KIND})).json() == ANONYMOUS
        await asyncio.sleep(0.1)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


async def test_what_breaks_before_anything_runs_is_answered_and_logged_by_its_name(
    kairan: Kairan, caplog: pytest.LogCaptureFixture
) -> None:
    kairan.app.state.tokens = "no tokens at all"
    answer = await post(kairan, {"query": KIND}, authorization="Bearer x")
    request_id = answer.headers["x-request-id"]
    ours = "Something went wrong on our side. Tell us the requestId."
    assert refusal(answer) == (500, "INTERNAL", ours)
    assert answer.json()["errors"][0]["extensions"]["requestId"] == request_id
    assert caplog.messages == [f"request {request_id} failed"]


async def test_japanese_goes_out_as_it_is(served: Kairan) -> None:
    group = await served.city.group("神楽町内会")
    answer = await post(served, {"query": f'{{ group(id: "{group.gid}") {{ name }} }}'})
    assert answer.content == '{"data":{"group":{"name":"神楽町内会"}}}'.encode()
