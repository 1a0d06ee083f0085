"""Who is a member of what: rosters and households, those who left, those who came back."""

from datetime import datetime

from db.demo.associations import Association, Member
from db.demo.chance import Chance
from db.demo.fiscal import DAY, FiscalYear, moment
from db.demo.people import Home, Person, display_name
from db.demo.places import CITY
from db.demo.rows import Rows
from db.tables.groups import Han, Household
from db.tables.memberships import MemberDetails, Membership

KEPT_PRIVATE = (
    ["PHONE"],
    ["EMAIL"],
    ["AGE"],
    ["EMAIL", "PHONE"],
    ["ADDRESS"],
    ["PLACE", "RECEIPT"],
)


class Enrolment:
    """Enrols people in one association."""

    def __init__(self, association: Association, year: FiscalYear, rows: Rows) -> None:
        self._association = association
        self._year = year
        self._rows = rows
        self._chance = Chance(f"members of {association.plan.name}")

    def enrol(self, people: list[Person]) -> list[Member]:
        """Make them active members; those of one home share a han and a household."""
        homes = list(dict.fromkeys(person.home for person in people if not person.silent))
        # Neighbours are in one han.
        homes.sort(key=lambda home: home.address)
        hans = self._association.hans
        place: dict[Home, tuple[Han | None, Household | None]] = {}
        for number, home in enumerate(homes):
            han = hans[number * len(hans) // len(homes)] if hans else None
            place[home] = (han, self._household(home, han))
        return [self._enrol(person, *place.get(person.home, (None, None))) for person in people]

    def let_go(self, people: list[Person]) -> list[Member]:
        """People who were members until they moved away, before the fiscal year began."""
        past = []
        for person in people:
            ended = moment(self._year.starts_on - self._chance.randint(5, 200) * DAY, 19)
            status = "REMOVED" if self._chance.happens(0.1) else "LEFT"
            began = person.resident.opened_at + DAY
            past.append(self._past_member(person, status, began, ended))
        return past

    def welcome_back(self, members: list[Member]) -> None:
        """Members who had left before: coming back is a new membership."""
        for member in members:
            left = member.membership.began_at
            member.membership.began_at = left + 60 * DAY
            began = member.person.resident.opened_at + DAY
            self._past_member(member.person, "LEFT", began, left)

    def _enrol(self, person: Person, han: Han | None, household: Household | None) -> Member:
        chance = self._chance
        began = person.resident.opened_at + chance.randint(2, 20) * DAY
        membership = self._membership(person, "ACTIVE", began, None)
        details = self._details(membership, person)
        if not person.silent:
            details.han_id = han.id if han is not None else None
            details.household_id = household.id if household is not None else None
            details.joined_on = person.home.since
        if not person.silent and person.role is None:
            if chance.happens(0.2):
                details.joined_on = None
            if chance.happens(0.04):
                details.kept_private = list(chance.choice(KEPT_PRIVATE))
            if chance.happens(0.05):
                details.display_name = display_name(person.profile, chance)
        self._rows.add(membership, details)
        return Member(person, membership, details, household is not None and household.paper_only)

    def _past_member(self, person: Person, status: str, began: datetime, ended: datetime) -> Member:
        membership = self._membership(person, status, began, ended)
        details = self._details(membership, person)
        self._rows.add(membership, details)
        return Member(person, membership, details, on_paper=False)

    def _membership(
        self, person: Person, status: str, began: datetime, ended: datetime | None
    ) -> Membership:
        return Membership(
            city=CITY,
            id=self._chance.random_id(),
            group_id=self._association.id,
            resident_id=person.id,
            status=status,
            began_at=began,
            ended_at=ended,
        )

    def _details(self, membership: Membership, person: Person) -> MemberDetails:
        return MemberDetails(
            city=CITY,
            membership_id=membership.id,
            group_id=membership.group_id,
            resident_id=person.id,
            status=membership.status,
            display_name=person.profile.display_name,
            kept_private=[],
        )

    def _household(self, home: Home, han: Han | None) -> Household | None:
        chance = self._chance
        if chance.happens(0.04):
            return None
        household = Household(
            city=CITY,
            id=chance.timed_id(self._association.founded_at),
            group_id=self._association.id,
            han_id=han.id if han is not None else None,
            paper_only=chance.happens(0.18 if home.head_age > 75 else 0.03),
        )
        self._rows.add(household)
        return household
