"""What else is in a city: areas, staff, sign-ins, protective orders, moves, applications."""

from datetime import timedelta
from uuid import UUID

from bench.city_groups import Group
from bench.city_rows import Rows
from bench.landmarks import (
    MASKED_CITY,
    MASKED_CITY_NAME,
    NEWS_BEGINS,
    SESSIONS_END,
    VISITORS,
    timed_id,
)
from db.demo.chance import Chance
from db.demo.places import AREAS, CITY, CITY_NAME, OPENING
from db.demo.sign_ins import PASSWORD_HASH
from permissions.words import Category

STAFF = 40
# Of a thousand residents one is under a protective order; nationwide it is about as many.
SUPPRESSED_PER_RESIDENTS = 1000
MOVED_PER_MEMBERS = 100
APPLIED_PER_RESIDENTS = 100


def area_id(city: int, name: str) -> UUID:
    """The id of an area."""
    return timed_id(OPENING, f"area {city} {name}")


def add_cities(rows: Rows) -> None:
    """Both cities, their areas and staff, and the policy of the second: everything is off."""
    rows.add("cities", (CITY, CITY_NAME), (MASKED_CITY, MASKED_CITY_NAME))
    rows.add("areas", *((CITY, area_id(CITY, name), name) for name in AREAS))
    rows.add("areas", (MASKED_CITY, area_id(MASKED_CITY, AREAS[0]), AREAS[0]))
    rows.add(
        "city_policies",
        *((MASKED_CITY, category.value, OPENING, "審議会の答申") for category in Category),
    )
    chance = Chance("bench staff")
    roles = (["OPERATIONS"], ["OPERATIONS", "SUPPRESSION"], ["AUDITOR"])
    rows.add("staff", *((CITY, chance.random_id(), roles[n % 3]) for n in range(STAFF)))


def add_sign_ins(rows: Rows) -> None:
    """Those whose requests the bench makes: signed in, and with the demo city's password."""
    for visitor in VISITORS:
        city, person = visitor.city, visitor.person
        rows.add("logins", (visitor.login, city, person, "RESIDENT", PASSWORD_HASH))
        rows.add("sessions", (city, visitor.session, person, "RESIDENT", OPENING, SESSIONS_END))


def add_the_rest(groups: list[Group], rows: Rows) -> None:
    """Moves, protective orders and applications; none of them touches what requests name."""
    chance = Chance("bench rest")
    ordinary = [group for group in groups if not group.plan.is_landmark and not group.plan.visitors]
    members = [
        (group, member) for group in ordinary for member in group.members if member.ended_at is None
    ]
    for group, member in chance.sample(members, len(members) // MOVED_PER_MEMBERS):
        if group.hans:
            until, han = NEWS_BEGINS - timedelta(days=7), chance.choice(group.hans)
            rows.add("past_places", (CITY, member.id, until, group.plan.id, member.person.id, han))
    busy = {member.person.id for group in groups for member in group.members}
    named = {visitor.person for visitor in VISITORS}
    named |= {m.person.id for g in groups if g not in ordinary for m in g.members}
    residents = [row[1] for row in rows.kept("residents") if row[0] == CITY]
    orders = chance.sample(residents, len(residents) // SUPPRESSED_PER_RESIDENTS)
    rows.add(
        "suppressions",
        *(
            (CITY, chance.timed_id(OPENING), person, False, OPENING)
            for person in orders
            if person not in named
        ),
    )
    for person in chance.sample(residents, len(residents) // APPLIED_PER_RESIDENTS):
        if person not in busy:
            group, at = chance.choice(ordinary), NEWS_BEGINS
            rows.add(
                "membership_requests",
                (CITY, chance.timed_id(at), group.plan.id, person, "会員", "PENDING", at),
            )
