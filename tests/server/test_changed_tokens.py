"""Whatever is changed in a right token makes it none: never taken, never an error of ours."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from db.embedded import Addresses
from db.entering import Caller
from server.keys.ring import KeyRing
from server.keys.tokens import BadToken, Tokens
from tests.harness.city import City
from tests.harness.hypotheses import SLOW_AND_SHARED
from tests.harness.kairan import Kairan, running
from tests.server.forging import Forger, packed
from tests.server.test_tokens import REFUSED, shown

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CALLER = Caller(1204, uuid4(), uuid4())


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Tokens:
    ring = KeyRing(tmp_path_factory.mktemp("changed") / "key.pem", seconds=600)
    return Tokens(ring, "kairan", "kairan", 600)


@pytest.fixture(scope="module")
def right(tokens: Tokens) -> str:
    assert CALLER.person is not None
    assert CALLER.session is not None
    issued = tokens.issue(city=1204, person=CALLER.person, session=CALLER.session, at=NOON)
    assert tokens.read(issued.text, at=NOON) == CALLER
    return issued.text


def refused(tokens: Tokens, text: str) -> None:
    with pytest.raises(BadToken):
        tokens.read(text, at=NOON)


@settings(max_examples=2000)
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_a_byte_that_is_another(tokens: Tokens, right: str, at: int, byte: int) -> None:
    at %= len(right)
    changed = right[:at] + chr(byte) + right[at + 1 :]
    assume(changed != right)
    refused(tokens, changed)


def test_every_bit_of_every_byte(tokens: Tokens, right: str) -> None:
    for at, character in enumerate(right):
        for bit in range(8):
            changed = right[:at] + chr(ord(character) ^ 1 << bit) + right[at + 1 :]
            refused(tokens, changed)


@given(at=st.integers(0, 10_000), more=st.characters())
def test_a_character_more_or_less(tokens: Tokens, right: str, at: int, more: str) -> None:
    at %= len(right)
    refused(tokens, right[:at] + more + right[at:])
    refused(tokens, right + more)
    refused(tokens, right[:at] + right[at + 1 :])


@given(text=st.text(max_size=300))
def test_any_text(tokens: Tokens, text: str) -> None:
    refused(tokens, text)


@given(parts=st.lists(st.binary(max_size=80), min_size=3, max_size=3))
def test_any_three_parts(tokens: Tokens, parts: list[bytes]) -> None:
    refused(tokens, ".".join(packed(part).decode() for part in parts))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers(-(10**30), 10**30)
    | st.text(max_size=20)
    | st.sampled_from(["kairan", 1204, CALLER.city, str(CALLER.person).upper()]),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3)
    ),
    max_leaves=5,
)
CLAIMS = ("iss", "aud", "iat", "exp", "nbf", "sub", "city", "sid")


@pytest_asyncio.fixture(scope="module")
async def served(
    superuser: asyncpg.Pool, postgres: Addresses, key_folder: Path
) -> AsyncIterator[Kairan]:
    city = await City(superuser).found()
    async with running(city, postgres.server, key_folder) as kairan:
        yield kairan


@pytest_asyncio.fixture(scope="module")
async def forger(served: Kairan) -> Forger:
    person = await served.city.person()
    return Forger(served, person, await served.city.session(person))


@pytest.fixture
def at_noon(served: Kairan) -> datetime:
    return served.city.clock()


@settings(max_examples=500, suppress_health_check=SLOW_AND_SHARED)
@given(claim=st.sampled_from(CLAIMS), value=JSON)
def test_a_claim_that_we_never_sign(
    forger: Forger, at_noon: datetime, claim: str, value: object
) -> None:
    """Even signed by us: what could stand there and does not mean the same is never taken."""
    right = {**forger.claims, "nbf": forger.now}
    assume(value != right[claim] or type(value) is not type(right[claim]))
    # Another whole number may be as right: a moment before, another city.
    assume(claim not in ("iat", "exp", "nbf", "city") or type(value) is not int)
    text = forger.signed(**{"nbf": forger.now, claim: value})
    if value is None and claim == "nbf":
        forger.tokens.read(text, at=at_noon)
        return
    with pytest.raises(BadToken):
        forger.tokens.read(text, at=at_noon)


async def test_over_http_too_a_changed_token_is_401_and_never_500(
    served: Kairan, forger: Forger
) -> None:
    right = forger.signed()
    assert (await shown(served, f"Bearer {right}")).status_code == 200
    with served.counting() as statements:
        for at in range(0, len(right), 3):
            for other in ("A", "_", ".", "=", "~", "\xe9"):
                if right[at] == other:
                    continue
                changed = f"Bearer {right[:at]}{other}{right[at + 1 :]}".encode("latin-1")
                answer = await shown(served, changed)
                assert answer.status_code == 401, (at, other)
                assert answer.json() == REFUSED
    assert statements == []
