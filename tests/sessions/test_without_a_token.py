"""What opens a session looks at no access token: a client whose token is over must get in again."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from graphql import OperationDefinitionNode, parse

from server.documents.prepared import Prepared
from server.http.authentication import CHALLENGE
from tests.harness.city import City
from tests.harness.kairan import Kairan
from tests.server.forging import Forger
from tests.sessions.signing import PASSWORD, Account, signed_in

SIGN_IN = f'signIn(input: {{ login: $login, password: "{PASSWORD}" }}) {{ errors {{ code }} }}'
REFRESH = "refresh(input: { refreshToken: $token }) { errors { code } }"
OF_MUTATION = "on Mutation"
OPENING = {
    "a sign-in": f"mutation ($login: String!) {{ {SIGN_IN} }}",
    "a refresh": f"mutation ($token: String!) {{ {REFRESH} }}",
    "under another name": f"mutation ($token: String!) {{ leaveGroup: {REFRESH} }}",
    "both": f"mutation ($login: String!, $token: String!) {{ {SIGN_IN} {REFRESH} }}",
    "beside __typename": f"mutation ($token: String!) {{ __typename {REFRESH} }}",
    "in an inline fragment": f"mutation ($token: String!) {{ ... {OF_MUTATION} {{ {REFRESH} }} }}",
    "in an inline fragment of no type": f"mutation ($token: String!) {{ ... {{ {REFRESH} }} }}",
    "in a fragment": (
        f"mutation ($token: String!) {{ ...Go }} fragment Go {OF_MUTATION} {{ {REFRESH} }}"
    ),
    "in a fragment of a fragment, twice": (
        f"mutation ($token: String!) {{ ...A ...A }} fragment A {OF_MUTATION} {{ ...B ...B }}"
        f" fragment B {OF_MUTATION} {{ ... {{ {REFRESH} }} }}"
    ),
    "included": "mutation ($token: String!, $yes: Boolean!) { go: refresh(input:"
    " { refreshToken: $token }) @include(if: $yes) { errors { code } } }",
    "left out": "mutation ($token: String!, $yes: Boolean!) { go: refresh(input:"
    " { refreshToken: $token }) @skip(if: $yes) { errors { code } } }",
}
LEAVE = 'leaveGroup(input: { groupId: "R3JvdXA6" }) { errors { code } }'
NOT_ONLY_OPENING = {
    "beside another mutation": f"mutation ($token: String!) {{ {REFRESH} {LEAVE} }}",
    "before it": f"mutation ($token: String!) {{ {LEAVE} {REFRESH} }}",
    "beside one under its name": f"mutation ($token: String!) {{ {REFRESH} signIn: {LEAVE} }}",
    "beside one in a fragment": (
        f"mutation ($token: String!) {{ {REFRESH} ...L }} fragment L {OF_MUTATION} {{ {LEAVE} }}"
    ),
    "beside one in an inline fragment": (
        f"mutation ($token: String!) {{ {REFRESH} ... {OF_MUTATION} {{ {LEAVE} }} }}"
    ),
    "beside one that is left out": (
        f"mutation ($token: String!, $yes: Boolean!)"
        f" {{ {REFRESH} ... @skip(if: $yes) {{ {LEAVE} }} }}"
    ),
    "another mutation alone, under its name": f"mutation {{ refresh: {LEAVE} }}",
    "nothing but the type's name": "mutation { __typename }",
    "a query under its name": "{ refresh: viewer { kind } }",
    "signing out": "mutation { signOut { errors { code } } }",
}


def bad_headers(kairan: Kairan, ken: Account) -> dict[str, list[tuple[bytes, bytes]]]:
    """Authorization headers that must be refused where they are looked at."""
    forger = Forger(kairan, ken.person, "5c5a5f0e-0000-4000-8000-000000000000")
    expired = forger.signed(iat=forger.now - 700, exp=forger.now - 100).encode()
    right = forger.signed().encode()
    shown: dict[str, list[bytes]] = {
        "broken": [b"Bearer nonsense"],
        "expired": [b"Bearer " + expired],
        "doubled": [b"Bearer " + right, b"Bearer " + right],
        "of another scheme": [b"Basic eDp5"],
        "empty": [b""],
        "no text": [b"Bearer \xff\xfe"],
        "huge": [b"Bearer " + b"A" * 9000],
    }
    return {name: [(b"authorization", each) for each in values] for name, values in shown.items()}


async def asked(
    kairan: Kairan, document: str, ken: Account, token: str, headers: Any
) -> httpx.Response:
    """The answer to a document with these headers."""
    variables = {"login": ken.login, "token": token, "yes": True}
    named = {name: value for name, value in variables.items() if f"${name}:" in document}
    return await kairan.http.post(
        "/graphql", json={"query": document, "variables": named}, headers=headers
    )


@pytest.mark.parametrize("name", OPENING)
async def test_whatever_only_opens_a_session_takes_any_header(
    name: str, kairan: Kairan, ken: Account
) -> None:
    tokens = await signed_in(kairan, ken)
    headers = bad_headers(kairan, ken) | {
        "none": [],
        "of an ended session": [(b"authorization", f"Bearer {tokens['accessToken']}".encode())],
    }
    for kind, header in headers.items():
        answer = await asked(kairan, OPENING[name], ken, tokens["refreshToken"], header)
        assert answer.status_code == 200, (kind, answer.text)
        payloads = [each for each in answer.json()["data"].values() if each != "Mutation"]
        assert payloads == [{"errors": []}] * len(payloads), kind
        assert len(payloads) == (0 if name == "left out" else 2 if name == "both" else 1)


@pytest.mark.parametrize("name", NOT_ONLY_OPENING)
async def test_whatever_does_more_is_refused_with_a_bad_header_and_nothing_is_done(
    name: str, kairan: Kairan, ken: Account
) -> None:
    tokens = await signed_in(kairan, ken)
    for kind, header in bad_headers(kairan, ken).items():
        with kairan.counting() as statements:
            answer = await asked(
                kairan, NOT_ONLY_OPENING[name], ken, tokens["refreshToken"], header
            )
        assert answer.status_code == 401, (kind, answer.text)
        assert answer.headers["www-authenticate"] == CHALLENGE["WWW-Authenticate"]
        assert statements == [], kind


async def test_what_is_refreshed_beside_another_mutation_is_done_by_whom_the_header_names(
    city: City, kairan: Kairan, ken: Account, hanako: Account
) -> None:
    group = await city.group("神楽町内会")
    await city.member(group, hanako.person)
    kens, hanakos = await signed_in(kairan, ken), await signed_in(kairan, hanako)
    answer = await kairan.http.post(
        "/graphql",
        json={
            "query": f"mutation ($token: String!, $group: ID!) {{ {REFRESH}"
            " leaveGroup(input: { groupId: $group }) { errors { code } } }",
            "variables": {"token": kens["refreshToken"], "group": group.gid},
        },
        headers={"authorization": f"Bearer {hanakos['accessToken']}"},
    )
    assert answer.json()["data"] == {"refresh": {"errors": []}, "leaveGroup": {"errors": []}}
    (row,) = await city.fetch("select resident_id, status from kairan.memberships where city = $1")
    assert (row["resident_id"], row["status"]) == (hanako.person.id, "LEFT")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b'{"query": "mutation { refresh"}',
        b'{"query": "mutation { refresh { accessToken } }"}',
        b'{"query": "mutation A { __typename } mutation B { __typename }"}',
        b'{"query": "mutation A { __typename }", "operationName": "B"}',
        b'{"query": "subscription { refresh { accessToken } }"}',
    ],
)
async def test_a_broken_token_with_a_broken_document_is_told_of_the_token(
    body: bytes, kairan: Kairan, ken: Account
) -> None:
    for kind, header in bad_headers(kairan, ken).items():
        headers = [*header, (b"content-type", b"application/json")]
        answer = await kairan.http.post("/graphql", content=body, headers=headers)
        assert answer.status_code == 401, kind
        assert answer.headers["www-authenticate"] == CHALLENGE["WWW-Authenticate"]
    answer = await kairan.http.post(
        "/graphql", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code in (400, 422)


def test_fragments_that_spread_one_another_are_looked_into_once() -> None:
    """Twice each, sixty deep: a walk through all of them would not end."""
    levels = "".join(
        f" fragment F{depth} {OF_MUTATION} {{ ...F{depth + 1} ...F{depth + 1} }}"
        for depth in range(60)
    )
    document = parse(
        f"mutation {{ ...F0 ...F0 }}{levels} fragment F60 {OF_MUTATION} {{ {REFRESH} }}"
    )
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert Prepared(document, operation).opens_a_session is True


async def test_an_expired_token_beside_its_refresh_is_how_a_client_goes_on(
    city: City, kairan: Kairan, ken: Account
) -> None:
    tokens = await signed_in(kairan, ken)
    city.clock.now += timedelta(hours=1)
    expired = [(b"authorization", f"Bearer {tokens['accessToken']}".encode())]
    refused = await kairan.http.post(
        "/graphql", json={"query": "{ viewer { kind } }"}, headers=expired
    )
    assert refused.status_code == 401
    answer = await asked(kairan, OPENING["a refresh"], ken, tokens["refreshToken"], headers=expired)
    assert answer.json()["data"] == {"refresh": {"errors": []}}
