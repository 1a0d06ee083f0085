"""The whole bench city, put together: the same for the same size, on every machine and day."""

from bench.city_circulars import publish
from bench.city_groups import Founder, Plan, ordinary_name
from bench.city_people import People, Town, in_order_of_arrival
from bench.city_rest import add_cities, add_sign_ins, add_the_rest, area_id
from bench.city_rows import Rows
from bench.landmarks import (
    LARGE,
    LARGE_OFFICER,
    MASKED,
    MASKED_CITY,
    MASKED_OFFICER,
    NEIGHBOUR,
    NEIGHBOUR_GROUPS,
    OFFICER,
    READERS,
    READING,
    ROSTER,
    group_id,
)
from bench.size import Size
from db.demo.chance import Chance
from db.demo.places import AREAS, CITY

SMALLEST = 30


def made_city(size: Size) -> Rows:
    """Every row of a city of that size."""
    rows = Rows()
    add_cities(rows)
    add_sign_ins(rows)
    people = People(CITY, rows)
    founder = Founder(people, rows)
    groups = [founder.found(plan) for plan in _plans(size)]
    masked = Plan.of(MASKED, area_id(MASKED_CITY, AREAS[0]), MASKED_OFFICER)
    groups.append(Founder(People(MASKED_CITY, rows), rows).found(masked))
    _settle_elsewhere(people, size, rows)
    add_the_rest(groups, rows)
    publish(groups, size.receipts, rows)
    in_order_of_arrival(rows)
    # An association brings its members along when it begins; nobody waits for the one before.
    rows.kept("memberships").sort(key=lambda row: row[5])
    return rows


def _plans(size: Size) -> list[Plan]:
    """Of the first city's groups, by number."""
    here = [area_id(CITY, name) for name in AREAS]
    plans = [
        Plan.of(ROSTER, here[19], OFFICER, NEIGHBOUR),
        Plan.of(LARGE, here[17], LARGE_OFFICER),
        Plan.of(READING, here[4], *READERS),
    ]
    chance = Chance("bench sizes")
    weights = [round(chance.triangular(40, 320, 120)) for _ in range(size.ordinary_groups)]
    members = _spread(size.ordinary_memberships - SMALLEST * len(weights), weights)
    circulars = _spread(size.ordinary_circulars, [1] * len(weights))
    for number, (more, sends) in enumerate(zip(members, circulars, strict=True), len(plans)):
        name, area = ordinary_name(number), number % len(AREAS)
        town = Town(f"{AREAS[area]}{number}番町", here[area], f"070-99{area:02}")
        visitors = (NEIGHBOUR,) if group_id(CITY, number) in NEIGHBOUR_GROUPS else ()
        plans.append(Plan(CITY, number, name, SMALLEST + more, sends, here[area], town, visitors))
    return plans


def _settle_elsewhere(people: People, size: Size, rows: Rows) -> None:
    """The residents who are in no group."""
    missing = size.residents - len(rows.kept("residents"))
    for number, name in enumerate(AREAS):
        town = Town(f"{name}けやき町", area_id(CITY, name), f"070-98{number:02}")
        for _ in people.settle(town, (missing + number) // len(AREAS)):
            pass


def _spread(total: int, weights: list[int]) -> list[int]:
    """``total`` in whole shares that add up to it, by weight."""
    shares, given, passed = [], 0, 0
    for weight in weights:
        passed += weight
        shares.append(total * passed // sum(weights) - given)
        given += shares[-1]
    return shares
