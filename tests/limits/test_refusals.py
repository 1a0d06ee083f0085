"""What asks for too much is refused by name, at once, and costs next to nothing."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import graphql
import pytest
import pytest_asyncio

from db.embedded import Addresses
from schema.build import build_schema
from schema.executor import core_of
from server.documents.documents import DocumentRefused, Documents
from server.documents.limits import COMPARISONS, TABLE, DocumentLimits, LimitExceeded
from tests.harness.city import City
from tests.harness.kairan import Kairan, running
from tests.limits.documents import KILLERS, doubling

DOCUMENTS = Documents(core_of(build_schema()))


@pytest_asyncio.fixture(scope="module")
async def served(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    """A server as it comes."""
    city = await City(superuser).found()
    async with running(
        city, postgres.server, key_folder, document_limits=DocumentLimits.default()
    ) as kairan:
        yield kairan


@pytest.mark.parametrize(
    ("document", "limit"), [each[1:] for each in KILLERS], ids=[each[0] for each in KILLERS]
)
async def test_a_document_made_to_be_much_work_is_refused_by_name(
    served: Kairan, document: str, limit: str
) -> None:
    with served.counting() as statements:
        start = time.monotonic()
        response = await served.nobody.post({"query": document})
        took = time.monotonic() - start
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert "data" not in response.json()
    assert error["extensions"]["code"] == "DOCUMENT_LIMIT_EXCEEDED"
    told = error["extensions"]["limit"]
    assert told["name"] == limit
    most = {each.name: each.default for each in (*TABLE, COMPARISONS)}
    assert told["most"] == most[limit] < told["found"]
    assert f"at most {told['most']} are taken (limit: {limit})" in error["message"]
    assert statements == []
    # Half a second on an idle machine is the worst of them; before, some took for ever.
    assert took < 10
    assert len(response.content) < 1000


FIGURES: list[tuple[str, dict[str, int], str, int]] = [
    # (document, limits that are set, the one that refuses, the document's figure)
    (doubling(3), {"rootFields": 7}, "rootFields", 8),
    ("{ me { a: id b: id } c: me { id } }", {"aliases": 2}, "aliases", 3),
    ("{ me { memberships { group { name } } } }", {"depth": 3}, "depth", 4),
    ("{ me { ...A } } fragment A on Resident { id ... { name } }", {"nesting": 3}, "nesting", 4),
    ("{ me { id name } viewer { kind } }", {"fields": 4}, "fields", 5),
    ("{ me { id } }", {"bytes": 12}, "bytes", 13),
    ("{ me { id } }", {"tokens": 5}, "tokens", 6),
    ("{ groups(first: 20) { nodes { id } } }", {"cost": 22}, "cost", 23),
    ("query A { me { id } } query B { me { id } }", {"operations": 1}, "operations", 2),
    ("{ ...A ...B } fragment A on Query { me { id } } fragment B on Query { me { id } }",
     {"fragments": 1}, "fragments", 2),
    ("query($a: Int, $b: Int) { groups(first: $a) { nodes { id } } }",
     {"variables": 1}, "variables", 2),
    ('{ nodes(ids: ["a", "b"]) { id } }', {"values": 2}, "values", 3),
    ("{ me @include(if: true) { id @skip(if: false) } }", {"directives": 1}, "directives", 2),
    ("{ me { id @skip(if: false) @include(if: true) } }",
     {"fieldDirectives": 1}, "fieldDirectives", 2),
    ("{ __schema { types { fields { type { inputFields { name } } } } } }",
     {"introspectionDepth": 1}, "introspectionDepth", 2),
]  # fmt: skip


@pytest.mark.parametrize(("document", "limits", "name", "figure"), FIGURES)
def test_each_limit_is_a_setting_and_is_exact(
    document: str, limits: dict[str, int], name: str, figure: int
) -> None:
    schema = DOCUMENTS.schema
    operation = "A" if "query A" in document else None
    with pytest.raises(LimitExceeded) as caught:
        Documents(schema, DocumentLimits.default(**limits)).prepare(document, operation)
    assert caught.value.extensions["limit"] == {
        "name": name,
        "most": limits[name],
        "found": figure,
    }
    # What is exactly as much as is taken is within this limit, whatever other rules say.
    enough = DocumentLimits.default(**{name: figure})
    with contextlib.suppress(DocumentRefused):
        Documents(schema, enough).prepare(document, operation)


def test_every_limit_has_its_case() -> None:
    assert {each[2] for each in FIGURES} == {limit.name for limit in TABLE}


async def test_many_variables_are_counted_when_they_are_known(served: Kairan) -> None:
    document = """
        query($n: Int, $m: Int) {
          groups(first: $n) { nodes { members(first: $m) { edges { node { id } } } } }
        }
    """
    assert "errors" not in await served.nobody.ask(document, n=3, m=200)
    for variables in ({"n": 200, "m": 200}, {"n": 2**31, "m": 200}, {"n": 10**40, "m": 10**40}):
        response = await served.nobody.post({"query": document, "variables": variables})
        (error,) = response.json()["errors"]
        assert error["extensions"]["limit"]["found"] == 3 + 200 * (1 + 3 + 200 * 3)


async def test_whoever_asks_is_told_the_cost(served: Kairan) -> None:
    query = "query($n: Int) { groups(first: $n) { nodes { id } } }"
    for n, cost in ((20, 23), (100, 103)):
        body = {"query": query, "variables": {"n": n}, "extensions": {"cost": True}}
        answer = (await served.nobody.post(body)).json()
        assert answer["extensions"] == {"cost": {"estimate": cost, "most": 50000}}
    for extensions in ({}, {"cost": False}, {"cost": "yes"}, None):
        asked: dict[str, Any] = {"query": query, "extensions": extensions}
        assert "extensions" not in (await served.nobody.post(asked)).json()


async def test_everybody_may_introspect_as_tools_do(served: Kairan) -> None:
    # Tools differ in how deep they look into lists of lists; 9 is graphql-js's own.
    for type_depth in (7, 9, 13):
        query = graphql.get_introspection_query(
            specified_by_url=True,
            directive_is_repeatable=True,
            schema_description=True,
            input_value_deprecation=True,
            type_depth=type_depth,
        )
        data: Any = await served.nobody.data(query)
        assert graphql.build_client_schema(data).query_type is not None


def test_what_is_refused_pushes_nothing_out() -> None:
    documents = Documents(DOCUMENTS.schema)
    good = "{ me { id } }"
    kept = documents.prepare(good, None).document
    for number in range(3000):
        with pytest.raises(DocumentRefused):
            documents.prepare(f"{{ unknown{number} }}", None)
        if number % 300 == 0:
            with pytest.raises(LimitExceeded):
                documents.prepare(doubling(22) + f" # {number}", None)
    assert documents.prepare(good, None).document is kept
    assert len(documents._kept) == 1


def test_what_nobody_sends_twice_pushes_out_nothing_that_is_used() -> None:
    documents = Documents(DOCUMENTS.schema)
    good = "{ me { id } }"
    kept = documents.prepare(good, None).document
    assert documents.prepare(good, None).document is kept
    for number in range(1500):
        documents.prepare(f"{{ me {{ a{number}: id }} }}", None)
    assert documents.prepare(good, None).document is kept
    assert len(documents._kept) <= 1000


async def test_others_are_served_while_killers_come(served: Kairan) -> None:
    killers = [served.nobody.post({"query": each[1]}) for each in KILLERS]
    under_way = asyncio.gather(*killers)
    assert await served.nobody.data("{ viewer { kind } }") == {"viewer": {"kind": "ANONYMOUS"}}
    assert {each.status_code for each in await under_way} == {422}


LONG = "x" * 100_000
ECHOES: list[tuple[dict[str, Any], int]] = [
    ({"query": f"{{ {LONG} }}"}, 1),
    ({"query": f"{{ me {{ id }} {LONG}(a: 1) }}"}, 1),
    ({"query": f'{{ group(id: "{LONG}"'}, 1),
    ({"query": "{ " + " ".join(f"{'y' * 2000}{n}" for n in range(45)) + " }"}, 21),
    ({"query": "{ me { id } }", "operationName": LONG}, 1),
    ({"query": "query($n: Int) { groups(first: $n) { nodes { id } } }",
      "variables": {"n": LONG}}, 1),
    ({"query": "query($i: [ID!]!) { nodes(ids: $i) { id } }",
      "variables": {"i": [{LONG: n} for n in range(9)]}}, 9),
    ({"query": "{ ...A } " + "fragment A on Query { me { id } } " * 250}, 21),
    ({"documentId": LONG}, 1),
]  # fmt: skip


@pytest.mark.parametrize(("body", "most"), ECHOES)
async def test_an_error_repeats_little_of_what_was_sent(
    served: Kairan, body: dict[str, Any], most: int
) -> None:
    response = await served.nobody.post(body)
    errors = response.json()["errors"]
    assert 1 <= len(errors) <= most
    assert all(len(error["message"]) <= 400 for error in errors)
    assert len(response.content) < 20_000


HIDDEN = [
    ("{ privacyRule { id } }", "Cannot query field 'privacyRule' on type 'Query'."),
    ("{ groups(frist: 1) { nodes { id } } }", "Unknown argument 'frist' on field 'Query.groups'."),
    ("{ me { id @includ(if: true) } }", "Unknown directive '@includ'."),
    ("{ me { id @include(iff: true, if: true) } }",
     "Unknown argument 'iff' on directive '@include'."),
    ("fragment A on Residen { id } { me { ...A } }", "Unknown type 'Residen'."),
    ("{ me { id { x } } }", "Field 'id' must not have a selection"),
    ('mutation { signIn(input: { logn: "a", login: "b", password: "c" }) { expiresAt } }', "logn"),
    ("{ group(id: \"x\") { circulars { nodes { receipts(state: REED) { nodes { state } } } } } }",
     "REED"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "message"), HIDDEN)
async def test_a_mistake_is_told_without_what_else_there_is(
    served: Kairan, document: str, message: str
) -> None:
    answer = (await served.nobody.post({"query": document})).json()
    text = " ".join(error["message"] for error in answer["errors"])
    assert message in text
    assert "Did you mean" not in text
    assert not any(
        word in text for word in ("privacyRules", "first", "READ,", "'READ'", "'Resident'")
    )


VALUES = [
    ("query($s: ReceiptState) { groups(first: 1) { nodes { circulars { nodes { receipts(state: $s)"
     " { nodes { state } } } } } } }", {"s": "REED"}),
    ("mutation($i: SignInInput!) { signIn(input: $i) { expiresAt } }",
     {"i": {"logn": "a", "login": "b", "password": "c"}}),
]  # fmt: skip


@pytest.mark.parametrize(("document", "variables"), VALUES)
async def test_a_wrong_value_of_a_variable_is_told_without_the_right_ones(
    served: Kairan, document: str, variables: dict[str, Any]
) -> None:
    answer = (await served.nobody.post({"query": document, "variables": variables})).json()
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "Did you mean" not in error["message"]
    assert "READ" not in error["message"]
