"""`kairan documents`: what operators and front-end teams type, and what they read."""

import asyncio
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from db.embedded import Addresses
from db.throwaway import throwaway_postgres
from tests.harness.city import City
from tests.server.running import kairan

NAMES = "query Names($n: Int) { groups(first: $n) { nodes { name } } }\n"
BOTH = "query Me { me { displayName } } mutation Out { signOut { errors { code } } }"


def id_of(text: str) -> str:
    return f"sha256:{sha256(text.encode()).hexdigest()}"


@pytest.fixture
async def urls(superuser: asyncpg.Pool, postgres: Addresses) -> dict[str, str]:
    """The settings of an operator whose city is in the database."""
    city = await City(superuser).found()
    return {"OWNER_DATABASE_URL": postgres.owner, "CITY": f"{city.number:05}"}


async def run(*arguments: str, **settings: str) -> tuple[int, list[str]]:
    code, printed = await asyncio.to_thread(kairan, "documents", *arguments, **settings)
    return code, printed.splitlines()


def written(folder: Path, name: str, content: Any) -> str:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


async def test_documents_are_registered_listed_and_removed(
    urls: dict[str, str], tmp_path: Path
) -> None:
    file = written(tmp_path, "names.graphql", NAMES)
    assert await run("register", file, **urls) == (0, [f"{id_of(NAMES)}  registered"])
    assert await run("register", file, **urls) == (0, [f"{id_of(NAMES)}  was registered"])
    other = written(tmp_path, "both.gql", BOTH)
    assert (await run("register", other, file, **urls))[1] == [
        f"{id_of(BOTH)}  registered",
        f"{id_of(NAMES)}  was registered",
    ]
    code, lines = await run("list", **urls)
    assert code == 0
    assert [(line.split("  ")[0], line.split("  ")[2]) for line in lines] == [
        (id_of(NAMES), "Names"),
        (id_of(BOTH), "Me, Out"),
    ]
    assert await run("remove", id_of(NAMES), id_of("x").removeprefix("sha256:"), **urls) == (
        0,
        [f"{id_of(NAMES)}  removed", f"{id_of('x')}  was not registered"],
    )
    assert [line.split("  ")[0] for line in (await run("list", **urls))[1]] == [id_of(BOTH)]


async def test_the_manifests_of_front_end_tools_are_taken(
    urls: dict[str, str], tmp_path: Path
) -> None:
    codegen = {sha256(NAMES.encode()).hexdigest(): NAMES}
    apollo = {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": [
            {
                "id": sha256(text.encode()).hexdigest(),
                "name": "Me",
                "type": "query",
                "body": text,
            }
            for text in (BOTH,)
        ],
    }
    written(tmp_path, "app/persisted-documents.json", codegen)
    written(tmp_path, "app/persisted-query-manifest.json", apollo)
    written(tmp_path, "app/readme.txt", "no document")
    code, lines = await run("register", str(tmp_path), **urls)
    assert (code, lines) == (0, [f"{id_of(NAMES)}  registered", f"{id_of(BOTH)}  registered"])


async def test_of_several_documents_all_are_registered_or_none(
    urls: dict[str, str], tmp_path: Path
) -> None:
    good = written(tmp_path, "good.graphql", NAMES)
    bad = written(tmp_path, "bad.graphql", "query Bad {\n  groups { nodes { nme } }\n}")
    dear = written(
        tmp_path,
        "dear.graphql",
        "{ groups(first: 200) { nodes { members(first: 200) { edges { node { id } } } } } }",
    )
    empty = written(tmp_path, "empty.graphql", "fragment F on Group { name }")
    broken = written(tmp_path, "broken.graphql", "{ groups {")
    code, lines = await run("register", good, bad, dear, empty, broken, **urls)
    assert code == 1
    assert lines == [
        f"Error: {bad}: line 2: Cannot query field 'nme' on type 'Group'.",
        f"{dear}: The document has 120803 of estimated cost, and at most 50000 are taken"
        " (limit: cost). Ask for less at once.",
        f"{empty}: line 1: Fragment 'F' is never used.",
        f"{broken}: line 1: Syntax Error: Expected Name, found <EOF>.",
    ]
    assert await run("list", **urls) == (0, [])


MANIFESTS: list[tuple[Any, str]] = [
    ({"5f4dcc3b5aa765d61d8327deb882cf99": NAMES},
     "5f4dcc3b5aa765d61d8327deb882cf99 is not the SHA-256 of its document: set hashAlgorithm:"
     " 'sha256' in persistedDocuments (GraphQL Code Generator), or algorithm: 'SHA256' in"
     " persistConfig (Relay)"),
    ({id_of(BOTH): NAMES}, f"{id_of(BOTH)} is not the SHA-256"),
    ([NAMES], "this is no manifest: give an object of documents by their id"),
    ({"a": {"b": "c"}}, "this is no manifest: a is not a document by its id"),
    ({"format": "apollo-persisted-query-manifest", "operations": ["x"]}, "this is no manifest"),
    ("{", "this is not JSON"),
    ({}, "there is no document in these files"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "message"), MANIFESTS)
async def test_what_is_no_manifest_is_refused_with_the_cure(
    tmp_path: Path, content: Any, message: str
) -> None:
    code, lines = await run("check", written(tmp_path, "manifest.json", content))
    assert code == 1
    assert message in "\n".join(lines)


async def test_a_front_end_team_reads_what_its_documents_cost(tmp_path: Path) -> None:
    file = written(tmp_path, "names.graphql", NAMES)
    both = written(tmp_path, "both.graphql", BOTH)
    assert await run("check", file, both) == (
        0,
        [
            f"{file}: Names: cost 53 (with the largest pages 203) of 50000, depth 3 of 20",
            f"{both}: Me: cost 2 of 50000, depth 2 of 20",
            f"{both}: Out: cost 15 of 50000, depth 3 of 20",
        ],
    )
    code, lines = await run("check", file, COST_MAX="100", PAGE_MAX="20", DEPTH_MAX="5")
    assert (code, lines) == (0, [f"{file}: Names: cost 23 of 100, depth 3 of 5"])


async def test_a_city_or_a_database_that_is_not_there_is_told(
    urls: dict[str, str], tmp_path: Path
) -> None:
    file = written(tmp_path, "names.graphql", NAMES)
    code, lines = await run("register", file, **urls | {"CITY": "09999"})
    assert (code, lines) == (1, ["Error: the database has no city 09999"])
    with throwaway_postgres() as empty:
        code, lines = await run("register", file, **urls | {"OWNER_DATABASE_URL": empty.owner})
    assert (code, lines) == (
        1,
        ["Error: the database is of another version: run `kairan migrate`"],
    )
    code, lines = await run("remove", "sha256:nonsense", **urls)
    assert code == 2
    assert "sha256:nonsense is no id: give it as `kairan documents list` shows it" in lines[-1]
