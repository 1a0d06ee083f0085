"""What a mutation's payload released is written field by field; what was changed stands."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.kairan import running
from tests.ledger.association import associate
from tests.ledger.closed import Ledger
from tests.ledger.damage import FAILING_LATE, delegate_the_unknown
from tests.matrix.changing import changing_schema
from tests.server.faults import Faults

UNAVAILABLE = "The change was made, but what it returns cannot be released now."


@pytest_asyncio.fixture
async def changing(
    own_superuser: tuple[Addresses, asyncpg.Pool], key_folder: Path
) -> AsyncIterator[Ledger]:
    """The association, on a server whose mutations look at a group and take a fact away."""
    addresses, superuser = own_superuser
    city = await City(superuser).found()
    schema = changing_schema(superuser)
    async with running(city, addresses.server, key_folder, schema=schema) as kairan:
        kagura = await associate(city, kairan)
        yield Ledger(superuser, Faults(superuser, city, kairan), kagura)


def document(*fields: str) -> str:
    return f"mutation Round($group: ID!) {{ {' '.join(fields)} }}"


def look(name: str, selection: str) -> str:
    return f"{name}: look(group: $group) {{ group {{ {selection} }} }}"


def withdrawn(name: str) -> dict[str, Any]:
    return {
        "message": UNAVAILABLE,
        "path": [name],
        "extensions": {"code": "LEDGER_UNAVAILABLE", "committed": True},
    }


@pytest.mark.parametrize("way", ["insert was revoked", "the row is refused", "the commit fails"])
async def test_a_payload_whose_release_cannot_be_written_is_taken_back_and_the_change_stands(
    way: str, changing: Ledger
) -> None:
    kagura = changing.kagura
    rows = await changing.count()
    fact = '"addresses"'
    async with changing.closed(way):
        answer = await kagura.ask(
            document(
                f"take(group: $group, fact: {fact})"
                " { group { name members { nodes { phone address } } } }",
                look("name", "name"),
            )
        )
    assert answer["errors"] == [withdrawn("take")]
    assert answer["data"] == {"take": None, "name": {"group": {"name": "神楽町内会"}}}
    assert "0166" not in str(answer)
    assert await changing.count() == rows
    policies = await kagura.city.fetch("select category from kairan.city_policies where city = $1")
    assert policies == [{"category": "ADDRESS"}]


async def test_only_the_payload_that_could_not_be_written_is_taken_back(changing: Ledger) -> None:
    await changing.superuser.execute(
        "alter table kairan.releases add constraint no_phones"
        " check (not fields @> '{Member.phone}') not valid"
    )
    try:
        answer = await changing.kagura.ask(
            document(
                look("first", "members { nodes { displayName address } }"),
                look("second", "members { nodes { displayName phone } }"),
                look("third", "members { nodes { displayName email } }"),
            )
        )
    finally:
        await changing.superuser.execute("alter table kairan.releases drop constraint no_phones")
    assert answer["errors"] == [withdrawn("second")]
    assert answer["data"]["second"] is None
    assert len(answer["data"]["first"]["group"]["members"]["nodes"]) == 6
    assert len(answer["data"]["third"]["group"]["members"]["nodes"]) == 6
    assert await changing.kagura.left() == {
        ("Member.address", "hanako"),
        ("Member.address", "taro"),
        ("Member.address", "yuki"),
        ("Member.email", "hanako"),
        ("Member.email", "yuki"),
    }


async def test_each_field_writes_what_it_released_itself(changing: Ledger) -> None:
    await changing.kagura.ask(
        document(
            look("first", "members { nodes { phone } }"),
            look("second", "name"),
            look("third", "members { nodes { phone } }"),
        )
    )
    rows = await changing.kagura.rows()
    assert rows == [("会長", "神楽町内会", ["Member.phone"], ["hanako"])] * 2


@pytest.mark.parametrize("place", ["first", "last"])
async def test_what_an_error_took_out_of_a_payload_is_not_written(
    place: str, changing: Ledger
) -> None:
    await delegate_the_unknown(changing.kagura)
    fails = look("fails", f"members {{ nodes {{ phone {FAILING_LATE} }} }}")
    stands = look("stands", "members { nodes { email } }")
    fields = (fails, stands) if place == "first" else (stands, fails)
    answer = await changing.kagura.ask(document(*fields))
    assert answer["data"]["fails"] == {"group": {"members": None}}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL"]
    assert await changing.kagura.left() == {("Member.email", "hanako"), ("Member.email", "yuki")}
