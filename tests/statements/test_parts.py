"""Of members only what a document asks for is read: the rest does not leave the database."""

import pytest

from db.entering import Caller
from db.reading import Rows
from db.statements import members
from db.statements.member_parts import EVERYTHING, Part
from db.transaction import Transaction
from tests.statements.conftest import Town

# What the roster's statement gives for each part, beside what rules need of every member.
COLUMNS = {
    Part.FULL_NAME: ["name"],
    Part.NAMES: ["family_name", "given_name"],
    Part.KANA: ["kana"],
    Part.ADDRESS: ["postal_code", "address", "building"],
    Part.PHONE: ["phone"],
    Part.EMAIL: ["email"],
    Part.AGE: ["birth_date", "age_band"],
    Part.PLACE: ["han_id", "household_id", "joined_on"],
}
SCOPE = ["group_id", "id", "resident_id", "member_status", "display_name", "is_suppressed"]


async def columns_of(town: Town, parts: frozenset[Part]) -> list[list[str]]:
    """The columns of every statement about members, read in one transaction."""
    services = town.kairan.app.state.services
    at = services.clock()
    city = town.kairan.city
    caller = Caller(city.number, town.officer.id, await city.session(town.officer))
    transaction = await Transaction.begin(services.pool, caller, at)
    ids = [member.id for member in town.members[:2]]
    try:
        found: list[Rows] = [
            await members.by_ids(transaction, ids, parts),
            await members.by_ids_alone(transaction, ids, parts),
            await members.page(
                transaction,
                [(town.group.id, None, None)],
                names_in=[town.group.id],
                places_in=[town.group.id],
                first=2,
                after=None,
                search=None,
                parts=parts,
            ),
        ]
    finally:
        await transaction.abandon()
    around = {"typename", "has_held_office", "position", "cursor_known"}
    return [[name for name in rows[0].keys() if name not in around] for rows in found]  # noqa: SIM118


@pytest.mark.parametrize("part", Part, ids=[part.name for part in Part])
async def test_a_part_is_read_alone(small: Town, part: Part) -> None:
    assert await columns_of(small, frozenset({part})) == [[*SCOPE, *COLUMNS[part]]] * 3


async def test_all_parts_and_none_are_read(small: Town) -> None:
    everything = [*SCOPE, *(name for part in Part for name in COLUMNS[part])]
    assert await columns_of(small, EVERYTHING) == [everything] * 3
    assert await columns_of(small, frozenset()) == [SCOPE] * 3


ASKED = {
    "query($group: ID!) { group(id: $group) { members { nodes { displayName } } } }": set(),
    "query($group: ID!) { group(id: $group) { members { nodes { told: phone } } } }": {"phone"},
    """query($group: ID!, $no: Boolean = false) {
           group(id: $group) { members { nodes { ...Told } } }
       }
       fragment Told on Person { ... on Member { email @include(if: $no) } }""": {"email"},
}


@pytest.mark.parametrize(("document", "read"), ASKED.items(), ids=["none", "alias", "fragment"])
async def test_what_no_field_asks_for_is_not_read(
    small: Town, document: str, read: set[str]
) -> None:
    [roster] = [text for text in await small.statements(document) if "member_details" in text]
    columns, _, _ = roster.partition(" from ( select member.*")
    told = {name for name in ("phone", "email", "kana", "address") if f"told.{name} " in columns}
    assert told == read


async def test_the_words_of_circulars_are_read_where_somebody_asks_for_them(small: Town) -> None:
    document = "query($group: ID!) { group(id: $group) { circulars { nodes { title } } } }"
    _, titles = await small.statements(document)
    assert "c.title" in titles
    assert "c.body" not in titles
    _, words, *_ = await small.statements(document.replace("title", "title body"))
    assert "c.body" in words


async def test_the_name_of_a_group_is_no_name_of_a_member(small: Town) -> None:
    document = """
        query($group: ID!) { group(id: $group) { name members { nodes { displayName } } } }
    """
    _, page = await small.statements(document)
    assert "family_name || " not in page
    # Whatever way there is to write it.
    fragment = " fragment Named on Member { n: name }"
    for named, more in (("name", ""), ("... on Person { name }", ""), ("...Named", fragment)):
        _, page, *_ = await small.statements(document.replace("displayName", named) + more)
        assert "family_name || " in page, named


async def test_a_dashboard_takes_two_statements_beside_its_viewer_and_its_ledger(
    small: Town,
) -> None:
    statements = await small.statements(
        """
        query($group: ID!) { group(id: $group) { name circulars { nodes {
            receiptSummary { outstanding }
            receipts(state: OUTSTANDING, first: 10) { nodes { member { id displayName } } }
        } } } }
        """
    )
    assert len(statements) == 4, statements
    assert "kairan.circulars" in statements[1]
    assert "kairan.receipts" in statements[2]
