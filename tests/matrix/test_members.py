"""The matrix of members_table.py, cell by cell: values, what is withheld, and what is recorded."""

from typing import Any
from uuid import UUID

import pytest

from tests.matrix.cells import outcome, table
from tests.matrix.members_table import ALL
from tests.matrix.roads import AGE, EVERYTHING, ROADS, ROSTER, Road, reached
from tests.matrix.town import Seat, Town

CELLS = [
    pytest.param(viewer, road, cell, id=f"{viewer} by {road}")
    for text in ALL
    for (viewer, road), cell in table(text).items()
]


def as_shown(town: Town, seat: Seat, node_id: str, met: str | None) -> dict[str, Any]:
    """Every field of a member, as this viewer must see it."""
    values = dict(town.values[node_id])
    if node_id in seat.own_ids:
        return values
    values |= dict.fromkeys(AGE)
    if met != "open" or values["status"] == "LEFT":
        values |= dict.fromkeys(ROSTER)
    if values["status"] == "LEFT":
        values["displayName"] = "元会員"
    return values


def released(town: Town, road: Road, shown: list[dict[str, Any]]) -> set[tuple[str, UUID]]:
    """What must stand in the ledger: every value of others that left, and the road itself."""
    return {
        (f"Member.{name}", town.people[node["id"]])
        for node in shown
        for name in ROSTER
        if node[name] is not None
    } | {(road.tells, town.people[node["id"]]) for node in shown if road.tells is not None}


def secrets_kept(town: Town, seat: Seat, shown: list[dict[str, Any]]) -> list[str]:
    """Every value of anybody that must stand nowhere in the answer, not even by accident."""
    open_people = {town.people[node["id"]] for node in shown if node["name"] is not None}
    kept = []
    for person, profile in town.profiles.items():
        if seat.person is not None and person == seat.person.id:
            continue
        kept.append(profile["birthDate"])
        if person not in open_people:
            kept += [profile["address"], profile["phone"], profile["email"], profile["kana"]]
            kept += [profile["familyName"], profile["givenName"], profile["postalCode"]]
    return kept


@pytest.mark.parametrize(("viewer", "road_name", "cell"), CELLS)
async def test_a_member_is_shown_as_the_matrix_says(
    town: Town, viewer: str, road_name: str, cell: str
) -> None:
    seat, road = town.seats[viewer], ROADS[road_name]
    expected = outcome(cell, road)
    await town.newly_told()

    response = await seat.asks.post({"query": road.document + EVERYTHING, "variables": seat.ids})

    answer = response.json()
    assert response.status_code == 200
    assert "errors" not in answer
    shown = list(reached(answer["data"], road.keys))
    assert shown == [as_shown(town, seat, node["id"], expected.met) for node in shown]
    met = {node["id"] for node in shown}
    others = met - seat.own_ids
    if expected.met is None:
        assert met == set()
    elif expected.met == "own":
        assert met
        assert others == set()
    else:
        assert met & town.memberships_of(road.to)
        assert others
    assert answer.get("extensions", {}).get("withheld", []) == sorted(
        expected.withheld, key=lambda entry: (entry["path"], entry["field"])
    )
    assert [secret for secret in secrets_kept(town, seat, shown) if secret in response.text] == []
    assert await town.newly_told() == released(
        town, road, [node for node in shown if node["id"] in others]
    )
