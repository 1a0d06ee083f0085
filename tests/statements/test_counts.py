"""How often the database is asked does not grow with what there is to answer."""

from typing import Any
from uuid import uuid4

import pytest

from permissions.releases import Releases
from permissions.rows import Rows
from permissions.rule import Rule
from resolvers.global_ids import to_global_id
from tests.statements.conftest import Town

# app.enter and the ledger's INSERT are two of the statements counted; BEGIN and COMMIT are not.
ROSTER = """
    query($group: ID!) { group(id: $group) { members(first: 200) { nodes {
        displayName name address phone joinedOn } } } }
"""
ROSTER_WITH_EVERYTHING = """
    query($group: ID!) { group(id: $group) { members(first: 200) { nodes {
        displayName kana
        group { name area { name } }
        han { name }
        household { paperOnly han { name } }
        appointments { status office { title } }
    } } } }
"""
CIRCULARS = """
    query($group: ID!) { group(id: $group) { circulars(first: 50) { nodes {
        title body status
        author { displayName name }
        audience { kind han { name } office { title } }
        myReceipt { state }
        receiptSummary { recipients delivered read paper outstanding }
        receipts(first: 200) { nodes { state deliveredAt member { displayName name } } }
    } } unreadCircularCount } }
"""
NESTED = """
    query($group: ID!) { group(id: $group) { members(first: 200) { nodes { household {
        members { nodes { name household { members { nodes { name
            han { members { nodes { name } } } } } } } }
    } } } } }
"""
OFFICES = """
    query($group: ID!) { group(id: $group) { offices { title powers
        appointments { status holder { displayName name } } } } }
"""
HOUSEHOLDS = """
    query($group: ID!) { group(id: $group) {
        hans { name members(first: 200) { nodes { name } } }
        households { paperOnly han { name } members { nodes { name } } }
    } }
"""
MINE = """
    query { me { memberships { id displayName han { name } group { name viewerPowers
        viewerMembership { displayName }
        members(first: 200) { nodes { displayName name } }
        offices { title } circulars { nodes { title } } unreadCircularCount
    } } } viewer { memberships { group { name } member { displayName } powers } } }
"""
DIRECTORY = "query { groups(first: 200) { nodes { name area { name } delegatedPowers } } }"
NOTHING = "query { privacyRulesVersion __typename }"


@pytest.mark.parametrize(
    ("document", "number"),
    [
        pytest.param(ROSTER, 3, id="roster"),
        pytest.param(ROSTER_WITH_EVERYTHING, 10, id="roster with everything"),
        # After the answer, one app.enter and one INSERT for all whose body was in it.
        pytest.param(CIRCULARS, 10, id="circulars"),
        pytest.param(NESTED, 7, id="nested"),
        pytest.param(OFFICES, 5, id="offices"),
        pytest.param(HOUSEHOLDS, 7, id="households"),
        pytest.param(MINE, 6, id="mine"),
        pytest.param(DIRECTORY, 2, id="directory"),
        pytest.param(NOTHING, 0, id="nothing"),
    ],
)
async def test_many_cost_as_many_statements_as_few(
    document: str, number: int, small: Town, large: Town
) -> None:
    few = await small.statements(document)
    many = await large.statements(document)
    assert len(few) == number, few
    assert sorted(many) == sorted(few)


async def test_the_towns_answer_with_as_many_as_they_have(small: Town, large: Town) -> None:
    counted = """
        query($group: ID!) {
            group(id: $group) {
                members(first: 200) { nodes { id } }
                circulars { nodes { receipts(first: 200) { nodes { state } } } }
            }
            me { memberships { id } }
        }
    """
    sizes = []
    for town in (small, large):
        data = await town.client.data(counted, group=town.group.gid)
        circulars = data["group"]["circulars"]["nodes"]
        receipts = {len(circular["receipts"]["nodes"]) for circular in circulars}
        members, groups = data["group"]["members"]["nodes"], data["me"]["memberships"]
        sizes.append((len(members), len(circulars), receipts, len(groups)))
    assert sizes == [(6, 2, {6}, 1), (151, 20, {151}, 5)]


async def test_a_hundred_ids_cost_as_many_statements_as_three(small: Town, large: Town) -> None:
    document = """
        query($ids: [ID!]!) { nodes(ids: $ids) {
            ... on Member { displayName name han { name } }
            ... on Circular { title author { name } }
            ... on Office { title appointments { holder { name } } }
        } }
    """
    few = [small.members[1].gid, small.circulars[0].gid, small.offices[0].gid]
    many = [
        *(member.gid for member in large.members[:60]),
        *(circular.gid for circular in large.circulars),
        *(office.gid for office in large.offices[:20]),
    ]
    assert len(many) == 100
    of_few = await small.statements(document, ids=few)
    # app.enter, three types, han, author, appointments, holders, the ledger.
    assert len(of_few) == 9, of_few
    assert sorted(await large.statements(document, ids=many)) == sorted(of_few)
    assert sorted(await large.statements(document, ids=[*many, *many[:50]])) == sorted(of_few)


async def test_many_roots_cost_as_many_statements_as_one(small: Town) -> None:
    ids = [small.group.gid, *(to_global_id("Group", uuid4()) for _ in range(40))]
    root = '{}: group(id: "{}") {{ kind members {{ nodes {{ displayName }} }} }}'
    one = await small.statements("{" + root.format("a", ids[0]) + "}")
    assert len(one) == 3, one
    roots = " ".join(root.format(f"a{n}", id_) for n, id_ in enumerate(ids))
    assert await small.statements("{" + roots + "}") == one


async def test_what_ones_own_group_is_called_is_known_and_another_is_as_costly_as_none(
    small: Town, large: Town
) -> None:
    document = "query($id: ID!) { group(id: $id) { id name viewerPowers } }"
    own = await small.statements(document, id=small.group.gid)
    assert len(own) == 1, own
    # Large is another town's group in the same city; the last is nobody's.
    foreign = await small.statements(document, id=large.group.gid)
    unknown = await small.statements(document, id=to_global_id("Group", uuid4()))
    assert len(foreign) == 2, foreign
    assert unknown == foreign
    more = await small.statements(document.replace("name", "name kind"), id=small.group.gid)
    assert more == foreign
    told = await small.client.data(document, id=small.group.gid)
    whole = await small.client.data(document.replace("name", "name kind"), id=small.group.gid)
    assert {**told["group"], "kind": whole["group"]["kind"]} == whole["group"]


async def test_ids_that_are_nothing_cost_nothing(small: Town) -> None:
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ids = ["", "x", small.members[0].gid[:-1], small.group.gid + "=", "Z3JvdXA6MQ"]
    assert await small.statements(document, ids=ids) == []


async def test_the_same_question_under_three_names_is_asked_once(small: Town) -> None:
    once = await small.statements(ROSTER)
    thrice = await small.statements(
        """
        query($group: ID!) {
            a: group(id: $group) { x: members(first: 200) { nodes { name joinedOn } } }
            b: group(id: $group) {
                y: members(first: 200) { nodes { address } }
                z: members(first: 200) { edges { node { phone } } }
            }
        }
        """
    )
    assert thrice == once


async def test_another_page_is_another_question(small: Town) -> None:
    statements = await small.statements(
        """
        query($group: ID!) {
            a: group(id: $group) { members(first: 2) { nodes { name } } }
            b: group(id: $group) { members(first: 3) { nodes { name } } }
        }
        """
    )
    assert len(statements) == 4


async def test_a_page_that_many_lead_to_is_noted_once_for_each(
    small: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[str] = []
    note = Releases.note

    def spy(self: Releases, rule: Rule, field: str, rows: Rows, *where: Any) -> None:
        noted.extend([field] * len(rows))
        note(self, rule, field, rows, *where)

    monkeypatch.setattr(Releases, "note", spy)
    again = "{}: group(id: $group) {{ hans {{ members {{ nodes {{ displayName }} }} }} }}"
    document = "query($group: ID!) {{ {} }}"
    await small.client.data(document.format(again.format("a")), group=small.group.gid)
    assert noted == ["Han.members"] * 5
    noted.clear()
    names = " ".join(again.format(name) for name in "abcd")
    await small.client.data(document.format(names), group=small.group.gid)
    assert noted == ["Han.members"] * 20
