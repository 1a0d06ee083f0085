"""The whole demo city, put together."""

from datetime import date

from db.demo.associations import Member, found
from db.demo.cast import CAST, Role, add_staff, sign_in_of
from db.demo.chance import Chance
from db.demo.circulars import Publication
from db.demo.fiscal import FiscalYear
from db.demo.memberships import Enrolment
from db.demo.offices import Election
from db.demo.people import Person, Settlers
from db.demo.places import CITY, CITY_NAME, ELSEWHERE, areas
from db.demo.plans import FIRST, PLANS, Plan
from db.demo.requests import ask_to_join
from db.demo.rows import Rows
from db.demo.suppression import suppress
from db.tables.base import UUID
from db.tables.cities import City
from db.tables.residents import Resident

RESIDENTS = 1800

# Of so many members of a group one is in the group before it too, one moved away, one came back.
GUEST_OF = 25
GONE_OF = 40
BACK_OF = 100


def demo_city(today: date) -> Rows:
    """Every row of the demo city, the same for the same ``today`` (in Asia/Tokyo).

    People, groups and their ids are the same whatever the day; terms of office, circulars and
    receipts go with it, so that the offices are held and the news is new.
    """
    founding = Founding(today)
    for plan in PLANS:
        founding.found(plan)
    founding.settle_elsewhere()
    return founding.rows


class Founding:
    """Founds the associations one after the other and fills each with life."""

    def __init__(self, today: date) -> None:
        self.rows = Rows()
        self._today = today
        self._year = FiscalYear.containing(today)
        self._areas = areas()
        self._cast: dict[Role, Person] = {}
        self._group_ids: dict[str, UUID] = {}
        self._neighbours: list[Person] = []
        self._suppressed: Member | None = None
        self.rows.add(City(city=CITY, name=CITY_NAME), *self._areas.values())
        add_staff(self.rows)

    def found(self, plan: Plan) -> None:
        """One association with its people, offices and circulars."""
        area_id = self._areas[plan.town.area].id
        association = found(plan, area_id, self.rows)
        self._group_ids[plan.name] = association.id

        settlers = Settlers(plan.town, area_id)
        guests = self._guests(plan)
        cast = self._play_cast(plan, settlers)
        inhabitants = settlers.settle(plan.size - len(guests) - len(cast))
        gone = settlers.settle(plan.size // GONE_OF)
        self._register(cast + inhabitants + gone)

        enrolment = Enrolment(association, self._year, self.rows)
        members = enrolment.enrol(cast + guests + inhabitants)
        enrolment.welcome_back(members[-(plan.size // BACK_OF) :] if plan.size >= BACK_OF else [])
        former = enrolment.let_go(gone)
        if plan is FIRST:
            self._suppressed = suppress(members, self.rows)

        election = Election(association, members, self._suppressed, self._today, self.rows)
        election.hold()
        Publication(association, members + former, election, self._today, self.rows).publish()
        self._neighbours = [
            member.person
            for member in members
            if member.person in inhabitants and member is not self._suppressed
        ]

    def settle_elsewhere(self) -> None:
        """The residents whose association does not take part; some of them ask to join one."""
        towns = [Settlers(town, self._areas[town.area].id) for town in ELSEWHERE]
        missing = RESIDENTS - self.rows.count(Resident)
        people = [
            person
            for number, settlers in enumerate(towns)
            for person in settlers.settle((missing + number) // len(towns))
        ]
        self._register(people)
        ask_to_join(self._group_ids, people, self._year, self.rows)

    def _play_cast(self, plan: Plan, settlers: Settlers) -> list[Person]:
        """The cast at home in this group, with their partners."""
        people = []
        for role in CAST:
            if role.groups[0] is plan:
                person, partner = settlers.play(role)
                self._cast[role] = person
                people += [person, partner]
        return people

    def _guests(self, plan: Plan) -> list[Person]:
        """Who is a member of a group founded earlier, too."""
        cast = [person for role, person in self._cast.items() if plan in role.groups]
        chance = Chance(f"guests of {plan.name}")
        count = min(plan.size // GUEST_OF, len(self._neighbours))
        return cast + chance.sample(self._neighbours, count)

    def _register(self, people: list[Person]) -> None:
        """Give them their accounts; only the cast can sign in."""
        for person in people:
            self.rows.add(person.resident, person.profile)
            if person.role is not None:
                self.rows.add(sign_in_of(person.role.login, person.id, "RESIDENT"))
