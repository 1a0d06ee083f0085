"""docs/errors.md lists every code that a client can meet, and no other."""

import re
from pathlib import Path

from resolvers.errors import ErrorCode

ROOT = Path(__file__).parents[2]


def tables() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The rows of the two tables by their code: the other cells."""
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    found = []
    for part in text.split("## Codes of ")[1:]:
        rows = [
            line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| `")
        ]
        assert len({row[0] for row in rows}) == len(rows)
        found.append({row[0].strip("`"): row[1:] for row in rows})
    graphql, user = found
    return graphql, user


def test_every_code_of_a_graphql_error_is_explained() -> None:
    graphql, _ = tables()
    assert set(graphql) == {code.value for code in ErrorCode}
    for status, meaning, cure in graphql.values():
        assert re.match("[2-5][0-9]{2}", status)
        assert meaning.endswith(".")
        assert cure.endswith(".")


# As the tests of HTTP, tokens and execution meet them.
STATUSES = {
    "GRAPHQL_PARSE_FAILED": "400",
    "GRAPHQL_VALIDATION_FAILED": "400",
    "BAD_REQUEST": "400, 404, 405, 413 or 415",
    "BAD_USER_INPUT": "200",
    "CURSOR_UNKNOWN": "200",
    "UNAUTHENTICATED": "401",
    "LEDGER_UNAVAILABLE": "200",
    "TIMEOUT": "200",
    "INTERNAL": "200, or 500 if the request was not executed",
}


def test_every_code_comes_with_the_status_that_is_written() -> None:
    graphql, _ = tables()
    assert {code: status for code, (status, _, _) in graphql.items()} == STATUSES


def test_every_code_of_a_user_error_is_explained() -> None:
    _, user = tables()
    written = {
        code
        for source in (ROOT / "resolvers").glob("*.py")
        for code in re.findall(r'"code": "([A-Z_]+)"', source.read_text(encoding="utf-8"))
    }
    assert set(user) == written == {"WRONG_LOGIN_OR_PASSWORD"}


def test_codes_and_their_values_are_one() -> None:
    assert all(code.name == code.value for code in ErrorCode)
