"""GraphQL over HTTP: what is a request, what is refused by which status, and who may keep it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.kairan import Kairan, running
from tests.harness.suite_log import Lines
from tests.server.posting import ANONYMOUS, KIND, SIGN_IN, post, refusal


@pytest_asyncio.fixture(scope="module")
async def served(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    """A server for all requests of this file; it takes bodies of 2048 bytes at most."""
    city = await City(superuser).found()
    async with running(city, postgres.server, key_folder, body_max=2048) as kairan:
        yield kairan


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


async def test_a_token_in_a_url_or_a_cookie_is_nobodys(served: Kairan) -> None:
    client = await served.client(await served.city.person())
    tries: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({"access_token": client.token}, {}),
        ({"authorization": f"Bearer {client.token}"}, {}),
        ({}, {"cookie": f"authorization=Bearer {client.token}; access_token={client.token}"}),
    ]
    for parameters, headers in tries:
        answer = await served.http.get(
            "/graphql", params={"query": KIND} | parameters, headers=headers
        )
        assert answer.json() == ANONYMOUS


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
        ("", 422, "query is missing: send the document as text."),
        ("query=", 422, "query is missing: send the document as text."),
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


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"])
async def test_another_method_is_told_those_there_are(served: Kairan, method: str) -> None:
    answer = await served.http.request(method, "/graphql", json={"query": KIND})
    assert refusal(answer) == (405, "BAD_REQUEST", "Method Not Allowed.")
    assert answer.headers["allow"] == "GET, POST"


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
    kairan: Kairan, lines: Lines
) -> None:
    kairan.app.state.tokens = "no tokens at all"
    answer = await post(kairan, {"query": KIND}, authorization="Bearer x")
    request_id = answer.headers["x-request-id"]
    ours = "Something went wrong on our side. Tell us the requestId."
    assert refusal(answer) == (500, "INTERNAL", ours)
    assert answer.json()["errors"][0]["extensions"]["requestId"] == request_id
    [failed] = lines.of(request_id=request_id, level="error")
    assert failed["event"] == "a request failed"
    assert failed["exception"][0].startswith(
        "AttributeError at server.http.authentication.caller_of:"
    )


async def test_japanese_goes_out_as_it_is(served: Kairan) -> None:
    group = await served.city.group("神楽町内会")
    answer = await post(served, {"query": f'{{ group(id: "{group.gid}") {{ name }} }}'})
    assert answer.content == '{"data":{"group":{"name":"神楽町内会"}}}'.encode()
