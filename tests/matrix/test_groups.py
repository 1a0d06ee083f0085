"""groups_table.py, cell by cell: what hangs on a group, on a circular, and on the city's ledger."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.matrix import groups_table
from tests.matrix.cells import LACKS, entry, table
from tests.matrix.roads import reached
from tests.matrix.test_completeness import fields_of
from tests.matrix.town import Seat, Town


@dataclass(frozen=True)
class Column:
    """A document, the path to the object looked at, and the fields of it that share a fate."""

    document: str
    at: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """``at`` as a path."""
        return tuple(self.at.split())


def of_group(name: str, selection: str = "") -> Column:
    return Column(
        f"query($group: ID!) {{ group(id: $group) {{ {name} {selection} }} }}",
        "group",
        {name: f"Group.{name}"},
    )


def of_circular(name: str, selection: str) -> Column:
    return Column(
        "query($circular: ID!) { node(id: $circular) {"
        f" ... on Circular {{ {name} {{ {selection} }} }} }} }}",
        "node",
        {name: f"Circular.{name}"},
    )


def household(document: str, at: str) -> Column:
    return Column(
        document + " fragment home on Household { paperOnly han { name } }",
        at,
        {"paperOnly": "Household.paperOnly", "han": "Household.han"},
    )


def by_id(type_name: str, variable: str) -> Column:
    return Column(
        f"query(${variable}: ID!) {{ node(id: ${variable}) {{ __typename id }} }}", "node"
    )


NODES = "{ nodes { id } }"
COLUMNS = {
    "members": of_group("members", NODES),
    "households": of_group("households", "{ id }"),
    "hans": of_group("hans", "{ id name }"),
    "offices": of_group("offices", "{ id title powers }"),
    "circulars": of_group("circulars", NODES),
    "membershipRequests": of_group("membershipRequests", "{ nodes { displayName message } }"),
    "unreadCircularCount": of_group("unreadCircularCount"),
    "releaseQuota": of_group("releaseQuota", "{ peoplePerHour until reason }"),
    "history": of_group("history", NODES),
    "Query.history": Column("{ history { nodes { id } } }", "", {"history": "Query.history"}),
    "Query.releases": Column("{ releases { nodes { id } } }", "", {"releases": "Query.releases"}),
    "receipts": of_circular("receipts", "nodes { member { id } state deliveredAt readAt paperAt }"),
    "receiptSummary": of_circular("receiptSummary", "recipients read paper outstanding"),
    "versions": of_circular("versions", "version title body replacedAt"),
    "myReceipt": of_circular("myReceipt", "member { id } state deliveredAt readAt paperAt"),
    "hers": household("query($household: ID!) { node(id: $household) { ...home } }", "node"),
    "shared": household("query($shared: ID!) { node(id: $shared) { ...home } }", "node"),
    "my own": household(
        "{ me { memberships { household { ...home } } } }", "me memberships household"
    ),
    "Resident": by_id("Resident", "resident"),
    "MembershipRequest": by_id("MembershipRequest", "request"),
    "Release": by_id("Release", "release"),
}
TABLES = [
    groups_table.GROUP,
    groups_table.REST,
    groups_table.CIRCULAR,
    groups_table.HOUSEHOLD,
    groups_table.OTHER_PEOPLES,
]
CELLS = [
    pytest.param(viewer, column, cell, id=f"{viewer}: {column}")
    for text in TABLES
    for (viewer, column), cell in table(text).items()
]
# Public, each with its row `ANYONE`: shown to every viewer of the matrix alike.
PUBLIC = [
    "area",
    "delegatedPowers",
    "id",
    "introduction",
    "kind",
    "memberDirectory",
    "name",
    "nextParticipation",
    "nextParticipationFrom",
    "participation",
    "participationSince",
    "viewerMembership",
    "viewerPowers",
]
# What a circular says to whoever may read it; its author is one of the roads to a member.
SAID = [
    *("audience", "body", "editedAt", "group", "id", "publishedAt", "status", "title", "version"),
]


@pytest.mark.parametrize(("viewer", "column_name", "cell"), CELLS)
async def test_an_edge_opens_as_the_matrix_says(
    town: Town, viewer: str, column_name: str, cell: str
) -> None:
    seat, column = town.seats[viewer], COLUMNS[column_name]

    answer = await seat.asks.ask(column.document, **seat.ids)

    assert "errors" not in answer
    found = list(reached(answer["data"], column.keys))
    withheld = answer.get("extensions", {}).get("withheld", [])
    if cell == "-":
        assert (found, withheld) == ([], [])
        return
    assert found
    for name in column.fields:
        values = [one[name] for one in found]
        if cell == "open":
            assert None not in values
        else:
            assert values == [None] * len(found)
    assert withheld == [
        entry(rule, [*column.keys, name], LACKS[cell])
        for name, rule in sorted(column.fields.items())
        if cell != "open"
    ]


@pytest.mark.parametrize("text", TABLES)
async def test_every_viewer_has_a_row(town: Town, text: str) -> None:
    assert {viewer for viewer, _ in table(text)} == set(town.seats)


def test_the_matrix_has_every_field_of_a_group_and_of_a_receipt() -> None:
    edges = {column for text in TABLES[:2] for _, column in table(text)}

    assert sorted({*edges, *PUBLIC} - {"Query.releases", "Query.history"}) == fields_of("Group")
    of_circulars = {column for _, column in table(groups_table.CIRCULAR)}
    assert sorted({*of_circulars, *SAID, "author"}) == fields_of("Circular")
    assert fields_of("Receipt") == ["deliveredAt", "member", "paperAt", "readAt", "state"]
    assert fields_of("Household") == ["han", "id", "members", "paperOnly"]


def receipt_of(answer: Any, seat: Seat) -> dict[str, Any]:
    receipts: list[dict[str, Any]] = answer["data"]["node"]["receipts"]["nodes"]
    [found] = [one for one in receipts if one["member"]["id"] == seat.ward.hanako.gid]
    return found


@pytest.mark.parametrize("viewer", ["other officer", "chair", "chair, trial", "power taken back"])
async def test_officers_who_follow_receipts_see_what_hanako_did(town: Town, viewer: str) -> None:
    seat = town.seats[viewer]

    answer = await seat.asks.ask(COLUMNS["receipts"].document, **seat.ids)

    assert receipt_of(answer, seat) == {
        "member": {"id": seat.ward.hanako.gid},
        "state": "READ",
        "deliveredAt": "2026-09-25T03:00:00+00:00",
        "readAt": "2026-09-26T03:00:00+00:00",
        "paperAt": "2026-11-23T03:00:00+00:00",
    }


@pytest.mark.parametrize(
    ("viewer", "state", "times"),
    [
        ("herself", "READ", ["2026-09-25T03:00:00+00:00", "2026-09-26T03:00:00+00:00"]),
        ("member", "OUTSTANDING", [None, None]),
    ],
)
async def test_whoever_looks_sees_what_they_did_themselves(
    town: Town, viewer: str, state: str, times: list[str | None]
) -> None:
    seat = town.seats[viewer]

    answer = await seat.asks.ask(COLUMNS["myReceipt"].document, **seat.ids)

    own = answer["data"]["node"]["myReceipt"]
    assert own["member"]["id"] in seat.own_ids
    assert (own["state"], [own["deliveredAt"], own["readAt"]]) == (state, times)


@pytest.mark.parametrize(
    ("viewer", "powers"),
    [
        ("nobody", []),
        ("member", []),
        ("left the group", []),
        ("roster officer", ["VIEW_ROSTER"]),
        ("chair elsewhere", []),
        ("former officer", []),
        ("officer tomorrow", []),
        (
            "power taken back",
            [
                "MANAGE_MEMBERS",
                "MANAGE_OFFICES",
                "MODERATE",
                "PUBLISH",
                "RUN_SAFETY_CHECKS",
                "RUN_SURVEYS",
                "VIEW_RECEIPTS",
            ],
        ),
        ("officer, suspended", []),
        ("officer, ended", []),
        ("staff OPERATIONS", []),
    ],
)
async def test_a_viewer_is_told_the_powers_in_force(
    town: Town, viewer: str, powers: list[str]
) -> None:
    seat = town.seats[viewer]

    data = await seat.asks.data(
        "query($group: ID!) { group(id: $group) { viewerPowers } }", **seat.ids
    )

    assert data == {"group": {"viewerPowers": powers}}
