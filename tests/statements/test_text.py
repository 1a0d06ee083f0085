"""Every statement is written out, and names the city on everything it reads."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import db.acts
import db.statements
from db.reading import Change
from db.tables.catalogue import metadata
from tests.statements.sql_text import (
    is_statement,
    put_together_in_functions,
    run_without_a_name,
    tables_without_city,
    texts,
)

ROOT = Path(__file__).parents[2]
# The demo city and the embedded server are the operator's tools: no request ever reaches them.
SERVING = [
    path
    for package in ("permissions", "db", "resolvers", "schema", "server")
    for path in sorted((ROOT / package).rglob("*.py"))
    if not (path.match("db/demo/*") or path.match("db/embedded*.py") or path.match("db/tables/*"))
]

# A statement that stands in several forms is a mapping of them.
STATEMENTS = {
    f"{package.__name__.removeprefix('db.')}.{module.name}.{name}{form}": text
    for package in (db.statements, db.acts)
    for module in pkgutil.iter_modules(package.__path__)
    for name, value in vars(importlib.import_module(f"{package.__name__}.{module.name}")).items()
    for form, said in (value.items() if isinstance(value, dict) else [("", value)])
    for text in [said.text if isinstance(said, Change) else said]
    if isinstance(text, str) and not name.startswith("__") and is_statement(text)
}


def test_the_statements_are_found() -> None:
    assert len(STATEMENTS) >= 75
    assert {
        *(
            "statements.members._PAGES(False, False, False, False)",
            "statements.reach._COUNTED",
            "statements.releases._WRITE",
        ),
        "acts.circulars._MARK_READ",
        *("acts.memberships._END", "acts.groups._TAKE_BACK", "acts.circulars._DELIVER"),
    } <= set(STATEMENTS)


# They go through a function of the database, which takes the city from what was entered.
THROUGH_A_FUNCTION = {
    "acts.codes._KEEP": "app.keep_code(",
    "acts.codes._TRY": "app.try_code(",
    "acts.codes._OPEN": "app.open_account(",
    "acts.codes._OWN_LOGIN": "app.own_login(",
    "acts.codes._CHANGE": "app.change_password(",
    "acts.codes._RESET": "app.reset_password(",
    "acts.groups._DIRECTORY": "app.choose_directory(",
    "acts.memberships._PLACE": "app.place_member(",
    "acts.offices._ARE_ACTIVE": "app.are_active(",
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_names_the_city_on_everything_it_touches(name: str) -> None:
    assert THROUGH_A_FUNCTION.get(name, "kairan.") in STATEMENTS[name]
    assert tables_without_city(STATEMENTS[name]) == []


HANS = "select from kairan.hans h"


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        (f"{HANS} where h.city = $1", []),
        (f"{HANS} where h.id = $2", ["h"]),
        ("select from kairan.hans where hans.city = $1 and hans.id = $2", []),
        ("select from kairan.hans where hans.city = $10", ["hans"]),
        (f"{HANS} where h.city = $1 or h.id = $2", ["h"]),
        (f"{HANS} join kairan.groups g on g.city = h.city where h.city = $1", ["g"]),
        (f"{HANS} join kairan.groups g on g.city = $1 where h.city = $1", []),
        (f"{HANS} where h.city = $1 and exists (select from kairan.groups g)", ["g"]),
        (f"{HANS} where h.id in (select from kairan.groups g where g.city = $1)", ["h"]),
        (f"{HANS} where exists (select from kairan.groups g where h.city = $1)", ["h", "g"]),
        (f"{HANS} where h.city = $1 -- and so on\n", []),
        (f"{HANS} -- where h.city = $1", ["h"]),
        (f"{HANS} where h.name = 'where h.city = $1'", ["h"]),
        ("insert into kairan.receipts (id, city) select $1, $2", ["receipts"]),
        ("insert into kairan.receipts (city, id) select $1, $2", []),
        ("update kairan.hans set name = $2 where id = $3", ["hans"]),
        ("update kairan.hans set name = $2, city = $1 where id = $3", ["hans"]),
        ("update kairan.hans set name = $2 where city = $1 and id = $3", []),
        ("update kairan.hans h set name = $2 where h.city = $1 and h.id = $3", []),
        ("update kairan.hans set name = $2 where city = $1 or id = $3", ["hans"]),
        ("delete from kairan.hans where id = $2", ["hans"]),
        ("delete from kairan.hans where city = $1 and id = $2", []),
        (
            "delete from kairan.hans where city = $1 and id in"
            " (select g.id from kairan.groups g where city = $1)",
            ["g"],
        ),
    ],
)
def test_a_statement_that_forgets_a_city_is_found(statement: str, missing: list[str]) -> None:
    assert tables_without_city(statement) == missing


def test_the_tables_are_named_in_the_statements_alone() -> None:
    tables = {table.name for table in metadata.tables.values()} - {"releases_stray"}
    table = re.compile(rf"\b(?:from|join|into|update)\s+kairan\.({'|'.join(tables)})\b")
    elsewhere = [
        str(path.relative_to(ROOT))
        for path in SERVING
        if path.parent not in (ROOT / "db" / "statements", ROOT / "db" / "acts")
        and any(table.search(text) for text in texts(path.read_text(encoding="utf-8")))
    ]
    assert elsewhere == []


def test_no_function_puts_a_statement_together() -> None:
    found = {
        str(path.relative_to(ROOT)): made
        for path in SERVING
        if (made := put_together_in_functions(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_what_is_run_is_written_out() -> None:
    found = {
        str(path.relative_to(ROOT)): unnamed
        for path in SERVING
        if (unnamed := run_without_a_name(path.read_text(encoding="utf-8")))
    }
    assert found == {
        # Where statements are handed through: what comes in was written out by its caller.
        # And how a transaction begins and ends: one of a few, all written out beside it.
        "db/foreseen.py": ["entering(text, len(arguments))", "BEGIN[self._isolation]"],
        "db/one_statement.py": ["whole"],
        "db/rates.py": ["statement"],
        # Parts of a member are read or left out: all of them are written out in that file.
        "db/statements/members.py": [
            "read_in(_BY_IDS, parts)",
            "read_in(_BY_IDS_ALONE, parts)",
            "read_in(_PAGES[form], parts)",
        ],
        "db/statements/oneself.py": ["_reading(_ONESELF, parts)"],
        "db/transaction.py": ["text", "change.text", "BEGIN[isolation]", "_COMMIT[last_word]"],
        "db/watched_pool.py": ["query", "query", "query", "query"],
        # A GraphQL document is no SQL.
        "server/documents/documents.py": ["request.query"],
    }


@pytest.mark.parametrize(
    "line",
    [
        'await c.fetch(f"select * from kairan.hans where id = {x}")',
        'await c.fetch("select * from kairan.%s" % x)',
        'q = "select * from " + x',
        'q = "select {} from t".format(x)',
        'q = " and ".join(["select 1", x])',
        'q = _PAGE + " order by " + x',
    ],
)
def test_a_statement_put_together_is_found(line: str) -> None:
    source = f"async def page(c, x):\n    {line}\n"
    assert len(put_together_in_functions(source)) >= 1
    assert put_together_in_functions('async def page(c, x):\n    return f"a page of {x}"\n') == []


def test_a_statement_without_a_name_is_found() -> None:
    source = """
_PART = "kairan.hans"
_GOOD = f"select * from {_PART}"
_BAD = f"select * from {os.environ['TABLE']}"
_WORSE = f"{_PART.format(input())}"
_BETTER = f"{_PART.format(1)}"
async def page(c, x):
    await c.fetch(_GOOD)
    await c.fetch("select 1")
    await c.fetch(_BAD)
    await c.fetch(_WORSE)
    await c.fetch(_BETTER)
    await c.fetch(x)
    await c.execute(_GOOD + x)
"""
    assert run_without_a_name(source) == ["_BAD", "_WORSE", "x", "_GOOD + x"]
