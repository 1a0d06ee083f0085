"""What an error took out of an answer did not leave, and is not in the ledger."""

import pytest

from db.statements.member_parts import Part
from tests.harness.kairan import Kairan
from tests.ledger.association import Association
from tests.ledger.damage import FAILING_LATE, delegate_the_unknown


async def test_a_page_that_is_refused_beside_one_that_is_not(kagura: Association) -> None:
    answer = await kagura.ask(
        """query($group: ID!) { group(id: $group) {
            members(first: 0) { nodes { phone } }
            others: members { nodes { address } }
        } }"""
    )
    assert answer["data"]["group"]["members"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert await kagura.left() == {("Member.address", name) for name in ("hanako", "taro", "yuki")}


async def test_values_are_taken_out_with_a_parent_that_failed_after_them(
    kagura: Association,
) -> None:
    await delegate_the_unknown(kagura)
    answer = await kagura.ask(
        f"""query($group: ID!) {{ group(id: $group) {{
            fails: members {{ nodes {{ phone {FAILING_LATE} }} }}
            stands: members {{ nodes {{ address }} }}
            hans {{ members {{ nodes {{ email {FAILING_LATE} }} }} }}
        }} }}"""
    )
    group = answer["data"]["group"]
    assert group["fails"] is None
    assert [han["members"] for han in group["hans"]] == [None, None]
    assert len(group["stands"]["nodes"]) == 6
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"INTERNAL"}
    assert await kagura.left() == {("Member.address", name) for name in ("hanako", "taro", "yuki")}


async def test_the_same_value_is_written_where_it_stands_in_another_place(
    kagura: Association,
) -> None:
    await delegate_the_unknown(kagura)
    hanako, taro = kagura.members["hanako"].gid, kagura.members["taro"].gid
    answer = await kagura.ask(
        f"""query($hanako: ID!, $both: [ID!]!) {{
            node(id: $hanako) {{ ... on Member {{ phone address }} }}
            nodes(ids: $both) {{ ... on Member {{ address phone {FAILING_LATE} }} }}
        }}""",
        hanako=hanako,
        both=[hanako, taro],
    )
    assert answer["data"] == {
        "node": {"phone": "0166-00-0001", "address": "神楽3条4丁目"},
        "nodes": [None, None],
    }
    assert await kagura.left() == {("Member.address", "hanako"), ("Member.phone", "hanako")}


async def test_an_error_at_the_root_takes_everything_and_nothing_is_written(
    kagura: Association, kairan: Kairan
) -> None:
    with kairan.counting() as statements:
        answer = await kagura.ask(
            """query($group: ID!) {
                group(id: $group) { members { nodes { phone } } }
                groups(first: 0) { nodes { name } }
            }"""
        )
    assert answer["data"] is None
    assert "0166" not in str(answer)
    assert await kagura.rows() == []
    assert not [statement for statement in statements if statement.startswith("insert")]


async def test_a_value_that_is_an_error_itself_is_not_written(
    kagura: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Rows without the column: whoever reads it comes upon an error in the place of each value.
    monkeypatch.setattr("resolvers.members.parts_asked", lambda _: frozenset({Part.ADDRESS}))
    answer = await kagura.ask(
        "query($group: ID!) { group(id: $group) { members { nodes { address phone } } } }"
    )
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"INTERNAL"}
    assert await kagura.left() == {("Member.address", name) for name in ("hanako", "taro", "yuki")}
