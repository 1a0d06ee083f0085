"""docs/errors.md lists every code that a client can meet, and no other."""

import re
from pathlib import Path

import graphql

from resolvers.errors import ErrorCode, UserErrorCode

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
    failures, user = found
    return failures, user


def test_every_code_of_a_graphql_error_is_explained() -> None:
    failures, _ = tables()
    assert set(failures) == {code.value for code in ErrorCode}
    for status, meaning, cure in failures.values():
        assert re.match("[2-5][0-9]{2}", status)
        assert meaning.endswith(".")
        assert cure.endswith(".")


# As the tests of HTTP, tokens and execution meet them.
STATUSES = {
    "GRAPHQL_PARSE_FAILED": "400",
    "GRAPHQL_VALIDATION_FAILED": "422",
    "DOCUMENT_LIMIT_EXCEEDED": "422",
    "DOCUMENT_NOT_REGISTERED": "422",
    "BAD_REQUEST": "400, 404, 405, 406, 408, 413, 414, 415, 422 or 431",
    "NOT_SUPPORTED": "400, 406, 415 or 422",
    "BAD_USER_INPUT": "422 for a variable, 200 for an argument",
    "CURSOR_UNKNOWN": "200",
    "CONFLICT": "200",
    "UNAUTHENTICATED": "401, or 200 for a mutation without a token",
    "RATE_LIMITED": "200, or 429 if the request was not executed",
    "LEDGER_UNAVAILABLE": "200",
    "RELEASE_QUOTA_EXCEEDED": "200",
    "TIMEOUT": "200",
    "OVERLOADED": "503, or 200 if a part was executed",
    "DATABASE_UNAVAILABLE": "503, or 200 if a part was executed",
    "OUTCOME_UNKNOWN": "200",
    "INTERNAL": "200, or 500 if the request was not executed",
}


def test_every_code_comes_with_the_status_that_is_written() -> None:
    failures, _ = tables()
    assert {code: status for code, (status, _, _) in failures.items()} == STATUSES


# Typed by hand: where a person meets which.
MET_IN = {
    "WRONG_LOGIN_OR_PASSWORD": "`signIn`",
    "REFRESH_TOKEN_REFUSED": "`refresh`",
    "WRONG_PASSWORD": "`changePassword`",
    "WEAK_PASSWORD": "`changePassword`, `resetPassword`, `signUp`",
    "WRONG_CODE": "`confirmSignUp`, `resetPassword`",
    "NOT_PERMITTED": (
        "all but `changePassword`, `confirmSignUp`, `refresh`, `requestPasswordReset`, "
        "`resetPassword`, `signIn`, `signOut`, `signUp`"
    ),
    "INVALID": (
        "`appointOfficer`, `changeOffice`, `changePassword`, `confirmSignUp`, `createGroup`, "
        "`declineMembership`, "
        "`defineHan`, `defineHousehold`, `defineOffice`, `editCircular`, "
        "`endAppointment`, `markCircularRead`, `publishCircular`, `recordPaperDelivery`, "
        "`removeMember`, `requestMembership`, `resetPassword`, `setCityPolicy`, "
        "`setParticipation`, `setReleaseQuota`, `signIn`, `signUp`, `updateProfile`"
    ),
    "ALREADY_DECIDED": "`approveMembership`, `declineMembership`, `withdrawRequest`",
    "ALREADY_MEMBER": "`requestMembership`",
    "GROUP_NOT_OPEN": "`approveMembership`, `requestMembership`",
    "POWER_NOT_DELEGATED": "`changeOffice`, `defineOffice`",
    "POWER_NOT_HELD": "`appointOfficer`, `changeOffice`, `defineOffice`, `endAppointment`",
    "OWN_OFFICE": "`appointOfficer`, `changeOffice`, `endAppointment`",
    "TERM_OVERLAPS": "`appointOfficer`",
    "CHANGED_MEANWHILE": "`editCircular`, `markCircularRead`, `removeMember`",
    "KEY_REUSED": (
        "`createGroup`, `defineHan`, `defineHousehold`, `defineOffice`, `publishCircular`"
    ),
}


def test_every_code_of_a_user_error_is_explained() -> None:
    _, user = tables()
    assert set(user) == {code.value for code in UserErrorCode}
    assert {code: mutations for code, (mutations, _, _) in user.items()} == MET_IN
    for _, meaning, cure in user.values():
        assert meaning.endswith(".")
        assert cure.endswith(".")


def test_every_code_of_a_user_error_is_met_somewhere() -> None:
    written = {
        code
        for source in (ROOT / "resolvers").rglob("*.py")
        for code in re.findall(r"UserErrorCode\.([A-Z_]+)", source.read_text(encoding="utf-8"))
    }
    assert written == {code.value for code in UserErrorCode}


def test_the_mutations_in_the_tables_are_those_of_the_schema() -> None:
    mutation = graphql.build_schema((ROOT / "schema.graphql").read_text()).mutation_type
    assert mutation is not None
    named = {name for text in MET_IN.values() for name in re.findall("`([A-Za-z]+)`", text)}
    assert named <= set(mutation.fields)
    keyed = {
        name
        for name, field in mutation.fields.items()
        if "idempotencyKey" in graphql.get_named_type(field.args["input"].type).fields
    }
    assert keyed == set(re.findall("`([A-Za-z]+)`", MET_IN["KEY_REUSED"]))


def test_codes_and_their_values_are_one() -> None:
    assert all(code.name == code.value for code in (*ErrorCode, *UserErrorCode))
