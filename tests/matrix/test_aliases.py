"""One question about two groups: the same field under aliases, and through one fragment."""

import pytest

from tests.matrix.cells import Outcome, outcome, table
from tests.matrix.groups_table import TWO_GROUPS
from tests.matrix.roads import AGE, FIELDS, ROSTER, Road, reached
from tests.matrix.town import Seat, Town

INLINE = f"members {{ nodes {{ {FIELDS} }} }}"
HEAD = "query Both($group: ID!, $other: ID!) {"
DOCUMENTS = {
    "inline, this first": (
        f"{HEAD} this: group(id: $group) {{ {INLINE} }} other: group(id: $other) {{ {INLINE} }} }}"
    ),
    "inline, the other first": (
        f"{HEAD} other: group(id: $other) {{ {INLINE} }} this: group(id: $group) {{ {INLINE} }} }}"
    ),
    "a fragment, this first": (
        f"{HEAD} this: group(id: $group) {{ ...list }} other: group(id: $other) {{ ...list }} }}"
        f" fragment list on Group {{ {INLINE} }}"
    ),
    "a fragment, the other first": (
        f"{HEAD} other: group(id: $other) {{ ...list }} this: group(id: $group) {{ ...list }} }}"
        f" fragment list on Group {{ members {{ nodes {{ ...person ...member }} }} }}"
        " fragment person on Person { displayName name familyName givenName kana postalCode"
        " address building phone email birthDate ageBand }"
        " fragment member on Member { id group { id } appointments { id } status"
        " han { name } household { id } joinedOn }"
    ),
    "by nodes": (
        "query Both($group: ID!, $other: ID!) {"
        f" this: nodes(ids: [$group]) {{ ... on Group {{ {INLINE} }} }}"
        f" other: nodes(ids: [$other]) {{ ... on Group {{ {INLINE} }} }} }}"
    ),
}
VIEWERS = list(dict.fromkeys(viewer for viewer, _ in table(TWO_GROUPS)))


def road(alias: str) -> Road:
    return Road("", f"{alias} members nodes", {"members": "Group.members"})


def check_people(town: Town, seat: Seat, shown: list[dict[str, object]], promised: Outcome) -> None:
    for node in shown:
        node_id = str(node["id"])
        if node_id in seat.own_ids:
            assert node == town.values[node_id]
            continue
        closed = dict.fromkeys(AGE if promised.met == "open" else AGE + ROSTER)
        assert node == {**town.values[node_id], **closed}
    assert bool(shown) is (promised.met is not None)


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("viewer", VIEWERS)
async def test_two_groups_in_one_question_are_judged_each_by_itself(
    town: Town, viewer: str, document: str
) -> None:
    seat, cells = town.seats[viewer], table(TWO_GROUPS)
    this = outcome(cells[viewer, "this"], road("this"))
    other = outcome(cells[viewer, "the other"], road("other"))

    answer = await seat.asks.ask(
        DOCUMENTS[document], **{**seat.ids, "other": town.wards["東光"].group.gid}
    )

    assert "errors" not in answer
    check_people(town, seat, list(reached(answer["data"], road("this").keys)), this)
    check_people(town, seat, list(reached(answer["data"], road("other").keys)), other)
    assert answer["extensions"]["withheld"] == sorted(
        this.withheld + other.withheld, key=lambda entry: (entry["path"], entry["field"])
    )


async def test_every_viewer_has_a_row(town: Town) -> None:
    assert set(VIEWERS) == set(town.seats)


async def test_a_field_under_two_aliases_is_withheld_at_both_and_told_at_both(town: Town) -> None:
    seat = town.seats["member, open list"]

    answer = await seat.asks.ask(
        """query($hanako: ID!) { node(id: $hanako) { ... on Member {
            home: address where: address ...again } } }
        fragment again on Person { where: address phone }""",
        **seat.ids,
    )

    assert answer["data"]["node"] == {"home": None, "where": None, "phone": None}
    assert [(e["field"], e["path"]) for e in answer["extensions"]["withheld"]] == [
        ("Member.address", ["node", "home"]),
        ("Member.phone", ["node", "phone"]),
        ("Member.address", ["node", "where"]),
    ]


async def test_an_alias_named_like_an_open_field_opens_nothing(town: Town) -> None:
    seat = town.seats["member, open list"]

    answer = await seat.asks.ask(
        "query($hanako: ID!) { node(id: $hanako) { ... on Member { displayName: address } } }",
        **seat.ids,
    )

    assert answer["data"] == {"node": {"displayName": None}}
    assert answer["extensions"]["withheld"] == [
        {
            "field": "Member.address",
            "path": ["node", "displayName"],
            "rule": "Member.address",
            "reason": "NOT_AN_OFFICER",
        }
    ]
